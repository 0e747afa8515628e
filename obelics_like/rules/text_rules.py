"""Rules on the text of paragraphs and documents."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from webdoc.reasons import Reason
from webdoc.settings import setting
from webdoc.text.measures import Measures, MeasuresOfEach

Finding = tuple[Reason, float]  # a broken rule, and what was measured
BlockKind = Literal["prose", "fragment", "data"]
_TABLE_3: Final = "OBELICS paper, Table 3, and its config"


def check_shares(settings: object) -> None:
    """Refuse a share or score outside [0, 1]: every field whose name ends in one of these.

    Raises:
        ValueError: names the field.
    """
    for field in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, field.name)
        if field.name.endswith(("_share", "_score")) and value is not None and not 0 <= value <= 1:
            raise ValueError(f"{field.name} must be between 0 and 1, got {value}")


@dataclass(frozen=True, slots=True)
class CharacterRules:
    """Which characters are special, and which end or divide a sentence."""

    special_spaces: bool = setting(
        False,
        "Whether spaces and line breaks count as special.",
        source="OBELICS code, its set of special characters",
        differs="A space is not special: with spaces and digits an ordinary text with a year in it"
        " scores 0.26, right under the limit.",
    )
    special_digits: bool = setting(
        False,
        "Whether 0 to 9 count as special.",
        source="OBELICS code, its set of special characters",
        differs="As above.",
    )
    punctuation_marks: str = setting(
        ",;:?!.…،؛؟۔।。，、；：？！．",
        "The characters that end or divide a sentence.",
        source="OBELICS code, punctuation ratio",
        differs="Marks of the other languages; without 。 and ， Chinese has no sentences.",
        private=False,
    )


@dataclass(frozen=True, slots=True)
class ParagraphRules:
    """When a paragraph is left out: strictly outside a limit. Shares are in [0, 1]."""

    min_words: int = setting(4, "The fewest words of a paragraph.", source=_TABLE_3)
    max_words: int = setting(1_000, "The most words of a paragraph.", source=_TABLE_3)
    char_ngram: int = setting(
        10, "Characters in one n-gram of character repetition.", source=_TABLE_3
    )
    max_char_repetition_share: float = setting(
        0.1,
        "The largest share of character n-grams that occur more than once.",
        source=_TABLE_3,
        differs="The measure is high for short texts: of 676 paragraphs that 0.1 rejects in 610"
        " real pages nearly all are prose that repeats one term; 0.2 rejects about 60.",
    )
    word_ngram: int = setting(5, "Words in one n-gram of word repetition.", source=_TABLE_3)
    max_word_repetition_share: float = setting(
        0.1, "The largest share of word n-grams that occur more than once.", source=_TABLE_3
    )
    max_special_share: float = setting(
        0.3, "The largest share of special characters.", source=_TABLE_3
    )
    min_stopword_share: float = setting(
        0.3,
        "The least share of words that are stopwords.",
        source=_TABLE_3,
        differs="Sentences full of names and figures (news, products) score 0.2 to 0.3: 5 % of"
        " 9,619 real English paragraphs of 15 words and more lie below 0.3, 1 % below 0.19."
        " Keyword lists lie below 0.1.",
    )
    max_flagged_share: float = setting(
        0.01, "The largest share of words that are flagged.", source=_TABLE_3
    )
    min_punctuation_share: float = setting(
        0.001, "The least share of tokens that are punctuation.", source=_TABLE_3
    )
    punctuation_from_tokens: int = setting(
        12, "Paragraphs with fewer tokens need no punctuation.", source="OBELICS code"
    )
    min_common_share: float = setting(
        0.8, "The least share of words that are common.", source=_TABLE_3
    )
    min_language_score: float | None = setting(
        None,
        "The least score of the document's language; none: not judged.",
        source="OBELICS config: switched off for paragraphs (the paper prints 0.8)",
    )
    max_perplexity: float | None = setting(
        None,
        "The highest perplexity; needs `perplexity.kenlm_model`.",
        source="OBELICS config: switched off for paragraphs (the paper prints 1,500)",
    )
    max_spam_share: float | None = setting(
        0.12,
        "From this share of share-bar words on a paragraph is left out.",
        source="OBELICS final processing; removes at the limit too",
    )
    repeated_min_words: int | None = setting(
        None,
        "A text of this many words or more that stands earlier in the page is left out; none: not"
        " judged.",
        source="ours",
        differs="Pages hold a second copy of their text for small screens: it made 20 of 30 real"
        ' documents fail the word repetition rule. Shorter lines ("Click to expand") may stand'
        " twice.",
    )
    fragment_tags: tuple[str, ...] = setting(
        (),
        "Blocks that are no sentences: no rule on stopwords, punctuation or common words.",
        source="ours",
        differs="OBELICS loses every heading under 4 words and every list of ingredients. A"
        " heading, a list item or a caption is no sentence.",
        private=False,
    )
    fragment_min_words: int = setting(
        1, "The fewest words of a fragment.", source="ours; without fragments it changes nothing"
    )
    fragment_max_special_share: float = setting(
        0.5,
        'The largest share of special characters in a fragment: "C#" and "Q&A" are headings.',
        source="ours; without fragments it changes nothing",
    )
    data_tags: tuple[str, ...] = setting(
        (),
        "Blocks that are data: of all text rules only max_words and max_flagged_share hold.",
        source="ours",
        differs="Code and table cells repeat themselves and have neither stopwords nor sentences;"
        " a cell may hold a figure alone.",
        private=False,
    )
    spam_exempt_tags: tuple[str, ...] = setting(
        (),
        "Blocks that the spam rule does not look at.",
        source="ours",
        differs='A heading of one word ("Privacy") is all spam by that count.',
        private=False,
    )

    def __post_init__(self) -> None:
        check_shares(self)
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError("min_words must be 0 or more and at most max_words")
        if min(self.char_ngram, self.word_ngram) < 1:
            raise ValueError("char_ngram and word_ngram must be 1 or more")
        if self.repeated_min_words is not None and self.repeated_min_words < 1:
            raise ValueError("repeated_min_words must be 1 or more, or none")
        if self.max_perplexity is not None and self.max_perplexity < 1:
            raise ValueError("max_perplexity must be 1 or more, or none")
        if self.fragment_min_words < 0 or self.punctuation_from_tokens < 0:
            raise ValueError("fragment_min_words and punctuation_from_tokens must be 0 or more")


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """When a document is left out: strictly outside a limit. Shares are in [0, 1]."""

    min_images: int = setting(1, "The fewest images of a document.", source=_TABLE_3)
    max_images: int = setting(30, "The most images of a document.", source=_TABLE_3)
    max_characters: int = setting(
        1_000_000,
        "A longer text is left out unread.",
        source="ours: bounds the memory of a worker; any text this long breaks max_words",
    )
    min_words: int = setting(10, "The fewest words of a document.", source=_TABLE_3)
    max_words: int = setting(
        2_000,
        "The most words of a document.",
        source=_TABLE_3,
        differs="2,000 words fitted a context of 1,024 tokens; articles of encyclopedias and"
        " textbook chapters are longer.",
    )
    char_ngram: int = setting(
        10, "Characters in one n-gram of character repetition.", source=_TABLE_3
    )
    max_char_repetition_share: float = setting(
        0.1,
        "The largest share of character n-grams that occur more than once.",
        source=_TABLE_3,
        differs="5 % of 382 real English documents lie above 0.096, with lists of courses and"
        " references among them.",
    )
    word_ngram: int = setting(5, "Words in one n-gram of word repetition.", source=_TABLE_3)
    max_word_repetition_share: float = setting(
        0.2, "The largest share of word n-grams that occur more than once.", source=_TABLE_3
    )
    max_special_share: float = setting(
        0.275, "The largest share of special characters.", source=_TABLE_3
    )
    min_stopword_share: float = setting(
        0.35,
        "The least share of words that are stopwords.",
        source=_TABLE_3,
        differs="5 % of 382 real English documents lie below 0.352, 1 % below 0.284: recipes and"
        " release notes.",
    )
    max_flagged_share: float = setting(
        0.01, "The largest share of words that are flagged.", source=_TABLE_3
    )
    min_punctuation_share: float = setting(
        0.03, "The least share of tokens that are punctuation.", source=_TABLE_3
    )
    min_common_share: float = setting(
        0.9, "The least share of words that are common.", source=_TABLE_3
    )
    max_perplexity: float | None = setting(
        1_500.0,
        "The highest perplexity; needs `perplexity.kenlm_model`.",
        source=f"{_TABLE_3}; off without a model",
    )
    measure: Literal["all", "prose"] = setting(
        "all",
        "What is measured: all live text, or the paragraphs that are neither fragments nor data;"
        " then repetition, characters and word lists are judged only where there is some prose.",
        source="OBELICS code",
        differs="Shape and word lists are measured on prose; else a recipe fails by its"
        " ingredients. Words and flagged words are always of all text.",
    )
    judge_again: bool = setting(
        False,
        "Whether a document is judged again once deduplication and the spam rule have taken"
        " paragraphs out.",
        source="OBELICS code: never",
        differs="Paragraphs that the domain or the spam rule takes out can leave a document of"
        " five words.",
    )

    def __post_init__(self) -> None:
        check_shares(self)
        if not 0 <= self.min_images <= self.max_images:
            raise ValueError("min_images must be 0 or more and at most max_images")
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError("min_words must be 0 or more and at most max_words")
        if min(self.char_ngram, self.word_ngram, self.max_characters) < 1:
            raise ValueError("char_ngram, word_ngram and max_characters must be 1 or more")
        if self.max_perplexity is not None and self.max_perplexity < 1:
            raise ValueError("max_perplexity must be 1 or more, or none")


class BlockKinds(dict[str, BlockKind]):
    """Tag -> what kind of block it makes; what is neither fragment nor data is prose."""

    def __init__(self, rules: ParagraphRules) -> None:
        super().__init__(dict.fromkeys(rules.fragment_tags, "fragment"))
        self.update(dict.fromkeys(rules.data_tags, "data"))

    def __missing__(self, tag: str) -> BlockKind:
        return "prose"


def paragraph_findings(
    measured: MeasuresOfEach, kinds: Sequence[BlockKind], rules: ParagraphRules
) -> dict[int, Finding]:
    """Return the place of each paragraph that breaks a rule, with the first one in OBELICS' order.

    Args:
        measured: of the paragraphs.
        kinds: of the block of each.
        rules: the limits.
    """
    findings: dict[int, Finding] = {}
    for reason, values, broken in _paragraph_checks(measured, kinds, rules):
        for place in broken.nonzero()[0].tolist():
            findings.setdefault(place, (reason, values[place].item()))
    return findings


def _paragraph_checks(
    measured: MeasuresOfEach, kinds: Sequence[BlockKind], rules: ParagraphRules
) -> list[tuple[Reason, NDArray[np.int64] | NDArray[np.float64], NDArray[np.bool_]]]:
    """Return each rule in order: its reason, what it measured, and who breaks it."""
    m = measured
    prose = np.array([kind == "prose" for kind in kinds], dtype=bool)
    data = np.array([kind == "data" for kind in kinds], dtype=bool)
    least = np.where(prose, rules.min_words, np.where(data, 0, rules.fragment_min_words))
    special = np.where(prose, rules.max_special_share, rules.fragment_max_special_share)
    repeats_chars = m.char_repetition > rules.max_char_repetition_share
    repeats_words = m.word_repetition > rules.max_word_repetition_share
    unpunctuated = m.punctuation_share < rules.min_punctuation_share
    long = m.tokens >= rules.punctuation_from_tokens
    return [
        (Reason.PARAGRAPH_WORDS, m.words, (m.words < least) | (m.words > rules.max_words)),
        (Reason.PARAGRAPH_CHAR_REPETITION, m.char_repetition, repeats_chars & ~data),
        (Reason.PARAGRAPH_WORD_REPETITION, m.word_repetition, repeats_words & ~data),
        (Reason.PARAGRAPH_SPECIAL_CHARS, m.special_share, (m.special_share > special) & ~data),
        (
            Reason.PARAGRAPH_STOPWORDS,
            m.stopword_share,
            (m.stopword_share < rules.min_stopword_share) & prose,
        ),
        (
            Reason.PARAGRAPH_FLAGGED_WORDS,
            m.flagged_share,
            m.flagged_share > rules.max_flagged_share,
        ),
        (Reason.PARAGRAPH_PUNCTUATION, m.punctuation_share, unpunctuated & long & prose),
        (
            Reason.PARAGRAPH_COMMON_WORDS,
            m.common_share,
            (m.common_share < rules.min_common_share) & prose,
        ),
    ]


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
