"""The presets hold every setting of the rules, and docs/sources.md explains each of them."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from obelics_like.rules.mark_document import Rules, finish, mark_images, mark_page
from obelics_like.rules.settings import LanguageLimits, RuleSettings
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.settings import as_table, build

ROOT = Path(__file__).resolve().parents[3]
SECTIONS = {field.name for field in fields(RuleSettings)}
NAMES = ("obelics", "default")


def table(name: str) -> dict[str, Any]:
    text = (ROOT / "obelics_like" / "presets" / f"{name}.toml").read_text(encoding="utf-8")
    return {key: value for key, value in tomllib.loads(text).items() if key in SECTIONS}


def rules(name: str) -> Rules:
    return Rules.load(build(RuleSettings, table(name)))


def documented() -> dict[str, list[str]]:
    """Return the rows of the tables in docs/sources.md by setting: obelics, default, source."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.*]+)` \|(.+)\|$", text, re.MULTILINE)
    return {key: [cell.strip() for cell in rest.split(" | ")] for key, rest in rows}


def every_key() -> set[str]:
    keys = set()
    for section in fields(RuleSettings):
        if section.name == "by_language":
            keys |= {f"by_language.*.{field.name}" for field in fields(LanguageLimits)}
        else:
            settings = getattr(RuleSettings(), section.name)
            keys |= {f"{section.name}.{field.name}" for field in fields(settings)}
    return keys


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_names_every_setting(name: str) -> None:
    """So that a preset means the same when a default of the code moves."""
    found = {f"{section}.{key}" for section, keys in table(name).items() for key in keys}

    wanted = {key for key in every_key() if not key.startswith("by_language")}
    assert wanted - found == set()


def test_every_setting_is_documented_with_its_source() -> None:
    rows = documented()

    assert every_key() - set(rows) == set()
    assert {key for key in rows if key.split(".")[0] in SECTIONS} - every_key() == set()
    for key, cells in rows.items():
        assert len(cells) == 4, f"{key} wants obelics, default, source and why different"
        assert cells[2], f"{key} has no source"


@pytest.mark.parametrize("key", sorted(k for k in every_key() if k[:11] != "by_language"))
def test_values_and_reasons_are_those_of_the_presets(key: str) -> None:
    section, name = key.split(".")
    obelics, default = (table(preset)[section][name] for preset in NAMES)
    cells = documented()[key]

    assert cells[:2] == [shown(obelics), shown(default)]
    assert bool(cells[3]) == (obelics != default), "a difference, and only that, has a reason"


NEAR = ("repeated_ngrams", "near_duplicates", "near_images", "decontamination", "alignment")
# Details of the engine that no preset changes; their docstrings explain them.
OF_THE_ENGINE = {
    "shingles.unit",
    "shingles.lower",
    "shingles.compatibility",
    "shingles.punctuation",
    "shingles.hash",
    "minhash.seed",
    "max_full_bucket",
    "bucket_links",
    "agreeing_blocks",
}


def flat(settings: dict[str, Any], where: str = "") -> dict[str, Any]:
    """Return the values of a table of tables by their full keys."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        own = flat(value, f"{where}{key}.") if isinstance(value, dict) else {f"{where}{key}": value}
        found |= own
    return found


def near_values(name: str) -> dict[str, Any]:
    settings = as_table(load_settings(given={"preset": name}))
    return flat({section: settings[section] for section in NEAR})


def test_settings_of_near_duplicates_are_documented_as_they_are() -> None:
    """By their values with a preset, whether it names them or leaves the default."""
    obelics, default = (near_values(name) for name in NAMES)
    rows = {key: cells for key, cells in documented().items() if key.split(".")[0] in NEAR}

    assert rows.keys() <= default.keys()
    undocumented = default.keys() - rows.keys()
    assert {key for key in undocumented if not key.endswith(tuple(OF_THE_ENGINE))} == set()
    for key, cells in rows.items():
        assert cells[:2] == [shown(obelics[key]), shown(default[key])], key
        assert bool(cells[3]) == (obelics[key] != default[key]), key


def shown(value: object) -> str:
    """Write a value as the tables do; long lists are counted."""
    if isinstance(value, list) and len(value) > 8:
        return f"{len(value)} of them"
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value) or "none"
    if isinstance(value, str):
        return "none" if value == "none" else f"`{value}`" if value else "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def text(words: str, tag: str = "p") -> Node:
    return Node("text", words, tag=tag)


RECIPE = Document(
    "d1",
    "https://e.org/soup",
    nodes=(
        text("Leek soup", "h1"),
        text("This is the soup that my mother made when it was cold outside, and I still make it."),
        Node(
            "image",
            image=Image(
                "https://silicon.example/Soup.jpg",
                facts=PictureFacts(
                    status="ok", format="jpeg", width_px=600, height_px=400, size_bytes=9
                ),
            ),
        ),
        text("Ingredients", "h2"),
        text("2 leeks", "li"),
        text("Salt", "li"),
        text("500 g potatoes", "li"),
        text("Energy | 120 kcal", "tr"),
        text("Preparation", "h2"),
        text("Wash the leeks and cut them into rings. Put them into a pot with the potatoes."),
    ),
)


def through(name: str, document: Document) -> Document:
    chosen = rules(name)
    return finish(mark_images(mark_page(document, chosen), chosen), chosen)


def test_a_recipe_keeps_its_headings_and_ingredients() -> None:
    after = through("default", RECIPE)

    assert after.nodes == RECIPE.nodes
    assert after.reject_reason is None


def test_obelics_loses_them() -> None:
    """Faults of the original, kept on purpose: short headings go, and so do silicon's images."""
    after = through("obelics", RECIPE)

    gone = [node.text for node in after.nodes if node.reject_reason == Reason.PARAGRAPH_WORDS]
    assert {"Leek soup", "Ingredients", "2 leeks", "Salt", "Preparation"} <= set(gone)
    assert after.nodes[2].reject_reason == Reason.IMAGE_URL_BANNED
    assert after.reject_reason == Reason.DOCUMENT_IMAGES
