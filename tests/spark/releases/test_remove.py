"""`interleaf remove`: what a list names is gone from every byte of a new release."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from tests.spark.releases.small_releases import (
    assert_whole,
    digest,
    doc_id,
    documents_in,
    picture,
    pictures_in,
    row,
    small_release,
)
from webdoc.duplicates.near_duplicates import NearCopy


def said(output: str) -> str:
    return " ".join(output.split())


def strings(path: Path) -> str:
    """Return everything that a file holds, unpacked; pictures as Latin-1."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return json.dumps(rows, ensure_ascii=False, default=lambda body: body.decode("latin-1"))
    return path.read_text("utf-8")


@pytest.mark.usefixtures("spark")
def test_pages_hosts_and_pictures_are_gone(tmp_path: Path) -> None:
    """One page by its address, a host, a picture by its hash, one by its look."""
    logo = {"src": "https://other.example/copy-of-1.png", "sha256": digest(1)}
    release = small_release(
        tmp_path / "release",
        [
            [row(0, [picture(0)]), row(1, [picture(1)]), row(2, [picture(2), picture(3)])],
            [row(4, [picture(4)]), row(5, [picture(5)])],
            [
                row(6, [logo, picture(6)]),
                row(7, [picture(7)], "a.gone.example"),
                row(8, [picture(8)]),
            ],
        ],
        [[0, 1, 2, 3, 7], [4, 5, 6, 8]],
        copies=(
            NearCopy(doc_id(0), doc_id(0), doc_id(0), 1.0),
            NearCopy(doc_id(99), doc_id(0), doc_id(0), 0.9),
            NearCopy(doc_id(4), doc_id(4), doc_id(4), 1.0),
        ),
    )
    wanted = tmp_path / "list.txt"
    wanted.write_text(
        f"http://SITE.example/0\ngone.example\n{digest(3)}\n# a look\n{8:016x}\n"
        "https://pictures.example/1.png\n"
    )
    out = tmp_path / "out"

    result = CliRunner().invoke(
        app, ["remove", str(release), "--list", str(wanted), "--out", str(out)]
    )

    assert result.exit_code == 0, result.output
    assert "it is gone" in said(result.output)
    assert_whole(out)
    # 1 and 8 lost their only picture; 6 keeps another one beside the copy of 1.
    left = documents_in(out)
    assert left.keys() == {doc_id(n) for n in (2, 4, 5, 6)}
    assert left[doc_id(2)]["images"] == [None, "https://pictures.example/2.png", None]
    assert left[doc_id(6)]["texts"] == ["Text of page 6", None, "End of 6"]
    assert set(pictures_in(out)) == {digest(n) for n in (2, 4, 5, 6)}
    before = documents_in(release)
    assert left[doc_id(4)] == before[doc_id(4)]
    same = "data/train-00001-of-00003.parquet"
    assert (out / same).samefile(release / same)
    assert pq.read_table(out / "clusters/train-00000-of-00001.parquet").to_pylist() == [
        {"doc_id": doc_id(4), "cluster_id": doc_id(4), "keeper": doc_id(4), "similarity": 1.0}
    ]
    gone = [doc_id(0), doc_id(7), digest(0), digest(1), digest(3), digest(7), digest(8)]
    gone += ["site.example/0", "gone.example", "copy-of-1.png", "pictures.example/3.png"]
    for file in (f for f in out.rglob("*") if f.is_file()):
        assert [name for name in gone if name in strings(file)] == [], file.name
    rows = list(csv.DictReader((out / "changes.csv").open()))
    assert {row["path"]: row["what"] for row in rows}[same] == "same"
    assert "| 2 | interleaf remove |" in (out / "README.md").read_text("utf-8")
    funnel = (out / "funnel.csv").read_text().splitlines()
    assert [line.rpartition(",")[0].rpartition(",")[0] for line in funnel[1:4]] == [
        "document,kept,4",
        "document,document_removed,4",
        "document,document_words,2",
    ]
    assert {"image,kept,4,0,0", "image,image_removed,2,0,0"} <= set(funnel)
    attribution = (out / "attribution.csv").read_text()
    assert "Photo 2" in attribution
    assert "Photo 3" not in attribution
    diff = list(csv.DictReader((tmp_path / "out.removed.csv").open()))
    assert {(d["doc_id"], d["named_by"]) for d in diff} == {
        (doc_id(0), "url"),
        (doc_id(1), "url"),
        (doc_id(2), "sha256"),
        (doc_id(6), "same bytes"),
        (doc_id(7), "domain"),
        (doc_id(8), "perceptual_hash"),
    }
    assert documents_in(release).keys() == before.keys()


@pytest.mark.usefixtures("spark")
def test_both_forms_of_the_mmc4_path_lose_the_same_and_exports_are_looked_at(
    tmp_path: Path,
) -> None:
    release = small_release(
        tmp_path / "release",
        [[row(0, [picture(0), picture(1)]), row(1, [picture(2)])]],
        [[0, 1, 2]],
        mmc4=True,
    )
    export = tmp_path / "export"
    export.mkdir()
    (export / "lines.jsonl").write_text(f'{{"sha256": "{digest(1)}"}}\n')
    wanted = tmp_path / "list.csv"
    wanted.write_text(f"sha256,url\n{digest(1)},\n,https://site.example/1\n")

    result = CliRunner().invoke(
        app,
        ["remove", str(release), "--list", str(wanted), "--export", str(export)],
    )

    assert result.exit_code == 1, result.output
    assert "make them again" in said(result.output)
    out = tmp_path / "release-removed"
    assert_whole(out)
    assert documents_in(out).keys() == {doc_id(0)}
    (kept,) = pq.read_table(out / "mmc4").to_pylist()
    assert [info["sha256"] for info in kept["image_info"]] == [digest(0)]
    assert kept["similarity_matrix"] == [[0.3, 0.1]]
    assert (kept["clip_mean"], kept["clip_min"]) == (0.25, 0.25)
    (line,) = (out / "jsonl/docs_shard-00000-of-00001.jsonl").read_text().splitlines()
    assert json.loads(line) == kept
    assert (out / "similarity.csv").read_text() == "placed,from,count\n"
    assert pictures_in(out) == [digest(0)]


def test_a_list_is_held_against_what_an_entry_can_be(tmp_path: Path) -> None:
    """Before Spark starts: every bad line is named; nothing is written."""
    release = small_release(tmp_path / "release", [[row(0, [picture(0)])]], [[0]])
    wanted = tmp_path / "list.txt"
    wanted.write_text("no host at all\nhttps://site.example/77\nzwei wörter\n")
    arguments = ["remove", str(release), "--list", str(wanted), "--out", str(tmp_path / "out")]

    bad = CliRunner().invoke(app, arguments)
    missing = CliRunner().invoke(app, ["remove", str(release)])

    assert (bad.exit_code, missing.exit_code) == (2, 2)
    assert "line 1" in said(bad.output)
    assert "line 3" in said(bad.output)
    assert "line 2" not in said(bad.output)
    assert "--list FILE" in said(missing.output)
    assert not (tmp_path / "out").exists()


def test_nothing_named_says_so(spark: SparkSession, tmp_path: Path) -> None:
    release = small_release(tmp_path / "release", [[row(0, [picture(0)])]], [[0]])
    wanted = tmp_path / "list.txt"
    wanted.write_text("https://site.example/77\n")

    result = CliRunner().invoke(app, ["remove", str(release), "--list", str(wanted)])

    assert result.exit_code == 3
    assert "Nothing was written" in said(result.output)
    assert not (tmp_path / "release-removed").exists()
    assert spark is not None
