"""Text -> sentences, as spans: nothing of the text is lost. See docs/decisions/sentences.md."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import numpy as np
import sentencex  # type: ignore[import-untyped]
from numpy.typing import NDArray

from mmc4_like.records import Sentence
from webdoc.settings import setting

# The splitter's time grows with the square of what it gets, on text made to hurt it.
_MAX_PIECE_CHARS: Final = 4_000
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BREAKS: Final = {
    "line": re.compile(r"[\n\r\u2028\u2029]+"),
    "paragraph": re.compile(r"\n[^\S\n]*\n"),
}
# Words that no sentence ends with, before a full stop, as far as the splitter does not know them.
_NEVER_LAST: Final = {
    "en": "approx dept est rm tbsp tsp tues wed",
    "fr": "apr av bât bd cf dr gén ill m me mgr mlle mm mme mmes pers pr prof réf st ste suppl tél",
    "de": "abt allg bd evtl fa fam fr hr ing inkl nr prof sog st str tel vgl",
    "es": "apdo av avda d dir dña doña dpto dr dra prof sr sra srta tel ud uds",
}
_WORDS_NEVER_LAST: Final = {code: frozenset(words.split()) for code, words in _NEVER_LAST.items()}
# These, many of them words of their own, only before a number: "fig. 3", but "He ate a fig."
_BEFORE_NUMBERS: Final = (
    "abb abs art bd cap chap col eq eqs fig figs kap no nos nr núm p pp pág ref refs sec sect tab "
    "vol vols"
)
_WORDS_BEFORE_NUMBERS: Final = frozenset(_BEFORE_NUMBERS.split())
_LAST_WORD: Final = re.compile(r"(?:^|[\s(\[«„“\"'’-])([^\W_]{1,8})\.\s*$")
_NUMBER: Final = re.compile(r"\d|(?!I\b)[IVX]+\b")
# A single capital: "V. Hugo". English is left to the splitter, which sees "Vitamin C." too.
_INITIALS: Final = frozenset({"fr", "es"})
_ORDINALS: Final = frozenset({"de"})  # "am 3. Oktober"
# Where a sentence ends and the splitter never cuts: "etc. Then", "(A note.) Then".
_ENDS: Final = re.compile(r"(?:\b(?:etc|usw)\.|[.!?…][)\]])\s+(?=[A-ZÀ-ÖØ-Þ¿¡«„“\"(])")
_CHINESE_ENDS: Final = re.compile(r"[。！？…][）】]\s*|……\s*(?![”」』）】…，、；。！？])")
_TWO_LETTERS: Final = {
    **{"eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de"},
    **{"spa": "es", "zho": "zh", "chi": "zh", "cmn": "zh"},
}
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class SentenceSettings:
    """How texts are cut."""

    ends_at: Literal["line", "paragraph", "nothing"] = setting(
        "line",
        "Which line breaks end a sentence.",
        source="MMC4: NLTK's Punkt, for which a line break is a space like any other",
        differs="C4 and trafilatura write one paragraph a line; a heading without a full stop"
        " would swallow the sentence after it.",
    )
    language: str = setting(
        "en",
        "ISO 639-1, of documents that name none.",
        source="MMC4: C4's English part",
        private=False,
    )

    def __post_init__(self) -> None:
        if not self.language:
            raise ValueError("language must be a code such as en")


def split_sentences(text: str, language: str, settings: SentenceSettings) -> tuple[Sentence, ...]:
    """Return the sentences of a text, in order; () where it is blank.

    A sentence begins and ends with a character that is no white space, and only white space lies
    between sentences: the text is its sentences and what stands between them. Time is linear.

    Args:
        text: any text.
        language: ISO 639-1 or -3, also with region or script (zh-TW, deu_Latn); "" takes the
            settings' own; one that nobody knows is cut as English.
        settings: how.

    >>> [(s.start, s.end) for s in split_sentences("Dr. Fox ran. No!", "en", SentenceSettings())]
    [(0, 12), (13, 16)]
    """
    code = re.split(r"[-_]", language or settings.language)[0].lower()
    code = _TWO_LETTERS.get(code, code)
    sentences = []
    for start, stop in _blocks(text, settings.ends_at):
        begin = start
        for end in _block_ends(text[start:stop], code):
            piece = text[begin : start + end]
            stripped = piece.strip()
            if stripped:
                first = begin + piece.index(stripped)
                sentences.append(Sentence(first, first + len(stripped)))
            begin = start + end
    return tuple(sentences)


def sentence_texts(text: str, sentences: Sequence[Sentence]) -> list[str]:
    """Return the sentences of a text as strings."""
    return [text[sentence.start : sentence.end] for sentence in sentences]


def may_hold_image(text: str, sentences: Sequence[Sentence], min_words: int) -> NDArray[np.bool_]:
    """Return (n_sentences,) bool: which have at least min_words words.

    A word is a run of letters and digits; in scripts without spaces each character is one.
    """
    if min_words < 1:
        return np.ones(len(sentences), dtype=np.bool_)
    return np.array(
        [
            any(islice(_WORD.finditer(text, one.start, one.end), min_words - 1, None))
            for one in sentences
        ],
        dtype=np.bool_,
    )


def _blocks(text: str, ends_at: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a text begin and end that no sentence reaches beyond."""
    start = 0
    for found in _BREAKS[ends_at].finditer(text) if ends_at in _BREAKS else ():
        if start < found.start():
            yield start, found.start()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _block_ends(block: str, code: str) -> Iterator[int]:
    """Yield where sentences of a block end, the block's own end last; windows keep time linear."""
    start = 0
    while len(block) - start > _MAX_PIECE_CHARS:
        ends = _piece_ends(block[start : start + _MAX_PIECE_CHARS], code)
        # The last sentence may go on behind the window, unless it fills all of it.
        whole = ends[:-1] or [_at_space(block, start, start + _MAX_PIECE_CHARS)]
        yield from (start + end for end in whole)
        start += whole[-1]
    yield from (start + end for end in _piece_ends(block[start:], code))


def _at_space(block: str, start: int, stop: int) -> int:
    """Return where to cut a window without a sentence's end: at a space where there is one."""
    space = max(block.rfind(" ", start + 1, stop), block.rfind("\n", start + 1, stop))
    return (space if space > 0 else stop) - start


def _piece_ends(piece: str, code: str) -> list[int]:
    known = _LONE_SURROGATE.sub("\ufffd", piece)
    ends = {0}
    end = 0
    for part in sentencex.segment(code, known):
        end += len(part)
        ends.add(end)
    extra = _CHINESE_ENDS if code in ("zh", "ja") else _ENDS
    ends.update(found.end() for found in extra.finditer(known))
    kept = [0]
    for end in sorted(ends)[1:]:
        if end >= len(known) or not _goes_on(known[kept[-1] : end], known[end : end + 8], code):
            kept.append(min(end, len(known)))
    return kept[1:] or [len(piece)]


def _goes_on(sentence: str, following: str, code: str) -> bool:
    """Tell whether what the splitter takes for a sentence's end is none."""
    begun = sentence.lstrip()
    if following[:1].islower() and not following[1:2].isupper() and not begun[:1].islower():
        return True  # a text that uses capitals begins a sentence with one
    last = _LAST_WORD.search(sentence[-12:])
    if last is None:
        return False
    word = last[1]
    return (
        word.lower() in _WORDS_NEVER_LAST.get(code, ())
        or (code in _INITIALS and len(word) == 1 and word.isupper())
        or (code in _ORDINALS and len(word) < 3 and word.isdigit())
        or (word.lower() in _WORDS_BEFORE_NUMBERS and _NUMBER.match(following) is not None)
        or following[:1] == "-"
    )
