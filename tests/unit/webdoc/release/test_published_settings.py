import tomllib
from dataclasses import replace

import pytest

from mmc4_like.settings import Mmc4Settings
from mmc4_like.settings import load_settings as load_mmc4
from obelics_like.rules.alignment import ComparingSettings
from obelics_like.rules.near_rules import DecontaminationRules, NearDuplicateRules
from obelics_like.rules.settings import PerplexityRules
from obelics_like.settings import ObelicsSettings, load_settings
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.signs import PermissionSettings
from webdoc.release.published_settings import published_settings, without_folders
from webdoc.run_settings import SparkSettings
from webdoc.settings import build


def test_places_and_machines_stay_private() -> None:
    settings = ObelicsSettings(
        inputs=("/home/somebody/crawl.warc.gz",),
        out="/home/somebody/out",
        near_duplicates=NearDuplicateRules(earlier=("/home/somebody/before",)),
        decontamination=DecontaminationRules(texts=("/home/somebody/exam.jsonl",)),
        clip=ComparingSettings(model="local-dir:/home/somebody/models/my-clip"),
        perplexity=PerplexityRules(kenlm_model="/home/somebody/models/en.arpa"),
        permission=PermissionSettings(opt_out_lists=("/home/somebody/no.txt",)),
        fetch=FetchSettings(contact="somebody@example.org"),
        spark=SparkSettings(conf={"spark.hadoop.fs.s3a.secret.key": "hunter2"}),
    )

    text = published_settings(settings)

    assert "somebody" not in text
    assert "hunter2" not in text
    table = tomllib.loads(text)
    assert table["perplexity"]["kenlm_model"] == "en.arpa"
    assert table["decontamination"]["texts"] == ["exam.jsonl"]
    assert table["permission"]["opt_out_lists"] == ["no.txt"]
    assert table["clip"]["model"] == "local-dir:my-clip"
    assert not {"inputs", "out", "spark", "run"} & table.keys()


def test_the_mmc4_path_names_no_place_either() -> None:
    settings = load_mmc4(
        options={
            "texts": ["/home/me/c4"],
            "out": "/home/me/out",
            "clip": {"model": "local-dir:/home/me/models/mine"},
            "fetch": {"contact": "me@example.org"},
            "permission": {"opt_out_lists": ["/home/me/list.txt"]},
        }
    )
    text = published_settings(settings)
    assert "home" not in text
    assert "me@example.org" not in text
    assert 'model = "local-dir:mine"' in text
    again = build(Mmc4Settings, tomllib.loads(text))
    assert again.placement == settings.placement


@pytest.mark.parametrize("preset", ["obelics", "default"])
def test_the_text_builds_the_same_settings_again(preset: str) -> None:
    settings = load_settings(options={"preset": preset})
    settings = replace(settings, release=replace(settings.release, name="a\nb \"c\" 'd'"))

    assert build(ObelicsSettings, tomllib.loads(published_settings(settings))) == settings


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("", ""),
        ("ViT-B-32:laion2b", "ViT-B-32:laion2b"),
        ("ViT-B-32:/home/me/w.safetensors", "ViT-B-32:w.safetensors"),
        ("local-dir:/home/me:you/clip", "local-dir:clip"),
        ("/home/me:you/clip", "clip"),
        ("/home/me/lists/", "lists"),
        ("C:\\Users\\me\\list.txt", "C:list.txt"),
        ("s3://my-bucket/list.txt", "list.txt"),
        ("https://me:pw@e.org/list.txt?token=pw#me", "list.txt"),
        ("https://e.org", ""),
    ],
)
def test_of_a_place_only_the_last_name_is_left(place: str, name: str) -> None:
    assert without_folders(place) == name
