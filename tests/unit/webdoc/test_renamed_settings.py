"""An old name of a setting gives a sentence with the new one; stored settings get the new name."""

from pathlib import Path
from typing import Any

import pytest

from mmc4_like import settings as mmc4
from obelics_like import settings as obelics
from webdoc.renamed_settings import Renamed, with_new_names
from webdoc.settings import SettingsError, described

CASES = [
    (
        obelics,
        {"reading": {"split_bytes": 9}},
        r"reading is now called archives: write \[archives\]",
    ),
    (mmc4, {"reading": {"text_column": "t"}}, r"reading is now called text_files: write \[text_fi"),
    (mmc4, {"safety_model": "opennsfw"}, 'safety_model is now .*: write safety.model = "opennsfw"'),
    (mmc4, {"images": {"face_model": "mtcnn"}}, 'images.face_model .* write faces.model = "mtcnn"'),
    (mmc4, {"images": {"max_nsfw": 0.2}}, "images.max_nsfw is now .* write safety.max_score = 0.2"),
    (mmc4, {"images": {"max_nsfw": "none"}}, 'images.max_nsfw .* write safety.policy = "keep"'),
    (mmc4, {"images": {"max_face": 0.9}}, "write faces.min_score = 0.9 and faces.max_faces = 0"),
    (mmc4, {"images": {"max_face": "none"}}, 'max_face .* write faces.max_faces = "none"'),
    (mmc4, {"fetch_images": True}, 'fetch_images is .*: write images.source = "warc[+]fetch"'),
    (mmc4, {"fetch_images": False}, 'fetch_images is .*: write images.source = "warc"'),
]


@pytest.mark.parametrize(("path", "given", "says"), CASES)
def test_an_old_name_is_refused_with_the_new_one(
    path: Any, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        path.load_settings(options=given)


def test_in_a_file_and_as_an_assignment_too(tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    file.write_text("[reading]\nsplit_bytes = 9\n")
    with pytest.raises(SettingsError, match="reading is now called archives"):
        obelics.load_settings(file)
    with pytest.raises(SettingsError, match=r"write images\.source"):
        mmc4.load_settings(assignments=["fetch_images=true"])


@pytest.mark.parametrize("path", [obelics, mmc4])
def test_new_names_are_settings_and_old_ones_are_not(path: Any) -> None:
    settings = next(
        getattr(path, name) for name in ("ObelicsSettings", "Mmc4Settings") if hasattr(path, name)
    )
    keys = {each.key for each in described(settings)}
    sections = {key.partition(".")[0] for key in keys}
    for renamed in path.RENAMED:
        assert renamed.new in keys | sections
        assert renamed.old not in keys | sections


def test_what_both_paths_have_has_one_name() -> None:
    """The same setting, of the same class, stands under the same key in both paths."""
    keys = [
        {each.key for each in described(c)} for c in (obelics.ObelicsSettings, mmc4.Mmc4Settings)
    ]
    for key in (
        "archives.split_bytes", "safety.model", "safety.max_score", "safety.policy",
        "faces.model", "faces.min_score", "faces.max_faces", "images.source", "fetch.contact",
    ):  # fmt: skip
        assert all(key in found for found in keys), key


def test_settings_that_an_earlier_version_stored_are_read() -> None:
    stored = {
        "preset": "mmc4-ff",
        "reading": {"text_column": "body"},
        "archives": {"split_bytes": 70_000},
        "safety_model": "opennsfw",
        "fetch_images": True,
        "fetch": {"contact": "me@example.org"},
        "images": {"max_nsfw": 0.3, "face_model": "mtcnn", "max_face": 0.8, "min_side_px": 99},
    }
    settings = mmc4.stored_settings(stored)

    assert settings.text_files.text_column == "body"
    assert settings.archives.split_bytes == 70_000
    assert (settings.safety.model, settings.safety.max_score) == ("opennsfw", 0.3)
    assert (settings.faces.model, settings.faces.min_score) == ("mtcnn", 0.8)
    assert settings.faces.max_faces == 0
    assert (settings.images.source, settings.images.min_side_px) == ("warc+fetch", 99)
    assert obelics.stored_settings({"reading": {"split_bytes": 9}}).archives.split_bytes == 9


def test_a_limit_on_faces_that_nobody_looked_for_is_read_as_none() -> None:
    """An earlier version took it, and it did nothing."""
    old = {"images": {"face_model": "", "max_face": 0.9, "max_nsfw": "none"}}
    settings = mmc4.stored_settings(old)
    assert settings.faces.max_faces is None
    assert settings.safety.policy == "keep"


def test_stored_settings_are_not_changed_in_place() -> None:
    table = {"a": {"b": 1, "c": 2}, "d": 3}
    renamed = (Renamed("a.b", "e.f"), Renamed("d", "a.d"))
    assert with_new_names(table, renamed) == {"a": {"c": 2, "d": 3}, "e": {"f": 1}}
    assert table == {"a": {"b": 1, "c": 2}, "d": 3}


def test_what_only_the_other_path_can_do_is_refused() -> None:
    with pytest.raises(SettingsError, match="drop_document"):
        mmc4.load_settings(options={"safety": {"policy": "drop_document"}})
    with pytest.raises(SettingsError, match=r"images.source must be 'warc' or 'warc\+fetch'"):
        mmc4.load_settings(options={"images": {"source": "fetch"}})
