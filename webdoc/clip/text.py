"""Cutting a text at a word so that it fits into the context of a CLIP model."""

import re
from collections.abc import Callable
from typing import Any, Final

# A token of CLIP covers five bytes of English on average. What is longer than this many bytes a
# token is cut before any tokenizer sees it: some take the square of a word's length.
_BYTES_A_TOKEN: Final = 12
_WORD_END: Final = re.compile(r"\S(?=\s|$)")
_MOST_CACHED: Final = 100_000  # words; CLIP's tokenizer keeps every word that it ever met


def fitting(text: str, tokenizer: Any) -> tuple[str, bool]:
    """Return the longest beginning of a text, to the end of a word, that the model sees whole.

    Args:
        text: any; where the first word alone is too long, or a script has no spaces, it is cut
            between characters.
        tokenizer: of open_clip, for words of CLIP or of transformers.

    Returns:
        What to show to the model, white space made single, and whether the text was cut.
    """
    context = int(tokenizer.context_length)
    counted = _counter(tokenizer)
    words = " ".join(text.split())  # as every tokenizer of open_clip does first
    short = _beginning(words, context * _BYTES_A_TOKEN)
    if counted(short) <= context:
        return short, len(short) < len(words)
    ends = [match.end() for match in _WORD_END.finditer(short)]
    best = _most(ends, lambda end: counted(short[:end]) <= context)
    if best == 0:  # not even its first word fits
        best = _most(range(1, len(short) + 1), lambda end: counted(short[:end]) <= context)
    return short[:best], True


def _most(ends: Any, fits: Callable[[int], bool]) -> int:
    """Return the last end that fits, by halving; 0 for none."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if fits(ends[middle]):
            low = middle + 1
        else:
            high = middle
    return int(ends[low - 1]) if low else 0


def _beginning(words: str, limit: int) -> str:
    """Return the words that fit into so many bytes; half a surrogate pair becomes "?"."""
    encoded = words[:limit].encode("utf-8", "replace")
    short = encoded[:limit].decode("utf-8", "ignore")
    if len(short) == len(words):
        return short
    return short.rpartition(" ")[0] or short


def _counter(tokenizer: Any) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text, beginning and end included."""
    if hasattr(tokenizer, "encode"):  # CLIP's own, whose special tokens come later
        cache = tokenizer.cache
        if len(cache) > _MOST_CACHED:
            tokenizer.cache = {word: whole for word, whole in cache.items() if word[:1] == "<"}
        return lambda text: len(tokenizer.encode(text)) + 2
    return lambda text: len(tokenizer.tokenizer(text).input_ids)
