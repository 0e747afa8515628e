"""Settings say what is wrong with them, and where."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from webdoc.settings import (
    SettingsError,
    as_table,
    assignment_table,
    build,
    merged,
    read_toml,
)


@dataclass(frozen=True, slots=True)
class Rules:
    max_share: float = 0.1
    min_words: int | None = None
    words: tuple[str, ...] = ()
    by_language: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.max_share <= 1:
            raise ValueError(f"max_share must lie in [0, 1], got {self.max_share}")


@dataclass(frozen=True, slots=True)
class All:
    out: str
    scope: Literal["main", "page"] = "main"
    keep: bool = False
    rules: Rules = field(default_factory=Rules)


def test_values_land_in_their_places() -> None:
    table = {
        "out": "there",
        "keep": True,
        "rules": {"max_share": 1, "words": ["a"], "by_language": {"zh": 0.5}},
    }
    assert build(All, table) == All("there", keep=True, rules=Rules(1.0, None, ("a",), {"zh": 0.5}))


def test_none_can_be_written() -> None:
    assert build(Rules, {"min_words": "none"}).min_words is None
    assert build(Rules, {"min_words": 3}).min_words == 3


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"out": "x", "skope": "main"}, "unknown setting skope: did you mean scope"),
        ({"out": "x", "rules": {"max_shre": 1}}, "unknown setting rules.max_shre: did you mean"),
        ({"out": "x", "rules": {"max_share": "much"}}, "rules.max_share must be a number, got 'm"),
        ({"out": "x", "rules": {"max_share": True}}, "rules.max_share must be a number, got True"),
        ({"out": "x", "rules": {"max_share": 2}}, r"rules: max_share must lie in \[0, 1\], got 2"),
        ({"out": "x", "rules": {"min_words": 1.5}}, "rules.min_words must be a whole number"),
        ({"out": "x", "rules": {"words": "a"}}, "rules.words must be a list of a text, got 'a'"),
        ({"out": "x", "rules": {"words": [1]}}, r"rules.words\[0\] must be a text, got 1"),
        ({"out": "x", "rules": 3}, "rules must be a table, got 3"),
        ({"out": "x", "scope": "all"}, "scope must be 'main' or 'page', got 'all'"),
        ({"out": "x", "keep": 1}, "keep must be true or false, got 1"),
        ({"out": "x", "rules": {"by_language": {"zh": "x"}}}, "rules.by_language.zh must be a num"),
        ({}, "out"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        build(All, table)


def test_later_tables_win_key_by_key() -> None:
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}, {"d": 4}) == {
        "a": {"b": 1, "c": 3},
        "d": 4,
    }


def test_assignments_are_read_as_toml_or_text() -> None:
    assert assignment_table(["a.b=3", "a.c=true", 'a.d=["x"]', "a.e=plain text", "f=s3://b/k"]) == {
        "a": {"b": 3, "c": True, "d": ["x"], "e": "plain text"},
        "f": "s3://b/k",
    }


@pytest.mark.parametrize("bad", ["a.b", "=3", "a..b=3"])
def test_a_bad_assignment_is_refused(bad: str) -> None:
    with pytest.raises(SettingsError, match=r"section\.key=value"):
        assignment_table([bad])


def test_as_table_is_the_inverse_of_build() -> None:
    settings = All("x", "page", True, Rules(0.5, None, ("a", "b"), {"fr": 1.0}))
    assert build(All, as_table(settings)) == settings


def test_none_survives_where_the_default_is_another() -> None:
    @dataclass(frozen=True)
    class Limits:
        max_share: float | None = 0.12

    assert build(Limits, as_table(Limits(None))) == Limits(None)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no settings file"):
        read_toml(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("a = ")
    with pytest.raises(SettingsError, match="is not valid TOML"):
        read_toml(bad)
