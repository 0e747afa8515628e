"""The tokens of a text, found and looked up all at once."""

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.text.characters import BREAK, LONE, SPACES, class_table
from webdoc.text.language_packs import LanguagePack
from webdoc.text.span_keys import Spans
from webdoc.text.words import stripped, word_kind

# 17 bytes each. With 100,000 tokens in it one of a hundred finds its four slots taken.
_SLOT_BITS: Final = 18
_WAYS: Final = np.arange(4)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # odd: its product's upper bits hang on all bits
_SLOT_SHIFT: Final = np.uint64(64 - _SLOT_BITS)
_OUTSIDE: Final = BREAK | LONE


class Vocabulary:
    """What is known about the words of one language, worked out once for each token that is seen.

    A table of fixed size: a new token may push an old one out. Not safe between threads: every
    Spark worker is a process and builds its own.
    """

    def __init__(
        self, pack: LanguagePack, *, special_spaces: bool, special_digits: bool, marks: str
    ) -> None:
        """Know nothing yet.

        Args:
            pack: of the language.
            special_spaces, special_digits, marks: as `class_table` of characters takes them.
        """
        self.pack = pack
        self.table = class_table(
            special_spaces=special_spaces,
            special_digits=special_digits,
            marks=marks,
            lone=pack.lone,
            breaks=SPACES + ("'\u2019" if pack.splits_apostrophes else ""),
        )
        # A slot holds a token's key, its kind and its word's key. An empty one, key 0, is right
        # for the one token with that key: NULs, which are no word.
        self._held = np.zeros(1 << _SLOT_BITS, dtype=np.uint64)
        self._kinds = np.zeros(1 << _SLOT_BITS, dtype=np.uint8)
        self._words = np.zeros(1 << _SLOT_BITS, dtype=np.uint64)

    def look_up(
        self, text: str, spans: Spans, classes: NDArray[np.uint8]
    ) -> tuple[NDArray[np.intp], NDArray[np.uint8], NDArray[np.uint64]]:
        """Return where each token of a text starts, its kind, and a 64-bit key of its word.

        Two tokens have one key when they are the same word, once lower-cased and stripped; that
        different words share a key has a chance of about one in 10**19. Keys are the same in
        every process.

        Args:
            text: not empty.
            spans: of its code points.
            classes: (n_points,) of these, from `table`.

        Returns:
            (n_tokens,) intp; (n_tokens,) uint8 of bits, 0 where the token is no word; (n_tokens,)
            uint64.
        """
        starts, ends = _tokens(classes)
        keys = spans.keys(starts, ends)
        slots = ((keys * _SPREAD) >> _SLOT_SHIFT).view(np.int64)
        missing = (self._held.take(slots) != keys).nonzero()[0]
        if not len(missing):
            return starts, self._kinds.take(slots), self._words.take(slots)
        ways = slots.take(missing)[:, None] ^ _WAYS
        held = self._held.take(ways)
        same = held == keys.take(missing)[:, None]
        # Where it is; else an empty slot; else its own, where it pushes an old one out.
        way = (same * 2 + (held == 0)).argmax(axis=1)
        slots[missing] = ways[np.arange(len(missing)), way]
        kinds, words = self._kinds.take(slots), self._words.take(slots)
        new = missing[~same.any(axis=1)]
        if len(new):
            tokens = [text[a:b] for a, b in zip(starts[new], ends[new], strict=True)]
            learned = [self._of_token(token) for token in tokens]
            kinds[new] = [kind for kind, _ in learned]
            words[new] = np.array([word for _, word in learned], dtype=np.uint64)
            at = slots.take(new)
            self._held[at], self._kinds[at], self._words[at] = keys[new], kinds[new], words[new]
        return starts, kinds, words

    def _of_token(self, token: str) -> tuple[int, int]:
        """Return the kind of a token and the key of its word."""
        word = stripped(token.lower())
        if not word:
            return 0, 0
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return word_kind(word, self.pack), int.from_bytes(digest, "big")


def _tokens(classes: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where tokens start and end: a run without breaks, or a character that is one."""
    kinds = classes & _OUTSIDE
    edges = kinds[1:] != kinds[:-1]
    edges |= kinds[1:] == LONE
    bounds = np.concatenate([[0], edges.nonzero()[0] + 1, [len(kinds)]])
    starts = bounds[:-1]
    tokens = (kinds.take(starts) != BREAK).nonzero()[0]
    return starts.take(tokens), bounds.take(tokens + 1)
