"""robots.txt among the records: the newest answer of a host decides, or the one it moved to."""

from dataclasses import replace
from itertools import count

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from obelics_like.settings import load_settings
from spark_jobs.sources.archive_robots import heed
from spark_jobs.sources.archived_images import documents_of
from webdoc.archive.captures import Capture
from webdoc.arrow import from_batch, to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import CaptureReason, Kind, Reason
from webdoc.tables.records import Record, record_of

NO = b"User-agent: *\nDisallow: /no"
YES = b"User-agent: *\nDisallow:"
OFFSETS = count()


def answer(
    origin: str, body: bytes = b"", day: int = 1, status: int = 200, moved_to: str = ""
) -> Record:
    capture = Capture(
        "robots.warc.gz",
        next(OFFSETS),
        9,
        url=f"{origin}/robots.txt",
        capture_time=f"2024-05-{day:02}T00:00:00Z",
        http_status=301 if moved_to else status,
        redirect_url=moved_to,
        kind=Kind.ROBOTS,
        body=body,
    )
    return record_of(capture)


def page(url: str, *images: str) -> Record:
    nodes = tuple(Node("image", image=Image(image)) for image in images)
    document = Document(f"id of {url}", url, nodes=(Node("text", text="Bread"), *nodes))
    capture = Capture("pages.warc.gz", next(OFFSETS), 9, url=url, kind=Kind.PAGE)
    return record_of(capture, document=document)


def rejected(row: Record, reason: Reason) -> Record:
    assert row.document is not None
    return replace(row, document=replace(row.document, reject_reason=reason))


def records_of(spark: SparkSession, rows: list[Record]) -> DataFrame:
    return spark.createDataFrame(pa.Table.from_batches([to_batch(rows, Record)])).repartition(3)


def test_the_newest_answer_decides_wherever_it_moved(spark: SparkSession) -> None:
    refused = [
        page("https://a.example/no"),
        page("https://newer-no.example/no"),
        page("http://moved.example/no"),
        page("http://chain.example/no"),
        page("http://loop.example/yes"),
        page("https://lost.example/yes"),
        page("https://cut.example/yes"),
        page("https://busy.example/yes"),
    ]
    kept = [
        page("https://a.example/yes"),
        page("http://a.example/no"),  # another scheme or port is another origin
        page("https://a.example:8443/no"),
        page("https://newer-yes.example/no"),
        page("https://none.example/no"),
        page("https://silent.example/no"),
    ]
    robots = [
        answer("https://A.example:443", NO),
        answer("https://newer-no.example", YES, day=1),
        answer("https://newer-no.example", NO, day=2),
        answer("https://newer-yes.example", YES, day=2),
        answer("https://newer-yes.example", NO, day=1),
        answer("http://moved.example", moved_to="https://a.example/robots.txt"),
        answer("http://chain.example", moved_to="https://chain.example/robots.txt"),
        answer("https://chain.example", moved_to="https://a.example/robots.txt"),
        answer("http://loop.example", moved_to="https://loop.example/robots.txt"),
        answer("https://loop.example", moved_to="http://loop.example/robots.txt"),
        answer("https://lost.example", moved_to="https://gone.example/robots.txt"),
        replace(answer("https://cut.example", YES), reject_reason=CaptureReason.TRUNCATED),
        answer("https://busy.example", status=503),
        answer("https://silent.example", status=404),
    ]
    records = records_of(spark, [*refused, *robots, *kept])

    found = heed(documents_of(records), records, load_settings()).toArrow()

    fates = {
        document.url: document
        for batch in found.to_batches()
        for document in from_batch(batch, Document)
    }
    assert found.num_rows == len(fates) == len(refused) + len(kept)
    assert {url for url, d in fates.items() if d.reject_reason is not None} == {
        row.url for row in refused
    }
    details = {url: document.reject_detail for url, document in fates.items()}
    time = "captured 2024-05-01T00:00:00Z"
    moved = f"robots_txt: robots.txt of moved.example, {time}"
    assert details["http://moved.example/no"] == moved
    chain = f"robots_txt: robots.txt of chain.example, {time}"
    assert details["http://chain.example/no"] == chain
    lost = f"robots_unreachable: robots.txt of lost.example, {time}"
    assert details["https://lost.example/yes"] == lost
    newer = "robots_txt: robots.txt of newer-no.example, captured 2024-05-02T00:00:00Z"
    assert details["https://newer-no.example/no"] == newer


def test_images_go_by_the_robots_txt_of_their_own_host(spark: SparkSession) -> None:
    """All else stays as it is, also a document that is there twice or marked already."""
    shows = page("https://b.example/no", "https://a.example/no.png", "https://b.example/no.png")
    empty = rejected(page("https://a.example/no"), Reason.DOCUMENT_EMPTY)
    rows = [shows, shows, empty, answer("https://a.example", NO), answer("https://a.example", NO)]
    records = records_of(spark, rows)

    found = heed(documents_of(records), records, load_settings()).toArrow()

    documents = [d for batch in found.to_batches() for d in from_batch(batch, Document)]
    assert len(documents) == 3
    for document in documents:
        if document.url == "https://a.example/no":
            assert document == empty.document
            continue
        assert document.reject_reason is None
        assert [node.reject_reason for node in document.nodes] == [
            None,
            Reason.IMAGE_NOT_PERMITTED,
            None,
        ]
        image = document.nodes[1].image
        assert image is not None
        assert image.permission_reason == "robots_txt"
        assert image.permission_source.startswith("robots.txt of a.example, captured 2024-05-01T")


def test_without_a_robots_txt_that_binds_nothing_is_done(spark: SparkSession) -> None:
    records = records_of(spark, [page("https://a.example/no"), answer("https://a.example", NO)])
    documents = documents_of(records)
    assert heed(documents, records, load_settings(options={"preset": "obelics"})) is documents
    none = records.where("kind != 'robots'")
    assert heed(documents, none, load_settings()) is documents
    assert heed(documents, records, load_settings()) is not documents
