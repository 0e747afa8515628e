"""What a report shows beside the funnel, by Spark: the same as by the pure functions."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.spread import node_examples, picture_cases, tallies_of
from spark_jobs.release.explored import Explored, Looks, explored, hidden_among
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.release.picture_grid import fewest
from webdoc.release.spread import Tally


def explored_rows(documents: DataFrame, looks: Looks[Document]) -> DataFrame:
    """Return what is made of a table of whole documents."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for made in looks.rows(list(from_batch(batch, Document)) for batch in batches):
            yield to_batch(made, Explored)

    return documents.mapInArrow(on_partition, spark_schema(Explored))


def pages() -> list[Document]:
    facts = PictureFacts("ok", "", 9_000, "png", 640, 480)
    made = []
    for number in range(30):
        reason = Reason.IMAGE_SIZE if number % 3 == 0 else None
        own = replace(facts, sha256=f"{number * 7 % 30:064x}", width_px=100 + number)
        image = Image(f"https://pics{number % 2}.example/{number}.png", facts=own)
        nodes = (Node("text", "word " * number), Node("image", image=image, reject_reason=reason))
        document = Document(f"{number:032x}", f"https://site{number % 4}.example/", nodes=nodes)
        made.append(document)
    return made


def test_tallies_and_cases_do_not_depend_on_partitions(spark: SparkSession) -> None:
    documents = pages()
    rows = to_batch(documents, Document).to_pylist()
    table = spark.createDataFrame(rows, spark_schema(Document)).repartition(4)

    looks = Looks(tallies_of, picture_cases, node_examples)
    tallies, cases, examples = explored(explored_rows(table, looks))

    assert set(tallies) == set(tallies_of(documents))
    assert len(tallies) == len(set(tallies))
    assert cases == fewest(case for document in documents for case in picture_cases(document))
    assert examples == [f"{number:032x}" for number in (0, 3)]  # IMAGE_SIZE: every third page
    assert Tally("Most frequent domains", "site0.example", 0, True, 8) in tallies


def test_a_picture_hidden_on_one_page_is_hidden_on_all(spark: SparkSession) -> None:
    rows = [("a", None), ("a", "image_unsafe"), ("b", None), ("c", "image_unsafe")]
    images = spark.createDataFrame(rows, "sha256 string, reason string").repartition(3)
    hidden = F.coalesce(F.col("reason") == "image_unsafe", F.lit(False))

    assert hidden_among(images, hidden, ["a", "b", "b"]) == {"a"}
    assert hidden_among(images, hidden, []) == set()
