"""Presets that follow a method: what each changes, and where its numbers come from."""

from collections.abc import Iterator

import pytest

from mmc4_like.settings import load_settings as mmc4_settings
from obelics_like.settings import load_settings
from webdoc.settings import SettingsError, Table, method_of, preset_names, preset_table

PACKAGES = ("obelics_like", "mmc4_like")
METHODS = [
    (package, name)
    for package in PACKAGES
    for name in preset_names(package)
    if method_of(package, name)
]


def keys(table: Table) -> Iterator[str]:
    for section, values in table.items():
        yield from (f"{section}.{name}" for name in values)


@pytest.mark.parametrize(("package", "name"), METHODS)
def test_each_number_has_a_source(package: str, name: str) -> None:
    found = method_of(package, name)
    assert found is not None
    assert sorted(found.sources) == sorted(keys(found.changes))
    assert found.about.endswith(".")
    assert "  " not in found.about
    base = preset_table(package, found.base)
    whole = preset_table(package, name)
    differing = {
        f"{section}.{key}"
        for section, values in whole.items()
        for key, value in values.items()
        if base.get(section, {}).get(key) != value
    }
    assert differing == set(found.sources)


def test_presets_that_stand_alone_are_no_method() -> None:
    assert method_of("obelics_like", "default") is None
    assert {name for package, name in METHODS if package == "obelics_like"} >= {
        "datacomp",
        "laion",
        "metaclip",
    }


def test_what_the_methods_set() -> None:
    datacomp = load_settings(options={"preset": "datacomp"})
    assert (datacomp.images.min_side_px, datacomp.images.max_aspect) == (200, 3.0)
    assert datacomp.scores.min == {
        "caption_words": 3,
        "caption_chars": 6,
        "caption_english": 1,
    }
    laion = load_settings(options={"preset": "laion"})
    assert (laion.clip.model, laion.alignment.min_image) == ("ViT-B-32:openai", 0.28)
    for name in ("datacomp", "laion"):
        mmc4 = mmc4_settings(options={"preset": name})
        obelics = load_settings(options={"preset": name})
        assert mmc4.scores == obelics.scores
        assert mmc4.images.min_side_px == obelics.images.min_side_px
        assert mmc4.alignment.min_image == obelics.alignment.min_image
    assert mmc4.clip.model == "ViT-B-32:openai"
    metaclip = load_settings(options={"preset": "metaclip"}, assignments=["balance.t=50"])
    assert (metaclip.balance.t, metaclip.balance.match_case) == (50, True)
    assert metaclip.documents == load_settings().documents
    with pytest.raises(SettingsError, match=r"give scores\.models\.aesthetics"):
        load_settings(options={"preset": "omnicorpus"})
    with pytest.raises(SettingsError, match="no preset 'metaclop'"):
        load_settings(options={"preset": "metaclop"})
