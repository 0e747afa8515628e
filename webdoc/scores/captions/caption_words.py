"""How many words the caption has; the alternative text's where there is no caption."""

from collections.abc import Sequence

from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "caption_words",
        "words, by the spaces between them, of its caption, or else of its alternative text; 0"
        " without either. DataComp's basic filter keeps 3 and more",
        Reason.IMAGE_CAPTION_WORDS,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text")


class CaptionWords:
    """Source: DataComp, arXiv:2304.14108, basic filtering; there, words of the alternative text."""

    revision = "1"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the number of words of each."""
        return [(float(len(next(iter(one.texts), "").split())),) for one in captions]


def load() -> CaptionWords:
    """Return the scorer; there is no model."""
    return CaptionWords()
