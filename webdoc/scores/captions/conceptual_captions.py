"""Whether the caption is formed like a sentence: the rules of Conceptual Captions on texts."""

from collections.abc import Sequence
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.captions._texts import english_text
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.text.caption_form import CaptionForm, caption_form

# The paper says "high" of these three; the numbers are ours (docs/decisions/signals.md).
_MAX_NOUN_SHARE: Final = 0.6
_MAX_REPEATED_SHARE: Final = 0.3
_MAX_CAPITAL_SHARE: Final = 0.6
_DECIMALS: Final = 4

_FORM, _OFFENSIVE = Reason.IMAGE_CAPTION_FORM, Reason.IMAGE_CAPTION_OFFENSIVE
COLUMNS = (
    ScoreColumn(
        "caption_rules_broken",
        "how many of the rules of Conceptual Captions (Sharma et al. 2018, section 3, text-based"
        " filtering) its caption breaks, of the ten whose numbers stand beside this; the paper"
        " keeps 0. None where the caption is not in English",
        _FORM,
    ),
    ScoreColumn(
        "caption_determiners", "articles and their kind; the paper keeps 1 and more", _FORM
    ),
    ScoreColumn("caption_nouns", "nouns; the paper keeps 1 and more", _FORM),
    ScoreColumn("caption_prepositions", "prepositions; the paper keeps 1 and more", _FORM),
    ScoreColumn(
        "caption_noun_share",
        f"nouns among its words, in [0, 1]; the paper leaves out a high one, here above"
        f" {_MAX_NOUN_SHARE}",
        _FORM,
    ),
    ScoreColumn(
        "caption_repeated_share",
        "nouns, verbs and adjectives that stand earlier in it already, in [0, 1]; the paper leaves"
        f" out a high one, here above {_MAX_REPEATED_SHARE}",
        _FORM,
    ),
    ScoreColumn(
        "caption_capital_share",
        "words after the first with a large first letter, in [0, 1]; the paper leaves out a high"
        f" one, here above {_MAX_CAPITAL_SHARE}",
        _FORM,
    ),
    ScoreColumn(
        "caption_small_start",
        "1 where its first word has a small first letter, else 0; the paper keeps 0",
        _FORM,
    ),
    ScoreColumn(
        "caption_unlikely_words",
        "words that no vocabulary knows and that are no number or name: names of files, codes,"
        " pictographs; the paper keeps 0",
        _FORM,
    ),
    ScoreColumn(
        "caption_offensive_words", "pornographic and profane words; the paper keeps 0", _OFFENSIVE
    ),
    ScoreColumn(
        "caption_boilerplate",
        "1 where it begins or ends as boilerplate does, as `profile photo`; the paper keeps 0."
        " `Stock photo` and `click to enlarge` are cut off before all this is measured",
        _FORM,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text", "language")


class ConceptualCaptions:
    """Source: Sharma et al. 2018, Conceptual Captions, ACL P18-1238, section 3.

    Its limits on the picture (both sides above 400 pixels, ratio at most 2) are rules on images.
    What it leaves out by polarity is not measured here.
    """

    revision = "1"

    def __init__(self) -> None:
        caption_form("")  # says at once what is missing

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the measures of each; None of one without an English text."""
        return [self._scores(english_text(one).strip()) for one in captions]

    def _scores(self, text: str) -> tuple[float | None, ...]:
        if not text:
            return (None,) * len(COLUMNS)
        form = caption_form(text)
        return (
            float(rules_broken(form)),
            float(form.determiners),
            float(form.nouns),
            float(form.prepositions),
            round(form.noun_share, _DECIMALS),
            round(form.repeated_share, _DECIMALS),
            round(form.capital_share, _DECIMALS),
            float(form.begins_small),
            float(form.unlikely_words),
            float(form.offensive_words),
            float(form.is_boilerplate),
        )


def load() -> ConceptualCaptions:
    """Return the scorer; there is no model."""
    return ConceptualCaptions()


def rules_broken(form: CaptionForm) -> int:
    """Return how many of the paper's rules a caption breaks."""
    broken = (
        not form.determiners,
        not form.nouns,
        not form.prepositions,
        form.noun_share > _MAX_NOUN_SHARE,
        form.repeated_share > _MAX_REPEATED_SHARE,
        form.capital_share > _MAX_CAPITAL_SHARE,
        form.begins_small,
        form.unlikely_words > 0,
        form.offensive_words > 0,
        form.is_boilerplate,
    )
    return sum(broken)
