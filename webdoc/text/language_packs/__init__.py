"""Word lists of the languages that rules can judge. Where they come from: README.md beside this."""

import lzma
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

from webdoc.text.characters import HAN, UNSPACED

# How a language writes words; a language has a pack when it is named here.
_SPLITS_APOSTROPHES: Final = {"en": False, "fr": True, "de": False, "es": False, "zh": False}
_LONE_HAN: Final = frozenset({"zh"})
LANGUAGES: Final = tuple(_SPLITS_APOSTROPHES)
_SPACED: Final = frozenset({"id", "it", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi"})
# Languages with a list of stopwords and no other; README.md says on what prose each was checked.
STOPWORD_LANGUAGES: Final = ("id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi")


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """The lists of one language, lower case."""

    language: str  # ISO 639-1
    stopwords: frozenset[str]
    flagged: frozenset[str]  # pornographic words
    common: frozenset[str]  # words that people write often
    spam: frozenset[str]  # of share bars, cookie lines, log-in forms
    # Where words have no spaces between, lists are also looked for inside the text.
    flagged_phrases: re.Pattern[str] | None = None
    spam_phrases: re.Pattern[str] | None = None
    splits_apostrophes: bool = False  # whether l'eau is two words
    lone: str = ""  # characters that are a word each, as ranges of a regular expression


@cache
def load_pack(language: str) -> LanguagePack:
    """Return the pack of a language.

    Of `STOPWORD_LANGUAGES` it has stopwords and the pornographic words of English, and no common
    or spam words.

    Raises:
        ValueError: there is none.
    """
    if language in STOPWORD_LANGUAGES:
        return replace(bare_pack(language), stopwords=_words(language, "stopwords"))
    if language not in LANGUAGES:
        raise ValueError(f"no language pack for {language!r}. There are: {', '.join(LANGUAGES)}")
    flagged, spam = _words(language, "flagged"), _words(language, "spam")
    lone_han = language in _LONE_HAN
    return LanguagePack(
        language=language,
        stopwords=_words(language, "stopwords"),
        flagged=flagged,
        common=_words(language, "common"),
        spam=spam,
        flagged_phrases=_any_of(flagged) if lone_han else None,
        spam_phrases=_any_of(spam) if lone_han else None,
        splits_apostrophes=_SPLITS_APOSTROPHES[language],
        lone=HAN if lone_han else "",
    )


@cache
def stopwords(language: str) -> frozenset[str]:
    """Return the stopwords of a language alone; none where there is no list of them."""
    has_list = language in LANGUAGES or language in STOPWORD_LANGUAGES
    return _words(language, "stopwords") if has_list else frozenset()


def bare_pack(language: str) -> LanguagePack:
    """Return a pack for whatever language: of all lists only the pornographic words of English.

    Characters of scripts without spaces are a word each.
    """
    return LanguagePack(
        language=language,
        stopwords=frozenset(),
        flagged=_words("en", "flagged"),
        common=frozenset(),
        spam=frozenset(),
        lone="" if language in _SPACED else UNSPACED,
    )


def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern of the Han words among these, longest first; others are found as words."""
    phrases = sorted((w for w in words if not w.isascii()), key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, phrases)))


def _words(language: str, kind: str) -> frozenset[str]:
    """Return the words of a list, one a line; the longest ones are kept compressed."""
    folder = resources.files(__name__) / "lists"
    plain = folder / f"{language}.{kind}.txt"
    if plain.is_file():
        data = plain.read_bytes()
    else:
        data = lzma.decompress((folder / f"{language}.{kind}.txt.xz").read_bytes())
    return frozenset(data.decode("utf-8").split("\n")) - {""}
