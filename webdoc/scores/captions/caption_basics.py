"""How long the caption is and whether it is in English: DataComp's basic filter on texts."""

from collections.abc import Sequence

from webdoc.reasons import Reason
from webdoc.scores.captions._texts import first_text
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.text.language import detect

COLUMNS = (
    ScoreColumn(
        "caption_chars",
        "characters, at most 2,000, of its caption, or else of its alternative text; 0 without"
        " either. DataComp's basic filter (arXiv:2304.14108)"
        " keeps 6 and more",
        Reason.IMAGE_CAPTION_CHARS,
    ),
    ScoreColumn(
        "caption_english",
        "1 where fastText's lid.176 takes this text for English, else 0. DataComp's basic filter"
        " keeps 1",
        Reason.IMAGE_CAPTION_LANGUAGE,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text")


class CaptionBasics:
    """Source: DataComp, arXiv:2304.14108, basic filtering; there, of the alternative text.

    Its words are the score of `caption_words`; sides of the picture and their ratio are rules on
    images.
    """

    revision = "1"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return both of each; no language of an image without any text."""
        return [_basics(first_text(one)) for one in captions]


def load() -> CaptionBasics:
    """Return the scorer; the language model is part of a package that is always installed."""
    return CaptionBasics()


def _basics(text: str) -> tuple[float | None, ...]:
    text = text.strip()
    return float(len(text)), float(detect(text)[0] == "en") if text else None
