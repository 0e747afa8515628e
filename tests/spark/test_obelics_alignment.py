"""The job that compares images with their texts, on drawn pictures: as the pure step says."""

from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.rules.alignment import DocumentWithCosines, NodeCosine, aligned
from obelics_like.rules.judge import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from sample.drawn import draw, scene, sentence
from spark_jobs import obelics_alignment
from spark_jobs.marks.live import live
from spark_jobs.obelics_alignment import alignment_facts
from spark_jobs.run.tables import (
    ALIGNMENT_MARKS,
    IMAGE_VECTORS,
    IMAGES,
    TEXT_VECTORS,
    is_finished,
)
from tests.spark.as_read import as_read, result_of, written
from tests.spark.conftest import in_worker
from tests.unit.archives import gz, http, offsets, record
from webdoc.clip.model import ClipModel, EncodedImage, EncodedText
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.tables.images import ImagePlace, StoredPicture

pytestmark = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)
MIN_IMAGE = 0.7  # drawn pictures and their own sentences have more, others less
DICE = Random(11)
SCENES = [scene(DICE, held_out=True) for _ in range(4)]
SENTENCES = [sentence(one, DICE) for one in SCENES]
PROSE = "A tale of nothing that anybody drew."


def png(number: int) -> bytes:
    out = BytesIO()
    draw(SCENES[number], 96, 72).save(out, "PNG")
    return out.getvalue()


BODIES = [*map(png, range(4)), b"no picture"]


def shown(number: int, caption: str = "", alt_text: str = "") -> Node:
    body = BODIES[number]
    image = Image(
        f"https://e.org/{number}.png",
        alt_text=alt_text,
        caption=caption,
        facts=PictureFacts(status="ok", sha256=sha256(body).hexdigest()),
    )
    return Node("image", image=image)


def document(number: int, *nodes: Node) -> Document:
    url = f"https://e.org/{number}"
    return Document(f"{number:032x}", url, language="en", capture_time="2024", nodes=nodes)


FITTING = document(0, Node("text", PROSE), shown(0, SENTENCES[0], SENTENCES[1]))
MIXED = document(1, shown(0, SENTENCES[1]), shown(1), Node("text", SENTENCES[1]))
WEAK = document(2, shown(2, SENTENCES[3]), Node("text", PROSE))
ALONE = document(3, shown(3))  # no text is near it
PLAIN = document(4, Node("text", SENTENCES[2]))
BROKEN = document(5, Node("text", PROSE), shown(4, SENTENCES[0]))
OUT = replace(document(6, shown(2, SENTENCES[2])), reject_reason=Reason.DOCUMENT_NEAR_COPY)
DOCUMENTS = (FITTING, MIXED, WEAK, ALONE, PLAIN, BROKEN, OUT)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ObelicsSettings:
    """A run in which the jobs before this one are done; one picture was fetched."""
    folder = tmp_path_factory.mktemp("alignment")
    archive, fetched = folder / "a.warc.gz", folder / "fetched.parquet"
    members = [gz(record(http(body), url=f"http://e.org/{n}")) for n, body in enumerate(BODIES)]
    archive.write_bytes(b"".join(members))
    pq.write_table(pa.table({"sha256": ["", "x"], "bytes": [b"", BODIES[0]]}), fetched)
    places = [
        ("archive", str(archive), at, len(member), archive.name)
        for at, member in zip(offsets(members), members, strict=True)
    ]
    places[0] = ("parquet", str(fetched), 1, 0, "")
    model = f"local-dir:{sample_path('drawn_clip')}"
    given = {
        "inputs": [str(archive)],
        "out": str(folder / "out"),
        "clip": {"model": model, "batch": 8},
        "alignment": {"min_image": MIN_IMAGE},
    }
    made = load_settings(options=given)
    as_read(made, DOCUMENTS)
    sources = [
        StoredPicture(
            PictureFacts("ok", digest, len(body), "png", 96, 72), ImagePlace(digest, *place)
        )
        for body, place in zip(BODIES, places, strict=True)
        for digest in [sha256(body).hexdigest()]
    ]
    written(folder / "out" / IMAGES, StoredPicture, sources)
    return made


def expected(spark: SparkSession, settings: ObelicsSettings) -> dict[str, Document]:
    """The pure step on cosines of vectors that no job made."""
    texts = [*SENTENCES, PROSE]

    def alone() -> tuple[list[EncodedImage], list[EncodedText]]:
        model = ClipModel(settings.clip, threads=1)
        return list(model.encode_images(BODIES[:4])), list(model.encode_texts(texts))

    encoded_images, encoded_texts = in_worker(spark, alone)
    images = [image.vector for image in encoded_images]
    vectors = dict(zip(texts, (t.vector for t in encoded_texts), strict=True))

    def cosine(image: int, text: str) -> float:
        left = images[image]
        assert left is not None
        return float(np.dot(left.astype(np.float32), vectors[text].astype(np.float32)))

    found = {
        0: (
            NodeCosine(1, "neighbour", cosine(0, PROSE)),
            NodeCosine(1, "caption", cosine(0, SENTENCES[0])),
            NodeCosine(1, "alt_text", cosine(0, SENTENCES[1])),
        ),
        1: (
            NodeCosine(0, "caption", cosine(0, SENTENCES[1])),  # which stands below it too
            NodeCosine(1, "neighbour", cosine(1, SENTENCES[1])),
        ),
        2: (
            NodeCosine(0, "caption", cosine(2, SENTENCES[3])),
            NodeCosine(0, "neighbour", cosine(2, PROSE)),
        ),
    }
    rules = Rules.load(settings)
    return {
        one.doc_id: aligned(
            DocumentWithCosines(one, found.get(number, ())), settings.alignment, rules
        )
        for number, one in enumerate(DOCUMENTS)
    }


def test_images_are_compared_and_the_weak_marked(
    spark: SparkSession, settings: ObelicsSettings
) -> None:
    obelics_alignment.run(spark, settings)
    found = result_of(settings)

    assert found == expected(spark, settings)
    fitting, mixed, weak, alone, plain, broken, out = (found[d.doc_id] for d in DOCUMENTS)
    image = fitting.nodes[1].image
    assert image is not None
    own, other = image.clip_caption, image.clip_alt_text
    assert own is not None
    assert other is not None
    assert own > MIN_IMAGE > other
    assert (fitting.clip_mean, fitting.clip_min) == (own, own)
    assert [n.reject_reason for n in mixed.nodes] == [Reason.IMAGE_ALIGNMENT, None, None]
    assert weak.nodes[0].reject_reason == Reason.IMAGE_ALIGNMENT
    assert weak.reject_reason == Reason.DOCUMENT_IMAGES
    # Nothing to compare, so nothing to judge: no text, no image, no picture, no longer a document.
    assert (alone, plain, broken, out) == (ALONE, PLAIN, BROKEN, OUT)

    facts = alignment_facts(live(spark, settings.out), settings.out)
    counted = {kind: sum(c.count for c in facts.counts if c.text == kind) for kind in
               ("caption", "alt_text", "neighbour", "best")}  # fmt: skip
    assert counted == {"caption": 1, "alt_text": 1, "neighbour": 2, "best": 2}
    assert facts.model == "local-dir:drawn_clip"


def test_each_is_encoded_once_and_a_killed_run_goes_on(
    spark: SparkSession, settings: ObelicsSettings
) -> None:
    out = Path(settings.out)
    before = result_of(settings)
    files = [f for name in (IMAGE_VECTORS, TEXT_VECTORS) for f in (out / name).rglob("*.parquet")]
    times = {file: file.stat().st_mtime_ns for file in files}
    pictures = [key for f in (out / IMAGE_VECTORS).rglob("*.parquet")
                for key in pq.read_table(f)["sha256"].to_pylist()]  # fmt: skip
    # Of documents that are out, and of pictures without a text, nothing is encoded.
    assert sorted(pictures) == sorted(sha256(BODIES[n]).hexdigest() for n in (0, 1, 2, 4))
    texts = sum(pq.read_table(f).num_rows for f in (out / TEXT_VECTORS).rglob("*.parquet"))
    assert texts == len({SENTENCES[0], SENTENCES[1], SENTENCES[3], PROSE})

    (out / ALIGNMENT_MARKS / "_SUCCESS").unlink()
    obelics_alignment.run(spark, settings)

    assert is_finished(f"{settings.out}/{ALIGNMENT_MARKS}")
    assert result_of(settings) == before
    assert {file: file.stat().st_mtime_ns for file in files} == times
