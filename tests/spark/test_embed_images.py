"""The jobs that make vectors, on a few pictures and sentences, with the model of drawn scenes."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from sample.drawn import draw, scene, sentence
from spark_jobs.embed_images import EmbedImages, embed_images
from spark_jobs.embed_sentences import embed_sentences
from spark_jobs.run.tables import spark_schema
from spark_jobs.run.worker_model import find_model
from spark_jobs.sources.image_places import ChangedArchiveError, all_places, bodies_at
from spark_jobs.vectors.nearest_images import nearest_images
from spark_jobs.vectors.vector_tables import VectorTable
from tests.spark.conftest import in_worker
from tests.unit.archives import gz, http, offsets, record
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import from_batch, to_batch
from webdoc.clip.model import ClipModel, ClipSettings, EncodedImage
from webdoc.clip.nearest_vectors import NearestSettings
from webdoc.clip.vectors import SentenceVector, matrix_of, sentence_key, to_bytes, unit
from webdoc.settings import SettingsError
from webdoc.tables.images import ARCHIVE, ImageBytes, ImagePlace, PublishedImage

ROOT = Path(__file__).resolve().parents[2]
CLIP = ClipSettings(model=f"local-dir:{ROOT / 'interleaf' / 'sample' / 'drawn_clip'}", batch=8)

needs_torch = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)


def pictures(count: int, seed: int) -> list[bytes]:
    rng, found = Random(seed), []
    for _ in range(count):
        out = BytesIO()
        draw(scene(rng), 96, 72).save(out, "PNG")
        found.append(out.getvalue())
    return found


def key(body: bytes) -> str:
    return sha256(body).hexdigest()


def release(folder: Path, bodies: list[bytes]) -> None:
    """images/ of a release, in two files with small row groups."""
    folder.mkdir()
    for part, own in enumerate((bodies[::2], bodies[1::2])):
        rows = [
            PublishedImage(key(b), "https://e.org/a", "png", 96, 72, len(b), ImageBytes(b, "a.png"))
            for b in own
        ]
        table = pa.Table.from_batches([to_batch(rows, PublishedImage)])
        pq.write_table(table, folder / f"train-{part}.parquet", row_group_size=3)


def archived(spark: SparkSession, path: Path, bodies: list[bytes]) -> DataFrame:
    """A WARC file with the pictures, and where in it they stand."""
    members = [
        gz(record(http(body, content_type="image/png"), url=f"http://e.org/{at}.png"))
        for at, body in enumerate(bodies)
    ]
    path.write_bytes(b"".join(members))
    places = [
        ImagePlace(key(body), ARCHIVE, str(path), at, len(member), path.name)
        for body, at, member in zip(bodies, offsets(members), members, strict=True)
    ]
    return spark.createDataFrame([astuple(place) for place in places], spark_schema(ImagePlace))


@needs_torch
def test_pictures_of_every_source_are_encoded_once(spark: SparkSession, tmp_path: Path) -> None:
    """In a release, what was fetched, a folder, an archive, or several; and one that is bad."""
    bodies = pictures(12, seed=1)
    fetched = pa.table({"sha256": [key(body) for body in bodies[3:8]], "bytes": bodies[3:8]})
    (tmp_path / "fetched" / "run").mkdir(parents=True)
    pq.write_table(fetched, tmp_path / "fetched" / "run" / "shard.parquet")
    release(tmp_path / "images", bodies[:5])
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    for at, body in enumerate(bodies[7:10]):
        (tmp_path / "folder" / "sub" / f"{at}.PNG").write_bytes(body)
    (tmp_path / "folder" / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "folder" / "notes.txt").write_bytes(b"no picture either")
    named = EmbedImages(
        out=str(tmp_path / "vectors"),
        images=(str(tmp_path / "images"), str(tmp_path / "fetched")),
        folders=(str(tmp_path / "folder"),),
        clip=CLIP,
    )
    places = all_places(spark, named.images, named.archived, named.folders)
    found_there = archived(spark, tmp_path / "a.warc.gz", bodies[9:])

    table = embed_images(spark, places.unionByName(found_there), CLIP, named.out)

    rows = {row["sha256"]: row for row in table.read(spark).collect()}
    assert rows.keys() == {*map(key, bodies), key(b"no picture")}
    assert len(rows) == table.read(spark).count() == 13
    bad = rows.pop(key(b"no picture"))
    assert (bad["status"], bad["vector"]) == ("unreadable", b"")

    def alone() -> tuple[str, list[EncodedImage]]:
        model = ClipModel(CLIP, threads=1)
        return model.revision, list(model.encode_images(bodies))

    revision, encoded = in_worker(spark, alone)
    for body, image in zip(bodies, encoded, strict=True):
        assert image.vector is not None
        assert bytes(rows[key(body)]["vector"]) == to_bytes(image.vector)
        assert rows[key(body)]["model"] == "local-dir:drawn_clip"
        assert rows[key(body)]["revision"] == revision


@needs_torch
def test_what_is_there_is_not_done_again(spark: SparkSession, tmp_path: Path) -> None:
    """After a kill, and when pictures are added later: the files that stand are not touched."""
    bodies, out = pictures(10, seed=2), tmp_path / "vectors"
    some = archived(spark, tmp_path / "some.warc.gz", bodies[:6])
    embed_images(spark, some, CLIP, str(out))
    (first,) = out.rglob("*.parquet")
    written = first.stat().st_mtime_ns
    (out / "_SUCCESS").unlink()  # as if it had been killed
    half = first.with_name("part-half.parquet.0123.part")
    half.write_bytes(b"half a file")

    every = archived(spark, tmp_path / "all.warc.gz", bodies)
    table = embed_images(spark, every, CLIP, str(out))

    assert not half.exists()
    assert first.stat().st_mtime_ns == written
    grown = [file for file in out.rglob("*.parquet") if file != first]
    added = {k for file in grown for k in pq.read_table(file)["sha256"].to_pylist()}
    assert added == {key(body) for body in bodies[6:]}
    assert table.read(spark).count() == 10
    # Nothing is left to do: nobody asks for a model.
    assert table.grow(every, make=lambda _: pytest.fail("made again")) == 0


@needs_torch
def test_sentences_are_encoded_once_and_by_any_task(spark: SparkSession, tmp_path: Path) -> None:
    rng = Random(3)
    texts = list(dict.fromkeys(sentence(scene(rng), rng) for _ in range(150)))
    long = "A red ring " * 30
    rows = [(text,) for text in [*texts, *texts[:20], long]] + [(None,)]

    table = embed_sentences(
        spark, spark.createDataFrame(rows, "sentence string"), CLIP, str(tmp_path / "s")
    )

    found = {row["sentence_key"]: row for row in table.read(spark).collect()}
    assert len(list((tmp_path / "s").rglob("*.parquet"))) == 2  # two tasks
    assert found.keys() == {sentence_key(text) for text in [*texts, long]}
    assert [row["is_cut"] for row in found.values()].count(True) == 1
    assert found[sentence_key(long)]["is_cut"]
    expected = in_worker(spark, lambda: list(ClipModel(CLIP, threads=1).encode_texts(texts)))
    for text, own in zip(texts, expected, strict=True):
        assert bytes(found[sentence_key(text)]["vector"]) == to_bytes(own.vector)


@pytest.mark.parametrize("revision", ["0000000000000012", "12e4567890123456"])
def test_a_revision_that_looks_like_a_number_is_none(
    spark: SparkSession, tmp_path: Path, revision: str
) -> None:
    """Rows are divided by revision into folders, whose names Spark likes to read as numbers."""

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[SentenceVector, int]]:
        for batch in batches:
            for found in batch.column("sentence_key").to_pylist():
                yield SentenceVector(found, "m", revision, is_cut=False, vector=b"ab"), 2

    table = VectorTable(str(tmp_path / "v"), SentenceVector, revision)
    keys = spark.createDataFrame([("a" * 32,), ("b" * 32,)], "sentence_key string")

    assert [table.grow(keys.limit(1), make), table.grow(keys, make)] == [1, 1]
    assert {row["revision"] for row in table.read(spark).collect()} == {revision}
    assert table.read(spark).count() == 2
    other = VectorTable(table.path, SentenceVector, "12")
    assert other.read(spark).count() == 0


def test_a_gpu_has_one_worker(spark: SparkSession, tmp_path: Path) -> None:
    """A single task makes all rows, and files of it appear on the way, as elsewhere."""
    log = tmp_path / "log"

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[SentenceVector, int]]:
        with log.open("a") as line:
            line.write(f"{os.getpid()}\n")
        for batch in batches:
            for found in batch.column("sentence_key").to_pylist():
                yield SentenceVector(found, "m", "0" * 16, is_cut=False, vector=b"ab"), 2

    keys = spark.range(10_000).selectExpr("lpad(hex(id), 32, '0') AS sentence_key")
    table = VectorTable(str(tmp_path / "v"), SentenceVector, "0" * 16)

    assert table.grow(keys, make, gpus=1) == 10_000
    rows = [pq.read_metadata(file).num_rows for file in Path(table.path).rglob("*.parquet")]
    assert sum(rows) == 10_000
    assert 4096 // 2 < max(rows) <= 4096
    assert len(set(log.read_text().split())) == 1
    assert table.grow(keys, make, gpus=1) == 0


@needs_torch
def test_a_model_that_cannot_be_loaded_is_one_sentence(spark: SparkSession) -> None:
    with pytest.raises(SettingsError, match="/nowhere is no folder with an open_clip_config"):
        find_model(spark, ClipSettings(model="local-dir:/nowhere"))


def test_a_changed_file_is_not_read(tmp_path: Path) -> None:
    """Its pictures would get vectors of other ones."""
    body = pictures(1, seed=4)[0]
    (tmp_path / "a.png").write_bytes(body)
    place = ImagePlace("0" * 64, "file", str(tmp_path / "a.png"), 0, 0, "a.png")
    with pytest.raises(ChangedArchiveError, match=r"a\.png has changed"):
        list(bodies_at([place], ReadSettings()))

    release(tmp_path / "images", [body])
    far = ImagePlace(key(body), "parquet", str(tmp_path / "images/train-0.parquet"), 7, 0, "t")
    with pytest.raises(ChangedArchiveError, match="t has changed"):
        list(bodies_at([far], ReadSettings()))


def test_places_are_read_where_they_stand(spark: SparkSession, tmp_path: Path) -> None:
    bodies = pictures(5, seed=5)
    archive = archived(spark, tmp_path / "a.warc.gz", bodies)
    rows = archive.toArrow().to_batches()
    places = [place for batch in rows for place in from_batch(batch, ImagePlace)]

    read = {
        place.sha256: body for place, body in bodies_at(places[:2] + places[3:], ReadSettings())
    }

    assert {place.kind for place in places} == {ARCHIVE}
    assert read == {key(body): body for body in bodies[:2] + bodies[3:]}


@pytest.mark.skipif(find_spec("faiss") is None, reason="FAISS of the extra is not installed")
@pytest.mark.parametrize("shard", [1000, 60])
def test_neighbours_do_not_depend_on_the_shards(spark: SparkSession, shard: int) -> None:
    """Against all cosines: a query of several vectors is near to what any of them is near to."""
    dice = np.random.default_rng(6)
    images = [to_bytes(row) for row in unit(dice.normal(size=(150, 8)))]
    images[10] = images[11] = images[12]  # copies: the smaller key comes first
    asked = [to_bytes(row) for row in unit(dice.normal(size=(40, 8)))]
    keys = [f"{at:064x}" for at in range(150)]
    left = spark.createDataFrame(
        [*zip(keys, images, strict=True), ("f" * 64, b"")], "sha256 string, vector binary"
    )
    ids = [f"q{at // 2}" for at in range(40)]
    right = spark.createDataFrame(
        list(zip(ids, asked, strict=True)), "query_id string, vector binary"
    )

    found = nearest_images(left, right, NearestSettings(k=4, shard_vectors=shard, block_queries=25))

    assert found.columns == ["query_id", "sha256", "similarity", "rank"]
    cosines = matrix_of(asked).astype(float) @ matrix_of(images).astype(float).T
    expected = set()
    for query in range(20):
        best = cosines[2 * query : 2 * query + 2].max(axis=0).round(6)
        order = sorted(range(150), key=lambda at: (-best[at], keys[at]))[:4]
        expected |= {(f"q{query}", keys[at], rank) for rank, at in enumerate(order, start=1)}
    assert {(row["query_id"], row["sha256"], row["rank"]) for row in found.collect()} == expected
