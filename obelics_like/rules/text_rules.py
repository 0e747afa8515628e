"""Rules on the text of paragraphs; those on documents stand in document_rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webdoc.page.document import Node
from webdoc.reasons import Reason
from webdoc.settings import setting
from webdoc.text.measures import MeasuresOfEach

Finding = tuple[Reason, float]  # a broken rule, and what was measured
BlockKind = Literal["prose", "fragment", "data"]
TABLE_3: Final = "OBELICS paper, Table 3, and its config"
MEASURED: Final = "measured: [decisions/rules.md](decisions/rules.md)"
_INDEX = re.compile(r"\[[0-9]+\]")  # of a step of a DOM path
_LIST_LINES = 3  # lines that a br divides; fewer are no list
_LIST_LINE_WORDS = 12  # in a line of such a list, on average


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

    min_words: int = setting(
        4,
        "The fewest words of a paragraph.",
        source=TABLE_3,
        differs="Of the words that it took 50 % were true: short lines go by their place,"
        " `min_place_words`.",
    )
    max_words: int = setting(
        1_000,
        "The most words of a paragraph.",
        source=TABLE_3,
        differs="Listings of programs and pages whose lines only br divides are longer.",
    )
    char_ngram: int = setting(
        10, "Characters in one n-gram of character repetition.", source=TABLE_3
    )
    max_char_repetition_share: float = setting(
        0.1,
        "The largest share of character n-grams that occur more than once.",
        source=TABLE_3,
        differs="The measure is high for short texts: of 676 paragraphs that 0.1 rejects in 610"
        " real pages nearly all are prose that repeats one term. Of what 0.2 takes 43 % is true, of"
        " what 0.3 takes 18 %.",
    )
    word_ngram: int = setting(5, "Words in one n-gram of word repetition.", source=TABLE_3)
    max_word_repetition_share: float = setting(
        0.1,
        "The largest share of word n-grams that occur more than once.",
        source=TABLE_3,
        differs="Of the words that 0.1 takes 72 % are true, of those that 0.2 takes 49 %.",
    )
    max_special_share: float = setting(
        0.3, "The largest share of special characters.", source=TABLE_3
    )
    min_stopword_share: float = setting(
        0.3,
        "The least share of words that are stopwords.",
        source=TABLE_3,
        differs="Names, figures and lists without tags have few: of the words that 0.2 takes 72 %"
        " are true, of those that 0.05 takes in paragraphs of 30 words and more 22 %.",
    )
    stopwords_from_words: int = setting(
        1, "Shorter paragraphs need no stopwords.", source=MEASURED, differs="As above."
    )
    max_flagged_share: float = setting(
        0.01, "The largest share of words that are flagged.", source=TABLE_3
    )
    min_punctuation_share: float = setting(
        0.001, "The least share of tokens that are punctuation.", source=TABLE_3
    )
    punctuation_from_tokens: int = setting(
        12,
        "Paragraphs with fewer tokens need no punctuation.",
        source="OBELICS code",
        differs="Of the words that 12 takes 71 % are true: titles, names and lines of verse.",
    )
    min_common_share: float = setting(
        0.8,
        "The least share of words that are common.",
        source=TABLE_3,
        differs="Of the words that 0.8 takes 75 % are true: names, species, German compounds.",
    )
    common_from_words: int = setting(
        1, "Shorter paragraphs may be all names.", source=MEASURED, differs="As above."
    )
    min_place_words: float | None = setting(
        None,
        "The least product of a paragraph's words and the share of the page's words that stand in"
        " places like its own, that is with the same DOM path but for the indexes; none: not"
        " judged.",
        source=MEASURED,
        differs="The text of an article stands in many siblings; a date, a button or a count of"
        " comments stands alone. Of the words that it takes two thirds are boilerplate.",
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
        differs="Of the words that 0.12 takes 77 % are true, of those that 0.3 takes 35 %.",
    )
    spam_page_factor: float = setting(
        0.0,
        "A share below this many times that of the whole page is what the page is about, such as"
        ' "cookie" in an article on cookies; 0: the page is not looked at.',
        source="ours",
        differs="A subject word stands everywhere in its page, a share bar in one place.",
    )
    repeated_min_words: int | None = setting(
        None,
        "A text of this many words or more that stands earlier in the page is left out; none: not"
        " judged.",
        source="ours",
        differs="Pages hold a second copy of their text for small screens: it made 20 of 30 real"
        " documents fail the word repetition rule.",
    )
    repeated_fragment_min_words: int = setting(
        1,
        "Likewise of fragments and data.",
        source="ours",
        differs='"Pros" may head two lists, and "1 egg" stand in two recipes of a page.',
    )
    mild_beside_images: bool = setting(
        False,
        "Whether a paragraph next to an image that stays is judged as a fragment is.",
        source="ours",
        differs="A line beside an image is its caption more often than not.",
    )
    line_lists: bool = setting(
        False,
        "Whether three short lines or more that br divides are a list, so a fragment.",
        source="ours",
        differs="Ingredients, addresses and verse are written so.",
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
        least = (
            "fragment_min_words",
            "punctuation_from_tokens",
            "stopwords_from_words",
            "common_from_words",
            "repeated_fragment_min_words",
            "spam_page_factor",
        )
        for name in least:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more")
        if self.min_place_words is not None and self.min_place_words <= 0:
            raise ValueError("min_place_words must be above 0, or none")


class BlockKinds(dict[str, BlockKind]):
    """Tag -> what kind of block it makes; what is neither fragment nor data is prose."""

    def __init__(self, rules: ParagraphRules) -> None:
        super().__init__(dict.fromkeys(rules.fragment_tags, "fragment"))
        self.update(dict.fromkeys(rules.data_tags, "data"))

    def __missing__(self, tag: str) -> BlockKind:
        return "prose"


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The live paragraphs of a page with what was measured: all that a rule on them may ask."""

    nodes: Sequence[Node]
    kinds: NDArray[np.str_]  # (n_paragraphs,) of BlockKind
    measured: MeasuresOfEach
    beside_image: NDArray[np.bool_]  # (n_paragraphs,): next to an image that is live


def paragraph_findings(paragraphs: Paragraphs, rules: ParagraphRules) -> dict[int, Finding]:
    """Return the place of each paragraph that breaks a rule, with the first one in OBELICS' order.

    Args:
        paragraphs: of one page, at least one.
        rules: the limits.
    """
    findings: dict[int, Finding] = {}
    for reason, values, broken in _paragraph_checks(paragraphs, rules):
        for place in broken.nonzero()[0].tolist():
            findings.setdefault(place, (reason, values[place].item()))
    _add_repeated(findings, paragraphs, rules)
    return findings


def _paragraph_checks(
    paragraphs: Paragraphs, rules: ParagraphRules
) -> list[tuple[Reason, NDArray[Any], NDArray[np.bool_]]]:
    """Return each rule in order: its reason, what it measured, and who breaks it."""
    m = paragraphs.measured
    prose, data = paragraphs.kinds == "prose", paragraphs.kinds == "data"
    if rules.mild_beside_images:
        prose = prose & ~paragraphs.beside_image
    if rules.line_lists:
        prose = prose & ~_line_lists(paragraphs)
    least = np.where(prose, rules.min_words, np.where(data, 0, rules.fragment_min_words))
    special = np.where(prose, rules.max_special_share, rules.fragment_max_special_share)
    repeats_chars = m.char_repetition > rules.max_char_repetition_share
    repeats_words = m.word_repetition > rules.max_word_repetition_share
    few_stopwords = m.stopword_share < rules.min_stopword_share
    unpunctuated = m.punctuation_share < rules.min_punctuation_share
    uncommon = m.common_share < rules.min_common_share
    checks: list[tuple[Reason, NDArray[Any], NDArray[np.bool_]]] = [
        (Reason.PARAGRAPH_WORDS, m.words, (m.words < least) | (m.words > rules.max_words)),
        (Reason.PARAGRAPH_CHAR_REPETITION, m.char_repetition, repeats_chars & ~data),
        (Reason.PARAGRAPH_WORD_REPETITION, m.word_repetition, repeats_words & ~data),
        (Reason.PARAGRAPH_SPECIAL_CHARS, m.special_share, (m.special_share > special) & ~data),
        (
            Reason.PARAGRAPH_STOPWORDS,
            m.stopword_share,
            few_stopwords & (m.words >= rules.stopwords_from_words) & prose,
        ),
        (
            Reason.PARAGRAPH_FLAGGED_WORDS,
            m.flagged_share,
            m.flagged_share > rules.max_flagged_share,
        ),
        (
            Reason.PARAGRAPH_PUNCTUATION,
            m.punctuation_share,
            unpunctuated & (m.tokens >= rules.punctuation_from_tokens) & prose,
        ),
        (
            Reason.PARAGRAPH_COMMON_WORDS,
            m.common_share,
            uncommon & (m.words >= rules.common_from_words) & prose,
        ),
    ]
    if rules.min_place_words is not None:
        place_words = m.words * _place_shares(paragraphs)
        astray = (place_words < rules.min_place_words) & prose
        checks.append((Reason.PARAGRAPH_STRAY, place_words, astray))
    return checks


def _line_lists(paragraphs: Paragraphs) -> NDArray[np.bool_]:
    """Return which paragraphs are lists made by br: three lines or more, each of them short."""
    lines = np.array([node.text.count("\n") + 1 for node in paragraphs.nodes])
    return (lines >= _LIST_LINES) & (paragraphs.measured.words <= _LIST_LINE_WORDS * lines)


def _place_shares(paragraphs: Paragraphs) -> NDArray[np.float64]:
    """Return the share of the page's words that stand in places like that of each paragraph.

    The text of an article is many siblings; a date, a "Share" or a count of comments is alone.
    """
    codes: dict[str, int] = {}
    kinds = [
        codes.setdefault(_INDEX.sub("", node.dom_path), len(codes)) for node in paragraphs.nodes
    ]
    words = np.bincount(kinds, paragraphs.measured.words)
    shares: NDArray[np.float64] = (words / max(words.sum(), 1.0)).take(kinds)
    return shares


def _add_repeated(
    findings: dict[int, Finding], paragraphs: Paragraphs, rules: ParagraphRules
) -> None:
    """Add the texts that an earlier live one holds already: pages hold copies for small screens."""
    if rules.repeated_min_words is None:
        return
    least = np.where(
        paragraphs.kinds == "prose", rules.repeated_min_words, rules.repeated_fragment_min_words
    )
    words = paragraphs.measured.words
    seen: set[str] = set()
    for number in (words >= least).nonzero()[0].tolist():
        if number not in findings:
            text = paragraphs.nodes[number].text
            if text in seen:
                findings[number] = Reason.PARAGRAPH_REPEATED_IN_DOCUMENT, words[number].item()
            seen.add(text)


def spam_limit(page_share: float, rules: ParagraphRules) -> float | None:
    """Return from which share of spam words on a paragraph goes; None where none does.

    Args:
        page_share: of spam words among all words of the page, in [0, 1].
    """
    if rules.max_spam_share is None:
        return None
    return max(rules.max_spam_share, rules.spam_page_factor * page_share)
