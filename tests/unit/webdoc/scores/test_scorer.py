"""Which scorers there are, what their rows say, and which images limits leave out."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from webdoc.reasons import Reason
from webdoc.scores import scorer as module
from webdoc.scores.limits import broken_limit, limit_finding
from webdoc.scores.rows import scored
from webdoc.scores.scorer import (
    KINDS,
    OF_IMAGES,
    PictureScores,
    Score,
    ScoreColumn,
    ScoreSettings,
    load_scorer,
    scorer_names,
)
from webdoc.settings import SettingsError, build

LENGTH = ScoreColumn("length", "bytes of the file", Reason.IMAGE_SIZE)
FIRST = ScoreColumn("first", "its first byte; null where it has none", Reason.IMAGE_FORMAT)


class Sizes:
    """Scores bytes by their number and by the first one."""

    revision = "3"

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        return [(float(len(body)), float(body[0]) if body else None) for body in bodies]


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> str:
    """A scorer that stands in the folder for the time of a test."""
    found = ModuleType("webdoc.scores.pictures.sizes")
    found.COLUMNS = (LENGTH, FIRST)  # type: ignore[attr-defined]
    found.load = Sizes  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "webdoc.scores.pictures.sizes", found)
    names = {"pictures": ["sharpness", "sizes"], "texts": ["rule_quality"]}
    monkeypatch.setattr(module, "scorer_names", lambda kind="pictures": names.get(kind, []))
    return "sizes"


def test_a_scorer_is_a_module_of_the_folder() -> None:
    for kind in OF_IMAGES:
        for name in scorer_names(kind):
            columns = module.columns_of(name, kind)
            assert columns
            assert all(column.name and column.meaning for column in columns)


def test_no_two_scorers_name_a_column_alike() -> None:
    names = [
        column.name
        for kind in KINDS
        for name in scorer_names(kind)
        for column in module.columns_of(name, kind)
    ]
    assert len(names) == len(set(names))


def test_rows_hold_what_there_is(sizes: str) -> None:
    rows = scored(sizes, load_scorer(sizes), ["a", "b"], [b"\x07xyz", b""])

    assert rows == [
        PictureScores("a", "sizes-3", (Score("length", 4.0), Score("first", 7.0))),
        PictureScores("b", "sizes-3", (Score("length", 0.0),)),
    ]


@pytest.mark.parametrize("answer", [[], [(1.0,)], [(float("nan"), 1.0)]])
def test_a_scorer_that_gives_something_else_is_a_bug(
    answer: list[tuple[float, ...]], sizes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = load_scorer(sizes)
    monkeypatch.setattr(type(scorer), "score", lambda *_: answer)

    with pytest.raises(ValueError):  # noqa: PT011 - zip says it in its own words
        scored(sizes, scorer, ["a"], [b"x"])


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({}, None),
        ({"min": {"length": 4.0}}, None),
        ({"min": {"length": 4.5}}, Reason.IMAGE_SIZE),
        ({"max": {"length": 4.0}}, None),
        ({"max": {"length": 3.5}}, Reason.IMAGE_SIZE),
        ({"max": {"length": 3.5}, "min": {"first": 8.0}}, Reason.IMAGE_SIZE),
        ({"min": {"first": 8.0}}, Reason.IMAGE_FORMAT),
    ],
)
def test_a_score_at_its_limit_is_kept(
    limits: dict[str, dict[str, float]], reason: Reason | None, sizes: str
) -> None:
    settings = ScoreSettings((sizes,), **limits)

    finding = limit_finding((Score("first", 7.0), Score("length", 4.0)), settings)

    assert (finding and finding[0]) == reason
    assert limit_finding((), settings) is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"pictures": ["sizs"]}, "no scorer 'sizs': did you mean sizes"),
        ({"pictures": ["sizes"], "min": {"lenght": 1}}, "no score 'lenght' .*did you mean length"),
        ({"max": {"length": 1}}, "no score 'length' is asked for: There are: none"),
        ({"pictures": ["sizes"], "min": {"first": 2}, "max": {"first": 1}}, "at most its max"),
    ],
)
def test_what_cannot_be_is_refused(table: dict[str, object], says: str, sizes: str) -> None:
    with pytest.raises(SettingsError, match=says):
        build(ScoreSettings, table)


def test_a_limit_on_a_document_is_found_by_the_name_of_its_score(sizes: str) -> None:
    settings = ScoreSettings((sizes,), ("rule_quality",), min={"rule_quality": 0.5})

    below = broken_limit((Score("rule_quality", 0.49),), settings)

    assert below is not None
    assert (below[0].name, below[1]) == ("rule_quality", 0.49)
    assert broken_limit((Score("rule_quality", 0.5),), settings) is None
    assert broken_limit((), settings) is None
