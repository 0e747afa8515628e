"""Tables of the user that say which images belong to which text."""

import re
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.records import CandidateImage
from spark_jobs.run.tables import spark_schema
from spark_jobs.sources.image_places import found_files
from webdoc.arrow import Batches, to_batch
from webdoc.picture.facts import PictureFacts
from webdoc.settings import SettingsError
from webdoc.url_keys import url_key
from webdoc.urls import absolute_url

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")
_NO_JSON = "_corrupt_record"  # the column that Spark adds for such lines
_JAVA_SAYS = re.compile(r"^: [\w.$]+: (.*)$", re.MULTILINE)  # where Spark's own line says nothing
_JSON = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_TEXT_COLUMNS = ("doc_id", "url")
_IMAGE_COLUMNS = ("images", "image")


def given_images(spark: SparkSession, paths: tuple[str, ...]) -> DataFrame:
    """Return (text, rank, image) of Parquet or JSONL tables.

    A table has the column doc_id, or url, of the text, or both, of which a row may fill either;
    and images, a list, or image: addresses, or SHA-256 of pictures of the pool or of the archives.
    `text` is the doc_id or the url_key.

    Raises:
        SettingsError: a table cannot be read, or has no such columns; the message names it.
    """
    tables = [_given(spark, path) for path in paths]
    result = tables[0]
    for table in tables[1:]:
        result = result.unionByName(table)
    return result


def is_json_table(path: str) -> bool:
    """Tell JSONL from Parquet by the name, of a folder by those of its files."""
    name = path.rstrip("/").rpartition("/")[2]
    if ".json" in name or ".parquet" in name:
        return ".json" in name
    try:
        return bool(found_files(path, _JSON))
    except FileNotFoundError:
        return False


def _given(spark: SparkSession, path: str) -> DataFrame:
    is_json = is_json_table(path)
    try:
        table = spark.read.json(path) if is_json else spark.read.parquet(path)
    except Exception as error:  # Spark's own class depends on how Spark was reached
        said = _JAVA_SAYS.search(str(error))
        first = said[1] if said else str(error).partition("\n")[0]
        raise SettingsError(
            f"cannot read the given table {path}: {first} It must be Parquet, or called .jsonl "
            "with one JSON object a line."
        ) from error
    if is_json and _NO_JSON in table.columns:  # Spark's column of bad lines
        raise SettingsError(
            f"{path} has lines that are no JSON. Mend them or leave them out: a given table is one "
            "JSON object a line."
        )
    texts = [name for name in _TEXT_COLUMNS if name in table.columns]
    image = next((name for name in _IMAGE_COLUMNS if name in table.columns), "")
    if not texts or not image:
        raise SettingsError(
            f"{path} has the columns {', '.join(table.columns)}. A given table needs "
            f"{' or '.join(_TEXT_COLUMNS)}, and {' or '.join(_IMAGE_COLUMNS)}."
        )
    text = F.coalesce(*(F.col(name).cast("string") for name in texts)).alias("text")
    if table.schema[image].dataType.typeName() == "array":
        exploded = table.select(text, F.posexplode(image).alias("rank", "image"))
    else:
        exploded = table.select(text, F.lit(0).alias("rank"), F.col(image).alias("image"))
    known = exploded.where("text is not null and image is not null").select(
        "text", F.col("rank").cast("long"), F.col("image").cast("string")
    )
    schema = spark_schema(CandidateImage)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keys = [_text_key(value) for value in batch["text"].to_pylist()]
            images = [_candidate(value) for value in batch["image"].to_pylist()]
            columns = [pa.array(keys, pa.string()), batch["rank"]]
            columns.append(to_batch(images, CandidateImage).to_struct_array())
            yield pa.RecordBatch.from_arrays(columns, names=["text", "rank", "image"])

    return known.mapInArrow(on_partition, f"text string, rank long, image {schema.simpleString()}")


def _text_key(value: str) -> str:
    return value if _ID.fullmatch(value) else url_key(value)


def _candidate(value: str) -> CandidateImage:
    value = value.strip()
    if _SHA256.fullmatch(value):
        return CandidateImage("", "given", facts=PictureFacts(sha256=value))
    return CandidateImage(absolute_url(value, ""), "given", source_url=value[:2048])
