"""Lists of texts and pictures to leave out, such as evaluation sets, and what is near them."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.near_rules import DecontaminationRules
from spark_jobs.duplicates.near_images import image_list_matches
from spark_jobs.run.tables import arrow_to_spark, exists
from webdoc.arrow import Batches
from webdoc.duplicates.near_duplicates import NearImageSettings
from webdoc.picture.perceptual_hash import perceptual_hash_of
from webdoc.settings import SettingsError

_PICTURES = pa.schema([("sha256", pa.string()), ("perceptual_hash", pa.string())])
_HASH = "^([0-9a-f]{16}|[0-9a-f]{64})$"  # perceptual hash or SHA-256


def listed_texts(spark: SparkSession, rules: DecontaminationRules) -> DataFrame:
    """Return (list, doc_id, text, capture_time) of the listed texts, each once.

    A list is named by its file, without what follows the first dot.

    Raises:
        SettingsError: a list is not there, or holds no text.
    """
    found = None
    for place in rules.texts:
        texts = _texts_of(spark, place, rules.text_column)
        not_empty = texts.where("trim(text) != ''").select(
            F.lit(_name(place)).alias("list"), "text"
        )
        if not_empty.isEmpty():
            raise SettingsError(
                f"decontamination.texts: {place} holds no text. Give .jsonl or .parquet with the "
                f"column {rules.text_column} (text_column), or .txt with one text a line."
            )
        found = not_empty if found is None else found.union(not_empty)
    assert found is not None  # asked only where there are lists
    doc_id = F.concat_ws("/", "list", F.md5("text")).alias("doc_id")
    return found.distinct().select("list", doc_id, "text", F.lit("").alias("capture_time"))


def _texts_of(spark: SparkSession, place: str, column: str) -> DataFrame:
    _check_there(place, "texts")
    endings = PurePath(place).suffixes
    if ".txt" in endings:
        return spark.read.text(place).select(F.col("value").alias("text"))
    if ".jsonl" in endings or ".json" in endings:
        return spark.read.schema(f"`{column}` string").json(place).toDF("text")
    rows = spark.read.parquet(place)
    if column not in rows.columns:
        raise SettingsError(
            f"decontamination.texts: {place} has no column {column}. "
            f"It has {', '.join(rows.columns)}: set decontamination.text_column to one of them."
        )
    return rows.select(F.col(column).cast("string").alias("text"))


def _check_there(place: str, kind: str) -> None:
    if not exists(place):
        raise SettingsError(f"decontamination.{kind}: there is no {place}. Check its name.")


def _name(place: str) -> str:
    return PurePath(place).name.partition(".")[0]


def listed_images(spark: SparkSession, rules: DecontaminationRules) -> DataFrame:
    """Return (list, sha256, perceptual_hash) of the listed pictures; "" for what is not known.

    Raises:
        SettingsError: a list is not there, or has a line that is no hash.
    """
    found = None
    for place in rules.images:
        _check_there(place, "images")
        rows = _hashes_of(spark, place) if place.endswith(".txt") else _pictures_of(spark, place)
        hashes = rows.select(F.lit(_name(place)).alias("list"), "sha256", "perceptual_hash")
        found = hashes if found is None else found.union(hashes)
    assert found is not None  # asked only where there are lists
    return found.distinct()


def _hashes_of(spark: SparkSession, place: str) -> DataFrame:
    line = F.lower(F.trim("value")).alias("line")
    lines = spark.read.text(place).select(line).where("line != ''")
    odd = lines.where(~F.col("line").rlike(_HASH)).first()
    if odd is not None:
        raise SettingsError(
            f"decontamination.images: {place} has the line {odd['line'][:80]!r}. "
            "Each line must be a SHA-256 (64 hex digits) or a perceptual hash (16)."
        )
    long = F.length("line") == 64
    return lines.select(
        F.when(long, F.col("line")).otherwise("").alias("sha256"),
        F.when(long, F.lit("")).otherwise(F.col("line")).alias("perceptual_hash"),
    )


def _pictures_of(spark: SparkSession, folder: str) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            bodies = batch.column(0).to_pylist()
            columns = (
                [sha256(body).hexdigest() for body in bodies],
                [perceptual_hash_of(body) for body in bodies],
            )
            yield pa.RecordBatch.from_arrays([pa.array(c) for c in columns], schema=_PICTURES)

    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(folder)
    return files.select("content").mapInArrow(on_partition, arrow_to_spark(_PICTURES))


def listed_pictures_among(
    images: DataFrame, listed: DataFrame, rules: DecontaminationRules
) -> DataFrame:
    """Return (sha256, distance) of the pictures that are in a list, the least distance to one.

    Args:
        images: sha256 and perceptual_hash, each picture once.
        listed: from `listed_images`.
        rules: how far a near-copy may be.
    """
    same = images.join(listed.select("sha256"), "sha256", "left_semi")
    near = image_list_matches(images, listed, NearImageSettings(rules.max_distance))
    both = same.select("sha256", F.lit(0).alias("distance")).union(
        near.select("sha256", "distance")
    )
    return both.groupBy("sha256").agg(F.min("distance").alias("distance"))
