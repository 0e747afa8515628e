"""Rules on the text of paragraphs and documents. Sources of the numbers: docs/sources.md."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webdoc.reasons import Reason
from webdoc.text.measures import Measures, MeasuresOfEach

Finding = tuple[Reason, float]  # a broken rule, and what was measured
BlockKind = Literal["prose", "fragment", "data"]


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

    special_spaces: bool = False  # whether spaces and line breaks count as special
    special_digits: bool = False  # whether 0 to 9 do
    punctuation_marks: str = ",;:?!.…،؛؟۔।。，、；：？！．"


@dataclass(frozen=True, slots=True)
class ParagraphRules:
    """When a paragraph is left out: strictly outside a limit. Shares are in [0, 1]."""

    min_words: int = 4
    max_words: int = 1_000
    char_ngram: int = 10  # characters in one n-gram of char repetition
    max_char_repetition_share: float = 0.1
    word_ngram: int = 5
    max_word_repetition_share: float = 0.1
    max_special_share: float = 0.3
    min_stopword_share: float = 0.3
    max_flagged_share: float = 0.01
    min_punctuation_share: float = 0.001
    punctuation_from_tokens: int = 12  # shorter paragraphs need no punctuation
    min_common_share: float = 0.8
    min_language_score: float | None = None  # of the document's language; none: not judged
    max_perplexity: float | None = None  # needs perplexity.kenlm_model
    max_spam_share: float | None = 0.12  # a paragraph at it is left out too, as in OBELICS
    # A text of this many words or more that stands earlier in the page; none: not judged.
    repeated_min_words: int | None = None
    # Blocks that are no sentences: no rule on stopwords, punctuation or common words.
    fragment_tags: tuple[str, ...] = ()
    fragment_min_words: int = 1
    fragment_max_special_share: float = 0.5  # "C#" and "Q&A" are headings and list items
    # Blocks that are data: of all text rules only max_words and max_flagged_share.
    data_tags: tuple[str, ...] = ()
    spam_exempt_tags: tuple[str, ...] = ()

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

    min_images: int = 1
    max_images: int = 30
    max_characters: int = 1_000_000  # more is left out unread: it bounds memory
    min_words: int = 10
    max_words: int = 2_000
    char_ngram: int = 10
    max_char_repetition_share: float = 0.1
    word_ngram: int = 5
    max_word_repetition_share: float = 0.2
    max_special_share: float = 0.275
    min_stopword_share: float = 0.35
    max_flagged_share: float = 0.01
    min_punctuation_share: float = 0.03
    min_common_share: float = 0.9
    max_perplexity: float | None = 1_500.0  # needs perplexity.kenlm_model
    # What is measured: "all" live text, or "prose", the paragraphs that are neither fragments nor
    # data; then repetition, characters and word lists are judged only where there is some prose.
    measure: Literal["all", "prose"] = "all"
    judge_again: bool = False  # once deduplication and the spam rule have taken paragraphs out

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
