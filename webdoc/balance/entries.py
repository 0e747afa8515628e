"""Entries: the concepts that documents are balanced over, read from a file and found in texts."""

import json
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

import fsspec

from webdoc.balance.settings import BalanceSettings
from webdoc.settings import SettingsError

SEPARATOR: Final = "\n"  # between entries where they travel as one text
_LONGEST: Final = 100  # characters of an entry; WordNet's longest name has 71
_WORDS_OF_THEIR_OWN: Final = re.compile(r"([,.;:?!`])")
# Scripts that write no spaces between words: Thai, Lao, Burmese, Khmer, kana, ideographs.
_NO_SPACES: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_BETWEEN_TEXTS: Final = "\x1f"  # no entry has it, so none reaches from one text into the next
_CONTROLS: Final = dict.fromkeys(range(32), " ")


def padded(text: str, *, match_case: bool = False) -> str:
    """Return a text in which each word has a space on either side.

    The marks , . ; : ? ! and ` are words, too. White space is one space.

    Source: MetaCLIP's code, metaclip/substr_matching.py; that it joins white space is ours.

    >>> padded("A dog, asleep.")
    ' a dog , asleep . '
    """
    text = _WORDS_OF_THEIR_OWN.sub(r" \1 ", text.translate(_CONTROLS))
    words = (text if match_case else text.lower()).split()
    return f" {' '.join(words)} "


def clean_entries(entries: Iterable[str], *, match_case: bool = False) -> list[str]:
    """Return entries as they are looked for: each once, sorted, blank and overlong ones left out.

    Args:
        entries: in any order; _ stands for a space, as in WordNet.
        match_case: as in `padded`.
    """
    found = {padded(one.replace("_", " "), match_case=match_case).strip() for one in entries}
    return sorted(one for one in found if 0 < len(one) <= _LONGEST)


def read_entries(path: str, most: int, *, match_case: bool = False) -> list[str]:
    """Read a list of entries, as `clean_entries` gives them.

    Args:
        path: a file, local or on a store: one entry a line, or a JSON list of texts.
        most: entries that are taken.
        match_case: as in `padded`.

    Raises:
        SettingsError: there is no such file, it is no such list, it is empty, or has too many.
    """
    try:
        with fsspec.open(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"There is no list of entries {path}. Check its name.") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"The list of entries {path} cannot be read: {error}") from error
    entries = clean_entries(_items(text, path), match_case=match_case)
    if not entries:
        raise SettingsError(f"The list of entries {path} has none. Write one concept a line.")
    if len(entries) > most:
        raise SettingsError(
            f"The list of entries {path} has {len(entries):,}, and max_entries is {most:,}. Raise"
            " it where workers have the memory: 470 bytes an entry."
        )
    return entries


def _items(text: str, path: str) -> Iterable[str]:
    if not text.lstrip().startswith("["):
        return text.splitlines()
    try:
        items = json.loads(text)
    except ValueError:
        return text.splitlines()  # a list of lines, the first of which begins with a bracket
    if not all(isinstance(item, str) for item in items):
        raise SettingsError(f"The list of entries {path} holds something that is no text.")
    return list(items)


class Matcher:
    """Finds entries in texts, all in one pass (Aho-Corasick)."""

    def __init__(self, entries: Sequence[str], *, match_case: bool = False) -> None:
        """Build the automaton: 8 s of CPU and 470 MB for a million entries.

        Args:
            entries: from `clean_entries`, with the same `match_case`.
            match_case: as in `padded`.
        """
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - an extra

        self._match_case = match_case
        self._automaton = AhoCorasick(
            [_pattern(entry) for entry in entries],
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def found(self, texts: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of the entries that stand in any of the texts, each once, sorted."""
        spaced = _BETWEEN_TEXTS.join(padded(text, match_case=self._match_case) for text in texts)
        matches = self._automaton.find_matches_as_indexes(spaced, overlapping=True)
        return tuple(sorted({number for number, _, _ in matches}))


def _pattern(entry: str) -> str:
    """Return what is looked for: the entry as whole words, where its script has spaces."""
    return entry if _NO_SPACES.search(entry) else f" {entry} "


def check_balance(settings: BalanceSettings) -> None:
    """Refuse before anything runs.

    Raises:
        SettingsError: the extra with the automaton is not installed, or as of `read_entries`.
    """
    try:
        import ahocorasick_rs  # noqa: F401, PLC0415 - only whether it is there
    except ImportError as error:
        raise SettingsError(
            "Balancing needs ahocorasick-rs, which is not installed. Type: pip install"
            ' "interleaf[signals]"'
        ) from error
    if settings.entries:
        read_entries(settings.entries, settings.max_entries, match_case=settings.match_case)


def entries_key(joined: str) -> str:
    """Return what tells one list of entries, joined by SEPARATOR, from any other."""
    return sha256(joined.encode("utf-8", "replace")).hexdigest()


class _Held:
    """The last matcher of this process: it is built once a worker, not once a task."""

    key: tuple[str, bool] | None = None
    matcher: Matcher | None = None


def worker_matcher(joined: str, key: str, *, match_case: bool) -> Matcher:
    """Return the matcher of a list of entries; one is held at a time.

    Args:
        joined: the entries, by SEPARATOR.
        key: `entries_key` of it.
        match_case: as in `padded`.
    """
    if _Held.matcher is None or _Held.key != (key, match_case):
        _Held.matcher = None  # the memory of the last one is free before the next one is built
        _Held.matcher = Matcher(joined.split(SEPARATOR), match_case=match_case)
        _Held.key = (key, match_case)
    return _Held.matcher
