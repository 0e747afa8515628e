"""`interleaf sample`, `merge` and `verify`, on releases of a few documents."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from spark_jobs.derived.merge import without_near_copies
from spark_jobs.derived.sample import SampleSettings, sampled
from tests.spark.releases.small_releases import (
    assert_whole,
    digest,
    doc_id,
    documents_in,
    picture,
    pictures_in,
    row,
    small_release,
    write,
)
from webdoc.duplicates.near_duplicates import NearTextSettings, sign
from webdoc.page.document import Document
from webdoc.reasons import Reason


def said(output: str) -> str:
    return " ".join(output.split())


def test_a_sample_goes_by_hashes_alone(spark: SparkSession) -> None:
    """A smaller one is a part of a larger one; another seed gives another; a share is a share."""
    rows = spark.createDataFrame([(doc_id(n),) for n in range(2000)], "doc_id string")

    def ids(**given: object) -> set[str]:
        settings = SampleSettings(**given)  # type: ignore[arg-type]
        return {row["doc_id"] for row in sampled(rows.repartition(3), settings).collect()}

    tenth = ids(share=0.1)
    assert 140 < len(tenth) < 260
    assert ids(share=0.02) < tenth
    assert len(ids(count=50)) == 50
    assert ids(count=50) < tenth
    assert ids(share=0.1, seed=1) != tenth
    assert len(ids(share=1)) == 2000


@pytest.mark.usefixtures("spark")
def test_merged_releases_hold_each_document_once_and_a_sample_its_pictures(tmp_path: Path) -> None:
    """Number 1 stands in both by its id, 2 by its address, 3 by its text; picture 1 in both."""
    same_url = row(12, [picture(5)])
    about = json.loads(same_url.general_metadata) | {"url": "http://SITE.example/2#top"}
    same_url = type(same_url)(same_url.images, same_url.texts, same_url.metadata, json.dumps(about))
    three = row(3, [picture(3)])
    same_text = row(13, [picture(6)])
    same_text = type(same_text)(
        same_text.images, three.texts, same_text.metadata, same_text.general_metadata
    )
    first = small_release(
        tmp_path / "a", [[row(1, [picture(1)]), row(2, [picture(2)])], [three]], [[1, 2, 3]]
    )
    second = small_release(
        tmp_path / "b",
        [[row(1, [picture(1)]), same_url, same_text, row(4, [picture(1), picture(4)])]],
        [[1, 4, 5, 6]],
    )
    out, part = tmp_path / "merged", tmp_path / "part"

    both = CliRunner().invoke(app, ["merge", str(first), str(second), "--out", str(out)])
    some = CliRunner().invoke(app, ["sample", str(out), "--count", "2", "--out", str(part)])
    whole = CliRunner().invoke(app, ["verify", str(out)])

    assert (both.exit_code, some.exit_code) == (0, 0), both.output + some.output
    assert documents_in(out).keys() == {doc_id(n) for n in (1, 2, 3, 4)}
    assert sorted(pictures_in(out)) == sorted(digest(n) for n in (1, 2, 3, 4))
    assert len(list(out.glob("data/*"))) == 1
    assert_whole(out)
    assert '"a.warc.gz",18,18,0,0' in (out / "archives.csv").read_text()
    assert "document,kept,4," in (out / "funnel.csv").read_text()
    assert "document,document_merged,3," in (out / "funnel.csv").read_text()
    assert "Near-copies were not looked for" in said(both.output)
    assert (whole.exit_code, "a whole release" in said(whole.output)) == (0, True), whole.output
    taken = documents_in(part)
    assert len(taken) == 2
    assert_whole(part)
    shown = {
        fact["sha256"] for one in taken.values() for fact in json.loads(one["metadata"]) if fact
    }
    assert set(pictures_in(part)) == shown
    history = (part / "history.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in history[1:]] == [
        "interleaf",
        "interleaf merge",
        "interleaf sample",
    ]


def test_near_copies_of_two_releases_go(spark: SparkSession, tmp_path: Path) -> None:
    settings = NearTextSettings(keep="longest")
    words = [f"word{n}" for n in range(200)]
    texts = {1: [*words, "more"], 2: [*words, "s"], 3: [f"another{n}" for n in range(200)]}
    for folder, numbers in (("a", (1,)), ("b", (2, 3))):
        rows = [
            sign(doc_id(n), " ".join(texts[n]), "2024-05-18T01:58:10Z", settings.minhash)
            for n in numbers
        ]
        table = tmp_path / folder / "tables/signatures"
        write(table / "part.parquet", rows)
        (table / "_SUCCESS").touch()
    kept = spark.createDataFrame(
        [(0, doc_id(1)), (1, doc_id(2)), (1, doc_id(3))], "source int, doc_id string"
    )
    folders = [str(tmp_path / name) for name in "ab"]

    left = without_near_copies(spark, folders, kept, settings).collect()

    assert {row["doc_id"] for row in left} == {doc_id(1), doc_id(3)}


@pytest.mark.usefixtures("spark")
def test_verify_finds_what_is_wrong(tmp_path: Path) -> None:
    release = small_release(
        tmp_path / "release", [[row(1, [picture(1)]), row(2, [picture(2)])]], [[1, 2]]
    )
    broken = release / "images/train-00000-of-00001.parquet"
    table = pq.read_table(broken).to_pylist()
    table[0]["image"]["bytes"] = table[0]["image"]["bytes"][:40]
    pq.write_table(pa.Table.from_pylist(table, pq.read_schema(broken)), broken)
    shutil.copy(release / "data/train-00000-of-00001.parquet", release / "data/more.parquet")
    documents = release / "data/train-00000-of-00001.parquet"
    rows = pq.read_table(documents).to_pylist()
    rows[1]["texts"] = rows[1]["texts"][:-1]
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(documents)), documents)

    result = CliRunner().invoke(app, ["verify", str(release)])
    nothing = CliRunner().invoke(app, ["verify", str(tmp_path)])

    assert result.exit_code == 1
    for words in ("it was changed", "does not name it", "different lengths", "cannot be decoded"):
        assert words in said(result.output)
    assert nothing.exit_code == 2
    assert "neither a release nor a finished fetch" in said(nothing.output)


@pytest.mark.usefixtures("spark")
def test_diff_says_what_came_and_went_and_why(tmp_path: Path) -> None:
    """1 is the same, 2 has another picture, 3 and 5 went (by a rule; never read), 4 came."""
    two = row(2, [picture(7)])
    before = small_release(
        tmp_path / "a",
        [[row(1, [picture(1)]), row(2, [picture(2)]), row(3, [picture(3)]), row(5, [picture(5)])]],
        [[1, 2, 3, 5]],
    )
    after = small_release(
        tmp_path / "b", [[row(1, [picture(1)]), two, row(4, [picture(4)])]], [[1, 7, 4]]
    )
    judged = after / "tables/deduplicated"
    write(
        judged / "part.parquet",
        [Document(doc_id(3), "https://site.example/3", reject_reason=Reason.DOCUMENT_WORDS)],
    )
    (judged / "_SUCCESS").touch()
    settings = (after / "settings.toml").read_text()
    (after / "settings.toml").write_text(settings.replace("min_words = 10", "min_words = 11"))

    shown = CliRunner().invoke(app, ["diff", str(before), str(after)])
    result = CliRunner().invoke(app, ["diff", str(before), str(after), "--json"])

    found = json.loads(result.stdout)
    assert found["same"] == 1
    assert found["changed"] == [
        {"reason": "pictures", "documents": 1, "examples": ["https://site.example/2"]}
    ]
    assert found["came"] == [
        {"reason": "no_tables", "documents": 1, "examples": ["https://site.example/4"]}
    ]
    assert found["went"] == [
        {"reason": "document_words", "documents": 1, "examples": ["https://site.example/3"]},
        {"reason": "not_read", "documents": 1, "examples": ["https://site.example/5"]},
    ]
    assert found["settings"] == {"documents.min_words": [10, 11]}
    assert ["document", "kept", 4, 3] in found["funnel"]
    assert "1 documents are the same" in said(shown.output)
    assert "document_words" in shown.output
