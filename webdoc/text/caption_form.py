"""How well formed a caption is as a sentence: measures, after the rules of Conceptual Captions.

Source: Sharma et al. 2018, Conceptual Captions, ACL P18-1238, section 3, text-based filtering.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from webdoc.text.language_packs import load_pack
from webdoc.text.part_of_speech import ADJECTIVES, DETERMINERS, NOUNS, VERBS, Word, tagged
from webdoc.text.relations import is_preposition
from webdoc.text.wordnet import wordnet

# What is cut off a caption before it is looked at. The paper names "click to enlarge picture" and
# "stock photo"; the others are ours.
_JOINT: Final = r"[\s\-–—:|,.()\[\]]*"
_CUT: Final = (
    r"(?:click (?:here |on (?:the )?(?:image|photo|picture) )?to (?:enlarge|zoom|view)"
    r"(?: (?:the |this )?(?:image|picture|photo))?"
    r"|(?:royalty[- ]free )?stock (?:photo|image|photography|illustration)s?"
    r"|royalty[- ]free (?:photo|image|picture)s?)"
)
_PREFIX: Final = re.compile(rf"^{_JOINT}{_CUT}{_JOINT}", re.IGNORECASE)
_SUFFIX: Final = re.compile(rf"{_CUT}$", re.IGNORECASE)
# What a caption begins or ends with that is left out. The paper names the first two.
_LEFT_OUT: Final = re.compile(
    r"^(?:embedded image permalink|profile (?:photo|picture|image)|image may contain"
    r"|no (?:photo|image) available)\b"
    r"|\b(?:embedded image permalink|profile (?:photo|picture|image))\W*$",
    re.IGNORECASE,
)
_LONGEST_CUT: Final = 80  # characters at either end that boilerplate is looked for in
_MARKS: Final = " -–—:|,.()[]"
_NUMBER: Final = re.compile(
    r"\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|s|%|k|m|cm|mm|km|kg|d|x)?", re.IGNORECASE
)
_NAME: Final = re.compile(r"[A-ZÀ-Þ][^\W\d_]+")
_VOWEL: Final = re.compile(r"[aeiouyà-ÿ]", re.IGNORECASE)
# Beside the pornographic words of the language pack; no word that has a decent meaning too.
_PROFANE: Final = frozenset((
    "fuck", "fucks", "fucked", "fucker", "fuckers", "fucking", "motherfucker", "motherfucking",
    "shit", "shits", "shitty", "bullshit", "cunt", "cunts", "bitch", "bitches", "asshole",
    "assholes", "wanker", "wankers",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaptionForm:
    """What was measured of a caption, its boilerplate cut off."""

    determiners: int
    nouns: int
    prepositions: int
    noun_share: float  # of its words, in [0, 1]; 0.0 without any
    repeated_share: float  # of its nouns, verbs and adjectives: those that stand before already
    capital_share: float  # of its words but the first: those with a large first letter
    begins_small: bool  # the first word has a small first letter
    unlikely_words: int  # in no vocabulary, and no number or name
    offensive_words: int
    is_boilerplate: bool  # it begins or ends as what is left out


def caption_form(text: str) -> CaptionForm:
    """Measure a caption in English.

    Raises:
        SettingsError: TextBlob, whose lexicon is read, is not installed.
    """
    whole = text.strip()
    words = tagged(without_boilerplate(whole))
    own = [word for word in words if word.text[0].isalnum()]
    content = [w.text.lower() for w in own if w.tag in NOUNS | VERBS | ADJECTIVES]
    letters = [word.text for word in own if word.text[0].isalpha()]
    nouns = sum(word.tag in NOUNS for word in own)
    capitals = sum(word[0].isupper() for word in letters[1:])
    return CaptionForm(
        determiners=sum(word.tag in DETERMINERS for word in own),
        nouns=nouns,
        prepositions=sum(is_preposition(words, at) for at in range(len(words))),
        noun_share=_share(nouns, len(own)),
        repeated_share=_share(len(content) - len(set(content)), len(content)),
        capital_share=_share(capitals, len(letters) - 1),
        begins_small=bool(own) and not (own[0].text[0].isupper() or own[0].text[0].isdigit()),
        unlikely_words=sum(not _is_likely(words, at) for at in range(len(words))),
        offensive_words=sum(_is_offensive(word.text.lower()) for word in own),
        is_boilerplate=bool(
            _LEFT_OUT.search(whole[:_LONGEST_CUT]) or _LEFT_OUT.search(whole[-_LONGEST_CUT:])
        ),
    )


def without_boilerplate(text: str) -> str:
    """Return a caption without what asks to enlarge the picture or calls it a stock photo.

    >>> without_boilerplate("Stock photo - A dog in the snow (click to enlarge)")
    'A dog in the snow'
    """
    head = _PREFIX.sub("", text[:_LONGEST_CUT])
    text = (head + text[_LONGEST_CUT:]).rstrip(_MARKS)
    cut = max(len(text) - _LONGEST_CUT, 0)
    tail = _SUFFIX.sub("", text[cut:])
    return text if tail == text[cut:] else (text[:cut] + tail).rstrip(_MARKS)


def _share(part: int, whole: int) -> float:
    return part / whole if whole > 0 else 0.0


def _is_likely(words: Sequence[Word], at: int) -> bool:
    """Tell whether a word is one that people write: known, a number, or a name."""
    text, tag = words[at]
    if not text[0].isalnum():
        return not _is_pictograph(text)
    if tag == "FW":
        return False
    if _NUMBER.fullmatch(text):
        return True
    if any(_is_known(form) for form in (text, text.lower())):
        return True
    if at and _NAME.fullmatch(text) and _VOWEL.search(text):
        return True
    parts = re.split(r"[-'’/&.]", text)
    return len(parts) > 1 and all(
        not part or _NUMBER.fullmatch(part) or _is_known(part.lower()) or _NAME.fullmatch(part)
        for part in parts
    )


@cache
def _vocabulary() -> frozenset[str]:
    return load_pack("en").common


def _is_known(word: str) -> bool:
    net = wordnet()
    return (
        word in _vocabulary()
        or word in net.adjectives
        or bool(net.noun(word))
        or bool(net.verb(word))
    )


def _is_offensive(word: str) -> bool:
    return word in _PROFANE or word in load_pack("en").flagged


def _is_pictograph(character: str) -> bool:
    return ord(character[0]) >= 0x2190  # arrows, symbols, emoji, and scripts that are not English
