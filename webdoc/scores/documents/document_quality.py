"""How good a document of text and images is as a whole, and the features that it is made of."""

from collections.abc import Sequence

from webdoc.reasons import Reason
from webdoc.scores.quality.measure import all_features, features_of
from webdoc.scores.quality.parts import parts_of
from webdoc.scores.quality.weights import COLUMN, quality_weights
from webdoc.scores.scorer import ScoreColumn, ScoredDocument

COLUMNS = (
    ScoreColumn(
        COLUMN,
        "how likely it is a good document, in [0, 1]: a logistic regression over the features"
        " beside it, by which documents are told from copies of them that were spoiled",
        Reason.DOCUMENT_SCORE,
    ),
    *(
        ScoreColumn(one.name, one.meaning, Reason.DOCUMENT_SCORE)
        for one in all_features()
    ),
)  # fmt: skip


class DocumentQuality:
    """Source: docs/quality.md; of each feature, its module in `webdoc/scores/quality/features/`."""

    revision = "1"

    def __init__(self) -> None:
        self._weights = quality_weights()

    def score(self, documents: Sequence[ScoredDocument]) -> list[tuple[float | None, ...]]:
        """Return quality and features of each document; no quality of one without any text."""
        return [self._scores(one) for one in documents]

    def _scores(self, scored: ScoredDocument) -> tuple[float | None, ...]:
        parts = parts_of(
            scored.document,
            picture_vectors=scored.picture_vectors,
            text_vectors=scored.text_vectors,
            removed_share=scored.removed_share,
        )
        features = features_of(parts)
        has_text = any(part.text is not None for part in scored.document.parts)
        quality = self._weights.quality(features) if has_text else None
        return quality, *features.values()


def load() -> DocumentQuality:
    """Return the scorer; there is no model."""
    return DocumentQuality()
