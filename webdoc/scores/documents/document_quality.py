"""How good a document of text and images is as a whole, and the features that it is made of."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.quality.measure import all_features, features_of
from webdoc.scores.quality.parts import parts_of
from webdoc.scores.quality.weights import (
    COLUMN,
    QualityWeights,
    quality_weights,
    read_weights,
    weights_text,
)
from webdoc.scores.scorer import ScoreColumn, ScoredDocument
from webdoc.settings import SettingsError

_REVISION: Final = "2"

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


MODEL = "weights that `interleaf fit-quality` has written (.json)"
WITHOUT_MODEL = "the weights of the package"
WANTS_VECTORS = True  # its features whose names end in _clip, image_chain and image_alike


class DocumentQuality:
    """Source: docs/quality.md; of each feature, its module in `webdoc/scores/quality/features/`."""

    def __init__(self, path: str = "") -> None:
        """Load weights: of a file, else those of the package.

        The package has weights for documents without vectors, and some for those with vectors of
        one model; vectors of another model are measured, and the weights without any used.

        Raises:
            SettingsError: the file cannot be read, or holds no weights.
        """
        self._given = _read(path) if path else None
        self.vectors_of = self._given.model if self._given else ""  # that the weights want
        told = sha256(weights_text(self._given).encode()).hexdigest()[:16] if self._given else ""
        self.revision = f"{_REVISION}-{told}" if told else _REVISION

    def score(self, documents: Sequence[ScoredDocument]) -> list[tuple[float | None, ...]]:
        """Return quality and features of each document; no quality of one without any text.

        Raises:
            ForeignModelError: the weights of the file were fitted with vectors of another model.
        """
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
        weights = self._given or quality_weights(scored.vectors_of)
        quality = weights.quality(features, scored.vectors_of) if has_text else None
        return quality, *features.values()


def load(path: str = "") -> DocumentQuality:
    """Return the scorer, with the weights of a file or of the package."""
    return DocumentQuality(path)


def _read(path: str) -> QualityWeights:
    try:
        return read_weights(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
