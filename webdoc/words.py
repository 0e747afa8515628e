"""The words of a text, and what a language's lists say about each."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.characters import EDGE, HAN, class_table
from webdoc.language_packs import LanguagePack

# Bits of a word's kind.
IS_WORD: Final = 1  # something is left of it once both ends are stripped
STOPWORD: Final = 2
FLAGGED: Final = 4
COMMON: Final = 8
SPAM: Final = 16
N_KINDS: Final = 32  # every combination of these

# A row costs about 0.3 kB and its token; a worker holds one table a language.
_MAX_ROWS: Final = 100_000
_MAX_TOKEN_CHARS: Final = 4_000_000  # of all tokens: one without spaces may fill a page
_LONE_OR_RUN: Final = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_JOINTS: Final = re.compile(r"[-'/_.\u2010-\u2015]")


def stripped(token: str) -> str:
    """Return a token without the punctuation, symbols, digits and spaces at its ends.

    Source: OBELICS, arXiv:2306.16527; so a number alone is no word.

    >>> stripped("(well-known)...1998")
    'well-known'
    """
    is_edge = _edges()
    start, end = 0, len(token)
    while start < end and is_edge[ord(token[start])]:
        start += 1
    while end > start and is_edge[ord(token[end - 1])]:
        end -= 1
    return token[start:end]


@cache
def _edges() -> bytes:
    table = class_table(special_spaces=True, special_digits=True, marks="")
    return (table & EDGE).tobytes()


class Lexicon:
    """What is known about the words of one language, looked up once for each word that is seen.

    Not safe between threads: every Spark worker is a process and builds its own.
    """

    def __init__(self, pack: LanguagePack) -> None:
        self.pack = pack
        self._forget()

    def _forget(self) -> None:
        self._rows = _Rows(self._add)
        self._token_chars = 0
        self._kinds: NDArray[np.uint8] = np.zeros(4096, dtype=np.uint8)
        self._keys: NDArray[np.uint64] = np.zeros(4096, dtype=np.uint64)

    def tokens(self, text: str) -> list[str]:
        """Return the pieces of a text that may be words, lower-cased, ends not yet stripped."""
        text = text.lower()
        if self.pack.lone_han:
            return _LONE_OR_RUN.findall(text)
        if self.pack.splits_apostrophes:
            text = text.replace("'", " ").replace("\u2019", " ")
        return text.split()

    def words(self, text: str) -> list[str]:
        """Return the words of a text, in reading order, lower-cased and stripped."""
        return [word for word in map(stripped, self.tokens(text)) if word]

    def look_up(self, tokens: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        """Return the kind and a 64-bit key of each token.

        Two tokens have one key when they are the same word; that different words share a key
        has a chance of about one in 10**19. Keys are the same in every process.

        Returns:
            (n_tokens,) uint8 of bits, 0 where the token is no word, and (n_tokens,) uint64.
        """
        if len(self._rows) > _MAX_ROWS or self._token_chars > _MAX_TOKEN_CHARS:
            self._forget()
        rows = np.fromiter(map(self._rows.__getitem__, tokens), np.int64, len(tokens))
        return self._kinds.take(rows), self._keys.take(rows)

    def _add(self, token: str) -> int:
        row = len(self._rows)
        self._token_chars += len(token)
        if row == len(self._kinds):
            self._kinds = np.concatenate([self._kinds, np.zeros_like(self._kinds)])
            self._keys = np.concatenate([self._keys, np.zeros_like(self._keys)])
        word = stripped(token)
        if word:
            self._kinds[row] = self.kind(word)
            digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            self._keys[row] = int.from_bytes(digest, "big")
        return row

    def kind(self, word: str) -> int:
        """Return the bits of a word; a compound is common when each of its parts is."""
        pack = self.pack
        word = word.replace("\u2019", "'")
        common = word in pack.common or self._is_common_compound(word)
        return (
            IS_WORD
            | (STOPWORD if word in pack.stopwords else 0)
            | (FLAGGED if word in pack.flagged else 0)
            | (COMMON if common else 0)
            | (SPAM if word in pack.spam else 0)
        )

    def _is_common_compound(self, word: str) -> bool:
        parts = [part for part in _JOINTS.split(word) if part]
        return len(parts) > 1 and all(
            part in self.pack.common or len(part) == 1 or part.isdigit() for part in parts
        )


class _Rows(dict[str, int]):
    """Token -> row; a new token gets the next one. A dict because map() over it stays in C."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self._add = add

    def __missing__(self, token: str) -> int:
        row = self._add(token)
        self[token] = row
        return row
