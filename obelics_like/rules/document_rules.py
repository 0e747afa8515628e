"""Rules on the text of a document as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from obelics_like.rules.text_rules import MEASURED, TABLE_3, Finding, check_shares
from webdoc.page.learned.page_kind import PAGE_KINDS
from webdoc.reasons import Reason
from webdoc.settings import setting
from webdoc.text.measures import Measures


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """When a document is left out: strictly outside a limit. Shares are in [0, 1]."""

    min_images: int = setting(1, "The fewest images of a document.", source=TABLE_3)
    max_images: int = setting(30, "The most images of a document.", source=TABLE_3)
    max_characters: int = setting(
        1_000_000,
        "A longer text is left out unread.",
        source="ours: bounds the memory of a worker; any text this long breaks max_words",
    )
    min_words: int = setting(10, "The fewest words of a document.", source=TABLE_3)
    max_words: int = setting(
        2_000,
        "The most words of a document.",
        source=TABLE_3,
        differs="2,000 words fitted a context of 1,024 tokens; articles of encyclopedias and"
        " textbook chapters are longer.",
    )
    char_ngram: int = setting(
        10, "Characters in one n-gram of character repetition.", source=TABLE_3
    )
    max_char_repetition_share: float = setting(
        0.1,
        "The largest share of character n-grams that occur more than once.",
        source=TABLE_3,
        differs="5 % of 382 real English documents lie above 0.096, with lists of courses and"
        " references among them.",
    )
    word_ngram: int = setting(5, "Words in one n-gram of word repetition.", source=TABLE_3)
    max_word_repetition_share: float = setting(
        0.2, "The largest share of word n-grams that occur more than once.", source=TABLE_3
    )
    max_special_share: float = setting(
        0.275, "The largest share of special characters.", source=TABLE_3
    )
    min_stopword_share: float = setting(
        0.35,
        "The least share of words that are stopwords.",
        source=TABLE_3,
        differs="5 % of 382 real English documents lie below 0.352, 1 % below 0.284: recipes and"
        " release notes.",
    )
    max_flagged_share: float = setting(
        0.01, "The largest share of words that are flagged.", source=TABLE_3
    )
    min_punctuation_share: float = setting(
        0.03, "The least share of tokens that are punctuation.", source=TABLE_3
    )
    min_common_share: float = setting(
        0.9, "The least share of words that are common.", source=TABLE_3
    )
    max_perplexity: float | None = setting(
        1_500.0,
        "The highest perplexity; needs `perplexity.kenlm_model`.",
        source=f"{TABLE_3}; off without a model",
    )
    measure: Literal["all", "prose"] = setting(
        "all",
        "What is measured: all live text, or the paragraphs that are neither fragments nor data;"
        " then repetition, characters and word lists are judged only where there is some prose.",
        source="OBELICS code",
        differs="Shape and word lists are measured on prose; else a recipe fails by its"
        " ingredients. Words and flagged words are always of all text.",
    )
    prose_from_words: int = setting(
        0,
        'With measure = "prose": shorter paragraphs are none.',
        source=MEASURED,
        differs="Lines without a tag of their own say nothing about sentences.",
    )
    max_flagged_characters_share: float | None = setting(
        None,
        "The largest share of a page's characters that stood in flagged paragraphs, before these"
        " were left out; none: not judged.",
        source=MEASURED,
        differs="Without their worst paragraphs pornographic pages look like any other.",
    )
    max_flagged_paragraphs_share: float | None = setting(
        None,
        "Likewise of its paragraphs, where there are `flagged_paragraphs_from` such or more.",
        source=MEASURED,
        differs="As above.",
    )
    flagged_paragraphs_from: int = setting(
        3, "Fewer flagged paragraphs are no sign of what a page is.", source=MEASURED
    )
    judge_again: bool = setting(
        False,
        "Whether a document is judged again once deduplication and the spam rule have taken"
        " paragraphs out.",
        source="OBELICS code: never",
        differs="Paragraphs that the domain or the spam rule takes out can leave a document of"
        " five words.",
    )
    left_out_kinds: tuple[str, ...] = setting(
        (),
        f"Kinds of pages that are left out, of {', '.join(PAGE_KINDS)}.",
        source="OBELICS: no such rule",
        differs="A list of links and teasers has no text of its own: what it shows stands on the"
        " pages that it leads to.",
        private=False,
    )
    min_kind_score: float = setting(
        0.8,
        "How surely a page must be of such a kind, in [0, 1]; below it the page is kept.",
        source="ours: docs/decisions/extraction.md",
    )

    def __post_init__(self) -> None:
        check_shares(self)
        unknown = set(self.left_out_kinds).difference(PAGE_KINDS)
        if unknown:
            raise ValueError(
                f"left_out_kinds may name {', '.join(PAGE_KINDS)}, not {', '.join(sorted(unknown))}"
            )
        if not 0 <= self.min_images <= self.max_images:
            raise ValueError("min_images must be 0 or more and at most max_images")
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError("min_words must be 0 or more and at most max_words")
        if min(self.char_ngram, self.word_ngram, self.max_characters) < 1:
            raise ValueError("char_ngram, word_ngram and max_characters must be 1 or more")
        if min(self.prose_from_words, self.flagged_paragraphs_from) < 0:
            raise ValueError("prose_from_words and flagged_paragraphs_from must be 0 or more")
        if self.max_perplexity is not None and self.max_perplexity < 1:
            raise ValueError("max_perplexity must be 1 or more, or none")


def document_finding(
    measured: Measures, words: int, flagged_share: float, rules: DocumentRules
) -> Finding | None:
    """Return the first text rule that a document breaks, in OBELICS' order; None for none.

    Args:
        measured: of the text that `rules.measure` names.
        words: of all live text.
        flagged_share: of all live text.
        rules: the limits.
    """
    if not rules.min_words <= words <= rules.max_words:
        return Reason.DOCUMENT_WORDS, words
    # Shares of a handful of words say nothing about a document of tables, lists and headings.
    has_prose = rules.measure == "all" or measured.words >= rules.min_words
    finding = _document_shape_finding(measured, rules) if has_prose else None
    if finding is None and flagged_share > rules.max_flagged_share:
        return Reason.DOCUMENT_FLAGGED_WORDS, flagged_share
    if finding is None and has_prose:
        if measured.punctuation_share < rules.min_punctuation_share:
            return Reason.DOCUMENT_PUNCTUATION, measured.punctuation_share
        if measured.common_share < rules.min_common_share:
            return Reason.DOCUMENT_COMMON_WORDS, measured.common_share
    return finding


def flagged_finding(
    characters: Sequence[int], flagged: Sequence[bool], rules: DocumentRules
) -> Finding | None:
    """Return whether too much of a page was flagged, though its flagged paragraphs are left out.

    Args:
        characters: of each paragraph that was read.
        flagged: whether the rule on flagged words took it.
        rules: the limits.
    """
    n_flagged = sum(flagged)
    if not n_flagged:
        return None
    pairs = zip(characters, flagged, strict=True)
    share = sum(length for length, is_flagged in pairs if is_flagged) / sum(characters)
    limit = rules.max_flagged_characters_share
    if limit is not None and share > limit:
        return Reason.DOCUMENT_FLAGGED_TEXT, share
    share, limit = n_flagged / len(flagged), rules.max_flagged_paragraphs_share
    if limit is not None and share > limit and n_flagged >= rules.flagged_paragraphs_from:
        return Reason.DOCUMENT_FLAGGED_TEXT, share
    return None


def _document_shape_finding(measured: Measures, rules: DocumentRules) -> Finding | None:
    if measured.char_repetition > rules.max_char_repetition_share:
        return Reason.DOCUMENT_CHAR_REPETITION, measured.char_repetition
    if measured.word_repetition > rules.max_word_repetition_share:
        return Reason.DOCUMENT_WORD_REPETITION, measured.word_repetition
    if measured.special_share > rules.max_special_share:
        return Reason.DOCUMENT_SPECIAL_CHARS, measured.special_share
    if measured.stopword_share < rules.min_stopword_share:
        return Reason.DOCUMENT_STOPWORDS, measured.stopword_share
    return None
