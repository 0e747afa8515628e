"""Lists of concepts, and where they stand in texts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.balance.entries import (
    SEPARATOR,
    Matcher,
    check_balance,
    clean_entries,
    entries_key,
    padded,
    read_entries,
    worker_matcher,
)
from webdoc.balance.settings import BalanceSettings
from webdoc.settings import SettingsError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dog", " dog "),
        ("A dog,\tasleep. \nWhy?", " a dog , asleep . why ? "),
        ("e;f:g!h`i", " e ; f : g ! h ` i "),
        ("", "  "),
        ("\U0001f600 \x00 \x1f", " \U0001f600 "),
    ],
)
def test_marks_are_words(text: str, expected: str) -> None:
    assert padded(text) == expected


def test_case_counts_only_where_it_is_asked_for() -> None:
    assert padded("Polish", match_case=True) == " Polish "
    assert clean_entries(["Polish", "polish"]) == ["polish"]
    assert clean_entries(["Polish", "polish"], match_case=True) == ["Polish", "polish"]
    assert Matcher(["Polish"], match_case=True).found(["polish", "Polish?"]) == (0,)
    assert Matcher(["Polish"], match_case=True).found(["polish"]) == ()


def test_duplicates_blanks_and_overlong_entries_go() -> None:
    given = ["dog", " Dog ", "hot_dog", "", " ", "x" * 100, "y" * 101, "u.s."]
    assert clean_entries(given) == ["dog", "hot dog", "u . s .", "x" * 100]


def test_entries_are_whole_words_and_may_overlap() -> None:
    entries = clean_entries(["hot dog", "dog", "dog house", "cat", "u.s.", "c++", ".*", "a|b"])
    matcher = Matcher(entries)

    def found(*texts: str) -> set[str]:
        return {entries[number] for number in matcher.found(texts)}

    assert found("A hot dog house") == {"hot dog", "dog", "dog house"}
    assert found("hotdog, cats and concatenation") == set()
    assert found("made in the U.S. of C++") == {"u . s .", "c++"}
    assert found("hot", "dog") == {"dog"}  # two texts, no sentence
    assert found("anything a b", "") == set()  # regular-expression characters are themselves
    assert found("write .* or a|b") == {". *", "a|b"}


def test_scripts_without_spaces_match_anywhere() -> None:
    entries = clean_entries(["\u732b", "\ub450 \ub9c8\ub9ac"])
    matcher = Matcher(entries)
    assert matcher.found(["\u9ed2\u732b\u304c\u3044\u308b"]) == (entries.index("\u732b"),)
    assert matcher.found(["\uace0\uc591\uc774 \ub450 \ub9c8\ub9ac\uac00"]) == ()


WORDS = st.sampled_from(["a", "bb", "a bb", "bb a", "a bb a", "a.", "c", "bb c", "A"])


@given(st.lists(WORDS, min_size=1), st.lists(WORDS))
def test_what_is_found_is_what_a_search_finds(entries: list[str], texts: list[str]) -> None:
    """MetaCLIP's own words: ` entry ` in the padded text."""
    known = clean_entries(entries)
    expected = [n for n, e in enumerate(known) if any(f" {e} " in padded(t) for t in texts)]
    assert list(Matcher(known).found(texts)) == expected


def test_lists_are_lines_or_json(tmp_path: Path) -> None:
    lines, as_json = tmp_path / "lines", tmp_path / "list.json"
    lines.write_bytes("\ufeff[sic]\nd\u00f6g\r\nd\u00f6g\n".encode())
    as_json.write_text(json.dumps(["b", "a"]), "utf-8")
    assert read_entries(str(lines), 9) == ["[sic]", "d\u00f6g"]
    assert read_entries(str(as_json), 9) == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "no list of entries"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b" \n\n", "has none"),
        (b"[1, 2]", "no text"),
        (b"a\nb\nc", "has 3, and max_entries is 2"),
    ],
)
def test_a_wrong_list_is_refused_in_words(tmp_path: Path, body: bytes | None, says: str) -> None:
    file = tmp_path / "entries"
    if body is not None:
        file.write_bytes(body)
    with pytest.raises(SettingsError, match=says):
        check_balance(BalanceSettings(t=1, entries=str(file), max_entries=2))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"t": -1}, "t must be 0 or more"),
        ({"seed": -1}, "seed"),
        ({"entries_from": ("wikipedia",)}, "no entries from 'wikipedia'"),
        ({"entries_from": ()}, "no concepts"),
        ({"min_word_documents": 0}, "min_word_documents"),
    ],
)
def test_impossible_settings_are_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BalanceSettings(**given)  # type: ignore[arg-type]


def test_a_worker_builds_a_list_once() -> None:
    joined = SEPARATOR.join(["cat", "dog"])
    first = worker_matcher(joined, entries_key(joined), match_case=False)
    assert worker_matcher(joined, entries_key(joined), match_case=False) is first
    assert first.found(["a dog"]) == (1,)
    other = worker_matcher("dog", entries_key("dog"), match_case=False)
    assert other.found(["a dog"]) == (0,)
    assert worker_matcher("dog", entries_key("dog"), match_case=True) is not other


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_million_entries_fit_into_a_worker() -> None:
    """Measured: 473 MB; the bound leaves room for another allocator."""
    code = """
import resource
from webdoc.balance.entries import Matcher, clean_entries
entries = clean_entries(f"{n % 9973:x}k {n:x}q" for n in range(1_000_000))
assert len(entries) == 1_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
matcher = Matcher(entries)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
assert grown < 900, grown
assert [entries[n] for n in matcher.found(["a 0k 0q, 1k 1q"])] == ["0k 0q", "1k 1q"]
"""
    subprocess.run([sys.executable, "-c", code], check=True)
