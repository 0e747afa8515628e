"""LINKS, PICTURES -> CANDIDATES: what the pictures are, and which break a rule.

spark-submit spark_jobs/mmc4_candidates.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator, Sequence

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.join_pictures import (
    CandidateWithFacts,
    CaptionedCandidate,
    Copies,
    ImageUse,
    ScoredPicture,
    ScoredPlace,
    captions_of,
    image_uses,
    judged,
)
from mmc4_like.rules.image_rules import copies_limit
from mmc4_like.settings import Mmc4Settings, RuleSettings
from mmc4_like.tables import CANDIDATES, LINKS, PICTURES, CandidateDocument, JudgedDocument
from spark_jobs.marks.mmc4_parts import texts_by_id
from spark_jobs.mmc4_pictures import found_by_key
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.scores.captions import needs_of_all, score_captions
from spark_jobs.scores.pictures import PICTURE_SCORES, score_pictures
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.picture.measure import OK
from webdoc.scores.scored_caption import PlacedCaption
from webdoc.scores.scorer import OF_IMAGES
from webdoc.tables.images import FoundPicture, StoredPicture

# No rule on pictures reads them. Scorers of captions do, from LINKS.
_UNREAD = ("source_url", "alt_text", "caption", "words_around")


def uses(links: DataFrame, pictures: DataFrame) -> DataFrame:
    """Return the columns of `ImageUse`, and of what was found for it (`FoundPicture`) or null.

    Args:
        links: `CandidateDocument`.
        pictures: `FoundPicture`, each key once.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            candidates = from_batch(batch, CandidateDocument)
            yield to_batch([use for one in candidates for use in image_uses(one)], ImageUse)

    found = links.mapInArrow(on_partition, spark_schema(ImageUse))
    return found.join(pictures, "key", "left")


def shown(found: DataFrame) -> DataFrame:
    """Return doc_id, sha256, status, is_counted, is_live of `uses` that nobody forbids."""
    return found.where("coalesce(permission_reason, '') = ''").select(
        "doc_id",
        F.coalesce("facts.sha256", "sha256").alias("sha256"),
        F.coalesce("facts.status", "status").alias("status"),
        "is_counted",
        "is_live",
    )


def counted(found: DataFrame) -> DataFrame:
    """Return (doc_id, sha256) of each picture of `shown` that counts as a copy, once."""
    return found.where("is_counted and sha256 != ''").select("doc_id", "sha256").distinct()


def frequent_pictures(
    copies: DataFrame, rules: RuleSettings
) -> tuple[DataFrame | None, float | None]:
    """Return (doc_id, frequent): the pictures of each document that stand too often in all.

    Args:
        copies: (doc_id, sha256) of each picture that a document shows, once.
        rules: how often one may stand.

    Returns:
        The table, None where none stands too often; and how often a picture may stand, None
        where any number is allowed.
    """
    if rules.images.max_copies is None:
        return None, None
    counts = copies.groupBy("sha256").count()
    total = counts.agg(F.sum("count"), F.max("count")).first()
    images, most = (total[0] or 0, total[1] or 0) if total else (0, 0)
    limit = copies_limit(rules.images, int(images))
    if limit is None or most <= limit:
        return None, limit
    frequent = copies.join(counts.where(F.col("count") > limit), "sha256")
    return _lists(frequent, Copies, "frequent"), limit


def scores(found: DataFrame, places: DataFrame, settings: Mmc4Settings) -> DataFrame | None:
    """Return (doc_id, scored): the scores of the pictures of live documents; None: of none.

    Args:
        found: (doc_id, sha256) of the pictures of live documents.
        places: of these pictures.
        settings: which scorers, and where their table lies.
    """
    asked = settings.scores.without_vectors  # pictures are embedded later
    if not asked.pictures:
        return None
    table = table_path(settings.out, PICTURE_SCORES)
    made = score_pictures(found.sparkSession, places, asked, table, settings.archives)
    return _lists(found.distinct().join(made, "sha256"), ScoredPicture, "scored")


def caption_scores(
    links: DataFrame, found: DataFrame, places: DataFrame, settings: Mmc4Settings
) -> DataFrame | None:
    """Return (doc_id, captions): the scores of images beside their captions; None: of none.

    Args:
        links: LINKS.
        found: (doc_id, found), the pictures of each document.
        places: of the pictures of live documents.
        settings: which scorers, and where their table lies.
    """
    if not settings.scores.captions:
        return None
    needs = needs_of_all(settings.scores)
    live = links.where("document.reject_reason is null and size(images) > 0")
    rows = live.select(F.struct("*").alias("candidate"), F.col("document.doc_id").alias("doc_id"))
    rows = rows.join(found, "doc_id", "left").withColumn("found", F.coalesce("found", F.array()))
    text = F.lit(None)
    if "sentences" in needs:
        rows = rows.join(texts_by_id(links.sparkSession, settings.out), "doc_id", "left")
        text = F.coalesce("text", F.lit(""))
    ready = rows.select("candidate", "found", text.alias("text"))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            candidates = from_batch(batch, CaptionedCandidate)
            yield to_batch(
                [c for one in candidates for c in captions_of(one, needs)], PlacedCaption
            )

    ready = ready.to(spark_schema(CaptionedCandidate))
    captions = ready.mapInArrow(on_partition, spark_schema(PlacedCaption))
    made = score_captions(captions, places, settings.scores, settings.out, settings.archives)
    return _lists(made, ScoredPlace, "captions")


def judge(
    links: DataFrame, lists: Sequence[DataFrame | None], limit: float | None, rules: RuleSettings
) -> DataFrame:
    """Return CANDIDATES.

    Args:
        links: LINKS.
        lists: doc_id and one of the lists of `CandidateWithFacts`; None where there is nothing.
        limit: how often a picture may stand.
        rules: what is marked.
    """
    with_images = links.where("size(images) > 0").withColumn("images", F.transform("images", _bare))
    rows = with_images.withColumn("sizes", F.lit(None)).to(spark_schema(CandidateDocument))
    rows = rows.select(F.struct("*").alias("candidate"), F.col("document.doc_id").alias("doc_id"))
    for known in lists:
        if known is not None:
            rows = rows.join(known, "doc_id", "left")
    names = ("found", "scored", "captions", "frequent")
    columns = [
        F.coalesce(name, F.array()).alias(name) if name in rows.columns else F.array().alias(name)
        for name in names
    ]
    pairs = rows.select("candidate", *columns).to(spark_schema(CandidateWithFacts))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = (judged(pair, limit, rules) for pair in from_batch(batch, CandidateWithFacts))
            yield to_batch([row for row in made if row is not None], JudgedDocument)

    return pairs.mapInArrow(on_partition, spark_schema(JudgedDocument))


def _bare(image: Column) -> Column:
    for name in _UNREAD:
        image = image.withField(name, F.lit(""))
    return image


def _lists(rows: DataFrame, record: type, name: str) -> DataFrame:
    items = F.collect_list(F.struct(*schema_of(record).names)).alias(name)
    return rows.groupBy("doc_id").agg(items)


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write CANDIDATES, unless it is finished."""
    out = table_path(settings.out, CANDIDATES)
    if is_finished(out):
        return
    links = read_table(spark, table_path(settings.out, LINKS), CandidateDocument)
    pictures = read_table(spark, table_path(settings.out, PICTURES), StoredPicture)
    images = uses(links, found_by_key(spark, settings)).persist()  # for counting, and for marking
    try:
        write_table(candidates(links, images, pictures, settings), out)
    finally:
        images.unpersist()


def candidates(
    links: DataFrame, images: DataFrame, pictures: DataFrame, settings: Mmc4Settings
) -> DataFrame:
    """Return CANDIDATES: pictures counted over the corpus, scored where asked for, and judged.

    Args:
        links: LINKS.
        images: of `uses`.
        pictures: PICTURES.
        settings: of the run.
    """
    found = _lists(images.where("facts is not null"), FoundPicture, "found")
    known = shown(images)
    frequent, limit = frequent_pictures(counted(known), settings)
    lists = [found, frequent]
    if settings.scores.has(*OF_IMAGES):
        of_live = known.where(F.col("is_live") & (F.col("status") == OK)).select("doc_id", "sha256")
        wanted = of_live.select("sha256").distinct()
        places = pictures.select("place.*").join(wanted, "sha256", "left_semi")
        lists.append(scores(of_live, places, settings))
        lists.append(caption_scores(links, found, places, settings))
    return judge(links, lists, limit, settings)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_candidates", run)))
