"""Every setting of both paths says what it means, where it comes from and whether it is private."""

import runpy
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from mmc4_like.settings import Mmc4Settings
from obelics_like.settings import ObelicsSettings
from webdoc.release.published_settings import published_settings
from webdoc.settings import build, described, section, setting

ROOT = Path(__file__).resolve().parents[2]
PATHS = (ObelicsSettings, Mmc4Settings)
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "write_sources.py"))
ALL = [(path, each) for path in PATHS for each in described(path)]
each_path = pytest.mark.parametrize("path", PATHS)


def holds_text(hint: object) -> bool:
    """Tell whether a person can write anything he likes there."""
    return "str" in str(hint).replace("<class 'str'>", "str") and "Literal" not in str(hint)


@pytest.mark.parametrize(("path", "each"), ALL, ids=lambda value: getattr(value, "key", ""))
def test_a_setting_says_all_of_itself(path: type, each: Any) -> None:
    said = each.about

    assert said.meaning.endswith("."), f"{path.__name__}.{each.key} wants setting(..., meaning)"
    assert said.source or each.key == "spark.conf", f"{each.key} has no source"
    if holds_text(each.hint):
        assert said.private is not None, (
            f"{each.key} is a text: does it hold a path, an address, a contact or a model by its"
            " path? Then setting(..., private=True) or private='folders', else private=False"
        )
    assert all(around.meaning for around in each.sections), f"the section of {each.key}"


def test_what_differs_between_presets_has_a_reason_and_nothing_else_has() -> None:
    differing: dict[str, bool] = {}
    reasons: dict[str, str] = {}
    for corpus in SCRIPT["corpora"]():
        for each, values in SCRIPT["rows"](corpus):
            is_other = values[0] != values[-1] and each.key != "preset"
            assert each.about.differs or not is_other, f"{each.key}: why does default differ?"
            differing[each.key] = differing.get(each.key, False) or is_other
            reasons[each.key] = each.about.differs
    idle = {key for key, reason in reasons.items() if reason and not differing[key]}
    assert idle == set()


def test_the_page_of_sources_is_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "write_sources.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), "run `make docs`"


def test_a_value_is_shown_as_people_read_it() -> None:
    shown = SCRIPT["shown"]
    assert [shown(v) for v in (1_000, 0.5, True, "", "none", "a", [], ["a", "b"])] == [
        "1,000", "0.5", "true", "empty", "none", "`a`", "none", "`a`, `b`",
    ]  # fmt: skip
    assert shown(["x"] * 9) == "9 of them"


SECRET = "somebody"
PLACES = ("/home/{0}/x/list.txt", "s3://{0}/x/list.txt", "https://{0}@{0}.example/list.txt?k={0}")


def filled(path: type, place: str) -> Any:
    """Return settings in which every free text but the public ones is a place of somebody."""
    table: dict[str, Any] = {}
    for each in described(path):
        if not holds_text(each.hint) or each.about.private is False:
            continue
        *sections, name = each.key.split(".")
        inner = table
        for part in sections:
            inner = inner.setdefault(part, {})
        texts = {tuple[str, ...]: [place, place], dict[str, str]: {place: place}}
        inner[name] = texts.get(each.hint, place)
    return build(path, table)


@each_path
@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_a_machine_or_person_leaves(path: type, place: str) -> None:
    settings = filled(path, place.format(SECRET))
    assert SECRET in str(settings)

    text = published_settings(settings)

    assert SECRET not in text
    assert tomllib.loads(text)["permission"]["opt_out_lists"] == ["list.txt"] * 2
    assert "contact" not in tomllib.loads(text)["fetch"]


def test_what_says_nothing_of_itself_and_is_a_text_does_not_leave() -> None:
    @dataclass(frozen=True)
    class Inner:
        cache: str = setting("/home/me", "A folder.", source="ours")
        shards: int = setting(3, "How many.", source="ours")
        mode: Literal["a", "b"] = setting("a", "One of two.", source="ours")

    @dataclass(frozen=True)
    class Outer:
        inner: Inner = section(Inner, "Shown.")
        machine: Inner = section(Inner, "Not shown.", private=True)
        tokens: tuple[str, ...] = ("me",)
        options: dict[str, str] = section(dict, "Any.")
        by_name: dict[str, Inner] = section(dict, "Shown.")

    text = published_settings(Outer(by_name={"x": Inner(cache="/home/you")}, options={"a": "b"}))

    assert tomllib.loads(text) == {
        "inner": {"shards": 3, "mode": "a"},
        "by_name": {"x": {"shards": 3, "mode": "a"}},
    }
