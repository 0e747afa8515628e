"""The presets name every setting of the rules."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mmc4_like.settings import Mmc4Settings, RuleSettings, load_settings
from webdoc.settings import SettingsError, as_table, preset_names, preset_table

NAMES = ("default", "mmc4", "mmc4-core", "mmc4-ff")


def flat(name: str) -> dict[str, Any]:
    table = preset_table("mmc4_like", name)
    return {f"{section}.{key}": value for section in table for key, value in table[section].items()}


def every_key() -> set[str]:
    rules = RuleSettings()
    return {
        f"{section.name}.{key.name}"
        for section in fields(RuleSettings)
        for key in fields(getattr(rules, section.name))
    }


def test_these_presets_come_with_the_package() -> None:
    methods = {"datacomp", "laion"}  # tests/unit/test_method_presets.py
    assert set(preset_names("mmc4_like")) == {*NAMES, *methods}
    with pytest.raises(SettingsError, match=r"There are: .*default, .*mmc4"):
        preset_table("mmc4_like", "laion-9")


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_names_every_setting_and_no_other(name: str) -> None:
    """So that a preset means the same when a default of the code moves."""
    assert flat(name).keys() == every_key()
    assert load_settings(options={"preset": name}).preset == name


def test_the_default_preset_is_what_the_code_does_without_one() -> None:
    code, preset = as_table(RuleSettings()), preset_table("mmc4_like", "default")
    differing = {
        f"{section}.{key}"
        for section in preset
        for key, value in preset[section].items()
        if code[section][key] != value
    }
    assert differing - {"images.min_aspect", "images.max_aspect"} == {
        "images.banned_words",
        "placement.max_images",
        "placement.min_words",
    }


def test_papers_values() -> None:
    """From the paper, not from the presets."""
    core = load_settings(options={"preset": "mmc4-core"})
    assert (core.images.min_side_px, core.images.min_aspect, core.images.max_aspect) == (
        150,
        0.5,
        2,
    )
    assert set(core.images.banned_words) == {"logo", "button", "icon", "plugin", "widget"}
    assert core.safety.max_score == 0.1
    assert core.placement.min_best_similarity == 0.15
    assert (core.documents.min_sentences, core.documents.max_sentences) == (4, 40)
    assert (core.documents.min_images, core.documents.max_images) == (2, 15)
    assert (core.documents.good_similarity, core.documents.min_good_share) == (0.25, 0.75)
    assert core.images.max_hash_distance == 10
    assert load_settings(options={"preset": "mmc4"}).images.max_hash_distance == 5


def test_settings_from_preset_file_and_assignments(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('preset = "mmc4"\ntexts = ["c4/"]\n[placement]\nmin_similarity = 0.2\n')

    settings = load_settings(file, ["images.min_side_px=99"], {"out": "here"})

    assert isinstance(settings, Mmc4Settings)
    assert (settings.texts, settings.out, settings.preset) == (("c4/",), "here", "mmc4")
    assert settings.placement.method == "mmc4"
    assert settings.placement.min_similarity == 0.2
    assert settings.images.min_side_px == 99
    with pytest.raises(SettingsError, match="preset must be a text"):
        load_settings(options={"preset": 3})
    with pytest.raises(SettingsError, match="did you mean min_similarity"):
        load_settings(assignments=["placement.min_similarty=0.1"])
