"""Copies of one picture are counted over the whole corpus."""

import pyarrow as pa
from pyspark.sql import SparkSession

from mmc4_like.records import CandidateImage, Sentence, TextDocument
from mmc4_like.rules.image_rules import ImageRules
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import CandidateDocument, JudgedDocument
from spark_jobs.mmc4_candidates import counted, frequent_pictures, judge, shown, uses
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import from_batch, to_batch
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.tables.images import FoundPicture


def candidate(number: int, *images: tuple[str, str]) -> CandidateDocument:
    found = tuple(
        CandidateImage(
            f"https://e.org/{number}/{nth}.png",
            source,
            facts=PictureFacts(
                status="ok", sha256=name, format="png", width_px=300, height_px=300, size_bytes=9
            ),
        )
        for nth, (source, name) in enumerate(images)
    )
    document = TextDocument(f"{number:032x}", f"https://e.org/{number}", "A text.")
    return CandidateDocument(document, (Sentence(0, 7),), found)


def test_copies_are_counted_over_the_whole_corpus(spark: SparkSession) -> None:
    """Once a document, and not those that a pool offered."""
    corpus = [
        candidate(0, ("page", "often"), ("page", "twice")),
        candidate(1, ("page", "often"), ("wat", "often"), ("pool", "twice")),
        candidate(2, ("given", "often"), ("page", "twice")),
    ]
    table = spark.createDataFrame(pa.Table.from_batches([to_batch(corpus, CandidateDocument)]))
    links = table.repartition(3)
    rules = RuleSettings(images=ImageRules(max_copies=2))
    nothing = spark.createDataFrame([], spark_schema(FoundPicture))

    frequent, limit = frequent_pictures(counted(shown(uses(links, nothing))), rules)
    marked = judge(links, [frequent], limit, rules).toArrow()

    found = {
        (image.facts.sha256, image.reject_reason, image.reject_value)
        for batch in marked.to_batches()
        for one in from_batch(batch, JudgedDocument)
        for image in one.images
    }
    assert limit == 2
    assert found == {("often", Reason.IMAGE_TOO_FREQUENT, 3.0), ("twice", None, None)}
