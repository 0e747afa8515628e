"""The presets hold every setting of the rules."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from obelics_like.rules.mark_document import Rules, finish, mark_images, mark_page
from obelics_like.rules.settings import LanguageLimits, RuleSettings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.settings import build

ROOT = Path(__file__).resolve().parents[3]
SECTIONS = {field.name for field in fields(RuleSettings)}
NAMES = ("obelics", "default")


def table(name: str) -> dict[str, Any]:
    text = (ROOT / "obelics_like" / "presets" / f"{name}.toml").read_text(encoding="utf-8")
    return {key: value for key, value in tomllib.loads(text).items() if key in SECTIONS}


def rules(name: str) -> Rules:
    return Rules.load(build(RuleSettings, table(name)))


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
