"""Pictures that the archives do not hold are asked of the web: WARC -> release, real sockets."""

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from PIL import Image
from pyspark.sql import SparkSession

from interleaf.explain_obelics import documents_of
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics
from spark_jobs.obelics_fetch import urls_to_fetch
from spark_jobs.run.obelics import prepare
from tests.unit import archives
from tests.unit.bad_servers import Server, fixed, http, serving
from webdoc.settings import SettingsError


def noise(seed: int) -> bytes:
    """A picture like no other: plain ones would be near-copies."""
    out = BytesIO()
    small = Image.frombytes("L", (16, 16), Random(seed).randbytes(256))
    small.resize((200, 200)).save(out, "PNG")
    return out.getvalue()


HELD, FETCHED, FORBIDDEN = noise(1), noise(2), noise(3)
WORDS = (
    "The oven must be hot before the loaf goes in, and the stone inside it hotter still. "
    "Bakers wait for an hour, sometimes for two, and they do not open the door to look. "
)
ROBOTS = b"User-agent: interleaf\nDisallow: /private/\n"


def archive(port: int) -> bytes:
    """A page with six pictures, one of which stands in the archive."""
    site = f"http://127.0.0.1:{port}"
    paths = ("held.png", "fetched.png", "private/a.png", "noai.png", "missing.png", "same.png")
    images = "".join(f"<p>{WORDS}{path}</p><img src='{site}/{path}'>" for path in paths)
    page = f"<html><body><article><h1>Ovens</h1>{images}</article></body></html>".encode()
    return archives.gz(
        archives.record(archives.http(page), url="http://bread.example/ovens"),
        archives.record(archives.http(HELD, content_type="image/png"), url=f"{site}/held.png"),
    )


REPLIES = {
    "/robots.txt": fixed(http(ROBOTS, "Content-Type: text/plain\r\n")),
    "/held.png": fixed(http(HELD)),
    "/fetched.png": fixed(http(FETCHED)),
    "/same.png": fixed(http(HELD)),  # another address of the picture in the archive
    "/private/a.png": fixed(http(FORBIDDEN)),
    "/noai.png": fixed(http(FORBIDDEN, "X-Robots-Tag: noai\r\n")),
}


def settings_of(source: str, folder: Path) -> ObelicsSettings:
    return load_settings(
        options={
            "inputs": [str(folder / "a.warc.gz")],
            "out": str(folder / "out"),
            "images": {"source": source},
            "paragraphs": {"max_word_repetition_share": 1.0, "max_char_repetition_share": 1.0},
            "documents": {"max_word_repetition_share": 1.0, "max_char_repetition_share": 1.0},
            "fetch": {
                "contact": "tests@example.org",
                "allow_private": True,
                "retries": 0,
                "rate_per_host": 50.0,
                "tasks": 2,
            },
        }
    )


def released(spark: SparkSession, source: str, folder: Path) -> tuple[Server, ObelicsSettings]:
    with serving(REPLIES) as server:
        (folder / "a.warc.gz").write_bytes(archive(server.port))
        settings = settings_of(source, folder)
        prepare(settings)
        obelics.run(spark, settings)
    return server, settings


def fates(settings: ObelicsSettings) -> dict[str, tuple[str, str]]:
    (document,) = documents_of(settings.out)
    images = [(node, node.image) for node in document.nodes if node.image is not None]
    return {
        image.url.split("/", 3)[3]: (image.facts.status, str(node.reject_reason or "kept"))
        for node, image in images
    }


def test_what_the_archive_lacks_is_fetched_once_if_its_host_permits(
    spark: SparkSession, tmp_path: Path
) -> None:
    server, settings = released(spark, "warc+fetch", tmp_path)
    assert fates(settings) == {
        "held.png": ("ok", "kept"),
        "fetched.png": ("ok", "kept"),
        "private/a.png": ("robots", "image_not_permitted"),
        "noai.png": ("opted_out", "image_not_permitted"),
        "missing.png": ("http_404", "image_missing"),
        "same.png": ("ok", "image_repeated_in_document"),
    }
    asked = [request.path for request in server.log]
    assert sorted(asked) == sorted(
        ["/robots.txt", "/fetched.png", "/noai.png", "/missing.png", "/same.png"]
    )
    out = tmp_path / "out"
    pictures = pq.read_table(out / "images").to_pylist()
    assert {row["sha256"]: row["image"]["bytes"] for row in pictures} == {
        sha256(body).hexdigest(): body for body in (HELD, FETCHED)
    }
    (row,) = pq.read_table(out / "data").to_pylist()
    shown = [image for image in json.loads(row["metadata"]) if image]
    assert {image["sha256"] for image in shown} == {row["sha256"] for row in pictures}
    assert "fetched from the web" in (out / "README.md").read_text()

    on_web = replace(settings, images=replace(settings.images, source="fetch"))
    urls = [row["url"] for row in urls_to_fetch(spark, on_web).collect()]
    assert f"http://127.0.0.1:{server.port}/held.png" in urls  # archives give pages only
    assert len(urls) == 6


@pytest.mark.parametrize("source", ["fetch", "warc+fetch"])
def test_nobody_is_asked_without_a_contact(source: str) -> None:
    with pytest.raises(SettingsError, match=r"fetch\.contact"):
        load_settings(options={"images": {"source": source}})
    assert load_settings(options={"images": {"source": "warc"}}).fetch.contact == ""
