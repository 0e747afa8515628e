"""A finished run of an earlier version, which wrote whole documents after every step, is read."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.explain_obelics import documents_of
from obelics_like.funnel import funnel_of
from obelics_like.release import spread
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.marks.judged import of_all_documents
from spark_jobs.marks.live import live
from spark_jobs.release import counts
from spark_jobs.release.explored import Explored, Looks, explored
from spark_jobs.run.obelics import prepare
from spark_jobs.run.tables import RECORDS
from tests.spark.as_read import written
from webdoc.arrow import to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Kind, Reason
from webdoc.tables.records import Record

FACE = PictureFacts("ok", "ab", 9, "png", 640, 480, faces=())
KEPT = Document(
    "1" * 32,
    "https://bread.org/a",
    language="en",
    emails_replaced=2,
    nodes=(
        Node("text", "The oven is hot.", "p"),
        Node("text", "Cut", "p", reject_reason=Reason.PARAGRAPH_WORDS, reject_value=1.0),
        Node("image", image=Image("https://bread.org/1.png", facts=FACE, clip_caption=0.5)),
        Node(
            "image",
            image=Image("https://bread.org/2.png", permission_reason="noai"),
            reject_reason=Reason.IMAGE_NOT_PERMITTED,
        ),
    ),
)
DEAD = replace(
    KEPT, doc_id="2" * 32, reject_reason=Reason.DOCUMENT_NEAR_COPY, reject_detail=KEPT.doc_id
)
DOCUMENTS = (KEPT, DEAD, replace(KEPT, doc_id="3" * 32, url="https://oven.org/"))


@pytest.fixture
def out(tmp_path: Path) -> str:
    """A run folder as such a version left it, in the tables that are read later."""
    archive = tmp_path / "a.warc"
    archive.write_bytes(b"WARC/1.0\r\n")
    settings = load_settings(options={"inputs": [str(archive)], "out": str(tmp_path / "out")})
    prepare(settings)
    written(Path(settings.out) / "tables/deduplicated", Document, DOCUMENTS)
    rows = [Record("a.warc", n, 1, "response", "", d.url, "", 200, "", "", "", None, "", "page")
            for n, d in enumerate(DOCUMENTS)]  # fmt: skip
    folder = Path(settings.out) / RECORDS / "batch=000000" / f"kind={Kind.PAGE}"
    folder.mkdir(parents=True)
    table = pa.Table.from_batches([to_batch(rows, Record)]).drop_columns(["kind"])
    pq.write_table(table, folder / "part-000000.parquet")
    (Path(settings.out) / RECORDS / "_SUCCESS").touch()
    return settings.out


def test_its_report_counts_what_its_documents_say(spark: SparkSession, out: str) -> None:
    found = live(spark, out)
    pages = FunnelRow("record", "page", len(DOCUMENTS))
    assert sorted(map(repr, counts.funnel(spark, out, found.marks))) == sorted(
        map(repr, [pages, *funnel_of(DOCUMENTS)])
    )
    assert counts.refusals(spark, out, found.marks) == [("image", "noai", len(DOCUMENTS))]
    assert counts.faces(found) == [(0, 2)]
    looks = Looks(spread.tallies_of, spread.picture_cases, spread.node_examples)
    settings = ObelicsSettings(out=out)
    tallies, _, _ = explored(of_all_documents(spark, settings, found.marks, looks.rows, Explored))
    assert set(tallies) == set(spread.tallies_of(DOCUMENTS))
    assert counts.examples(spark, out, found.marks) == [KEPT, DOCUMENTS[2], DEAD]


def test_its_documents_are_explained(out: str) -> None:
    assert sorted(documents_of(out), key=lambda d: d.doc_id) == list(DOCUMENTS)
