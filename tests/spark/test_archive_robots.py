"""robots.txt among the records: the newest answer of a host decides, or the one it moved to."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs.run.tables import ROBOTS_MARKS
from spark_jobs.sources.archive_robots import write_robots_marks
from tests.spark.as_read import as_read, result_of
from webdoc.archive.captures import Capture
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


def page(url: str, *images: str) -> Document:
    nodes = tuple(Node("image", image=Image(image)) for image in images)
    return Document(f"id of {url}", url, nodes=(Node("text", text="Bread"), *nodes))


def heeded(
    spark: SparkSession,
    out: Path,
    documents: list[Document],
    robots: list[Record],
    preset: str = "default",
) -> dict[str, Document]:
    """Return by URL what the robots.txt among the records make of documents."""
    given = {"preset": preset, "inputs": [str(sample_path())], "out": str(out)}
    settings = as_read(load_settings(options=given), documents, records=robots)
    write_robots_marks(spark, settings)
    return {document.url: document for document in result_of(settings).values()}


def test_the_newest_answer_decides_wherever_it_moved(spark: SparkSession, tmp_path: Path) -> None:
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

    fates = heeded(spark, tmp_path / "out", [*refused, *kept], robots)

    assert len(fates) == len(refused) + len(kept)
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


def test_images_go_by_the_robots_txt_of_their_own_host(spark: SparkSession, tmp_path: Path) -> None:
    """All else stays as it is, also a document that is marked already."""
    shows = page("https://b.example/no", "https://a.example/no.png", "https://b.example/no.png")
    empty = replace(page("https://a.example/no"), reject_reason=Reason.DOCUMENT_EMPTY)
    robots = [answer("https://a.example", NO), answer("https://a.example", NO)]

    found = heeded(spark, tmp_path / "out", [shows, empty], robots)

    assert found.pop(empty.url) == empty
    (document,) = found.values()
    assert document.reject_reason is None
    reasons = [node.reject_reason for node in document.nodes]
    assert reasons == [None, Reason.IMAGE_NOT_PERMITTED, None]
    image = document.nodes[1].image
    assert image is not None
    assert image.permission_reason == "robots_txt"
    assert image.permission_source.startswith("robots.txt of a.example, captured 2024-05-01T")


def test_of_a_page_that_is_refused_no_image_is_marked(spark: SparkSession, tmp_path: Path) -> None:
    refused = page("https://a.example/no", "https://a.example/no.png")
    (found,) = heeded(
        spark, tmp_path / "out", [refused], [answer("https://a.example", NO)]
    ).values()
    assert found.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    assert found.nodes == refused.nodes


def test_without_a_robots_txt_that_binds_nothing_is_written(
    spark: SparkSession, tmp_path: Path
) -> None:
    asks, said = [page("https://a.example/no")], [answer("https://a.example", NO)]
    unbound = heeded(spark, tmp_path / "unbound", asks, said, preset="obelics")
    none = heeded(spark, tmp_path / "none", asks, [])
    assert unbound == none == {asks[0].url: asks[0]}
    assert not (tmp_path / "unbound" / ROBOTS_MARKS).exists()
    assert not (tmp_path / "none" / ROBOTS_MARKS).exists()
