"""`interleaf spoil`: labelled copies, the same on any cut of the data, in a whole release."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from interleaf.cli import app
from spark_jobs.derived.spoil import SpoilSettings
from tests.spark.releases.small_releases import (
    assert_whole,
    documents_in,
    picture,
    pictures_in,
    row,
    small_release,
)
from webdoc.derived.spoiled_copies import Spoiling, copies_of
from webdoc.exporters.documents import ReleaseRow
from webdoc.scores.spoiling.kinds import SpoilKind
from webdoc.settings import SettingsError, build

KINDS = ("images_foreign", "images_same_domain", "images_shuffled", "words_shuffled")
HOSTS = ("one.example", "two.example")


def written(folder: Path, cut: int, *, mmc4: bool = False) -> Path:
    """Six documents of two sites with two pictures each, in one file or in several."""
    rows = [
        row(n, [picture(2 * n), picture(2 * n + 1)], host=f"www.{HOSTS[n % 2]}") for n in range(6)
    ]
    files = [rows[start : start + cut] for start in range(0, 6, cut)]
    return small_release(folder, files, [list(range(12))], mmc4=mmc4)


def labels(folder: Path) -> dict[str, str]:
    found = documents_in(folder)
    return {key: json.loads(row["general_metadata"])["spoiled"] for key, row in found.items()}


@pytest.mark.usefixtures("spark")
def test_copies_are_labelled_in_a_whole_release_and_a_fit_reads_them(tmp_path: Path) -> None:
    """The documents lie in three files, in several partitions; copies equal the pure step."""
    release, out = written(tmp_path / "release", 2, mmc4=True), tmp_path / "out"
    asked = ["spoil", str(release), "--out", str(out), "--kinds", ", ".join(KINDS), "--seed", "3"]
    done = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert_whole(out)
    assert Counter(labels(out).values()) == {"good": 6, **dict.fromkeys(KINDS, 6)}
    assert "words_shuffled: 6" in done.output
    assert sorted(pictures_in(out)) == sorted(pictures_in(release))
    assert not (out / "mmc4").exists()
    copies = documents_in(out)
    rows = [
        ReleaseRow(tuple(r["images"]), tuple(r["texts"]), r["metadata"], r["general_metadata"])
        for _, r in sorted(documents_in(release).items())
    ]
    kinds = tuple(SpoilKind(kind) for kind in KINDS if kind != "images_same_domain")
    for key, expected in copies_of(rows, Spoiling(kinds, seed=3)):
        found = copies[key]
        assert tuple(found["images"]) == expected.images
        assert tuple(found["texts"]) == expected.texts
        assert found["general_metadata"] == expected.general_metadata
    assert_each_kind(copies)
    weights = tmp_path / "weights.json"
    done = CliRunner().invoke(app, ["fit-quality", str(out), "--out", str(weights)])
    assert done.exit_code == 0, done.output
    assert set(json.loads(weights.read_text())["faults"]) == set(KINDS)


def assert_each_kind(copies: dict[str, dict[str, Any]]) -> None:
    for found in copies.values():
        about = json.loads(found["general_metadata"])
        if about["spoiled"] == "good":
            continue
        number = int(about["spoiled_from"], 16)
        shown = [url for url in found["images"] if url]
        own = [f"https://pictures.example/{2 * number + n}.png" for n in (0, 1)]
        same_site = [f"https://pictures.example/{2 * n + k}.png" for n in range(number % 2, 6, 2)
                     for k in (0, 1)]  # fmt: skip
        assert len(shown) == 2
        match about["spoiled"]:
            case "images_shuffled":
                assert shown == own[::-1]
            case "images_foreign":
                assert not set(shown) & set(same_site)
            case "images_same_domain":
                assert set(shown) <= set(same_site) - set(own)
            case "words_shuffled":
                assert shown == own


def test_a_fit_without_labels_says_so(tmp_path: Path) -> None:
    release = written(tmp_path / "release", 6)
    out = str(tmp_path / "weights.json")
    done = CliRunner().invoke(app, ["fit-quality", str(release), "--out", out])
    assert done.exit_code == 2, done.output
    assert "interleaf spoil" in done.output


@pytest.mark.parametrize("kinds", [["images_foreing"], []])
def test_unknown_kinds_are_refused(kinds: list[str]) -> None:
    with pytest.raises(SettingsError, match="There are: images_foreign"):
        build(SpoilSettings, {"kinds": kinds})
