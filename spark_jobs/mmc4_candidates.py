"""LINKS, PICTURES -> FOUND -> CANDIDATES: what the pictures are, and which break a rule.

spark-submit spark_jobs/mmc4_candidates.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.candidates import judged_candidate
from mmc4_like.join_pictures import (
    CandidateWithFound,
    CandidateWithScores,
    candidate_captions,
    wanted_keys,
    with_found,
    with_scores,
)
from mmc4_like.rules.image_rules import copies_limit
from mmc4_like.settings import Mmc4Settings, RuleSettings
from mmc4_like.tables import CANDIDATES, FOUND, LINKS, PICTURES, CandidateDocument
from spark_jobs.mmc4_pictures import found_by_key
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.scores.captions import needs_of_all, score_captions
from spark_jobs.scores.pictures import PICTURE_SCORES, score_pictures
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.scores.scored_caption import PlacedCaption
from webdoc.scores.scorer import OF_IMAGES, ScoreSettings
from webdoc.tables.images import FoundPicture, StoredPicture


@dataclass(frozen=True, slots=True)
class Copies:
    """A picture that stands in the corpus more often than allowed."""

    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class CandidateWithCopies:
    """A candidate beside its frequent pictures."""

    candidate: CandidateDocument
    frequent: tuple[Copies, ...] = ()


def found(links: DataFrame, pictures: DataFrame) -> DataFrame:
    """Return FOUND: the candidates, whose images know their pictures.

    Args:
        links: LINKS.
        pictures: `FoundPicture`, each key once.
    """
    found_by_document = (
        _wanted(links)
        .join(pictures, "key")
        .groupBy("doc_id")
        .agg(F.collect_list(F.struct(*schema_of(FoundPicture).names)).alias("found"))
    )
    pairs = beside(links, "candidate", "document.doc_id", found_by_document, "found").to(
        spark_schema(CandidateWithFound)
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, with_found, CandidateWithFound, CandidateDocument)

    return pairs.mapInArrow(on_partition, spark_schema(CandidateDocument))


def scored(candidates: DataFrame, pictures: DataFrame, settings: Mmc4Settings) -> DataFrame:
    """Return the candidates with the scores of their images, as they are where none is asked for.

    Args:
        candidates: FOUND.
        pictures: PICTURES; only those that live documents show are read.
        settings: which scorers, and where their tables lie.
    """
    asked = settings.scores.without_vectors  # these are made when images are judged
    if not asked.has(*OF_IMAGES):
        return candidates
    shown = candidates.where("document.reject_reason is null").select(
        F.col("document.doc_id").alias("doc_id"), F.explode("images").alias("image")
    )
    wanted = "image.reject_reason is null and image.facts.status = 'ok'"
    keys = shown.where(wanted).select("doc_id", F.col("image.facts.sha256").alias("sha256"))
    places = pictures.select("place.*").join(
        keys.select("sha256").distinct(), "sha256", "left_semi"
    )
    of_pictures = of_captions = None
    if asked.pictures:
        table = table_path(settings.out, PICTURE_SCORES)
        scores = score_pictures(candidates.sparkSession, places, asked, table, settings.archives)
        rows = F.collect_list(F.struct("sha256", "scores")).alias("found")
        of_pictures = keys.distinct().join(scores, "sha256").groupBy("doc_id").agg(rows)
    if asked.captions:
        placed = captions(candidates, asked)
        scores = score_captions(placed, places, asked, settings.out, settings.archives)
        rows = F.collect_list(F.struct("place", "scores")).alias("captions")
        of_captions = scores.groupBy("doc_id").agg(rows)
    pairs = beside(candidates, "candidate", "document.doc_id", of_pictures, "found")
    pairs = beside(pairs, "pair", "candidate.document.doc_id", of_captions, "captions")
    pairs = pairs.select("pair.*", "captions").to(spark_schema(CandidateWithScores))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, with_scores, CandidateWithScores, CandidateDocument)

    return pairs.mapInArrow(on_partition, spark_schema(CandidateDocument))


def captions(candidates: DataFrame, scores: ScoreSettings) -> DataFrame:
    """Return the captions of live images (`PlacedCaption`), filled for the scorers of a run."""
    needs = needs_of_all(scores)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, CandidateDocument)
            rows = [row for candidate in found for row in candidate_captions(candidate, needs)]
            yield to_batch(rows, PlacedCaption)

    return candidates.mapInArrow(on_partition, spark_schema(PlacedCaption))


def frequent_pictures(candidates: DataFrame, rules: RuleSettings) -> tuple[DataFrame, float] | None:
    """Return (doc_id, frequent): the pictures of each document that stand too often in all.

    Returns:
        The table, and how often a picture may stand; None where any number is allowed.
    """
    if rules.images.max_copies is None:
        return None
    uses = picture_uses(candidates)
    counts = uses.groupBy("sha256").count()
    total = counts.agg(F.coalesce(F.sum("count"), F.lit(0))).first()
    limit = copies_limit(rules.images, int(total[0]) if total else 0)
    if limit is None:
        return None
    frequent = uses.join(counts.where(F.col("count") > limit), "sha256")
    copies = F.collect_list(F.struct("sha256", "count")).alias("frequent")
    return frequent.groupBy("doc_id").agg(copies), limit


def beside(rows: DataFrame, name: str, doc_id: str, lists: DataFrame | None, of: str) -> DataFrame:
    """Return (NAME, OF): each row as a struct beside its document's list, which may be empty.

    Args:
        rows: any table of documents.
        name: of the struct.
        doc_id: where the id of the document stands in it.
        lists: doc_id and the list; None where there is none at all.
        of: name of the list.
    """
    keyed = rows.select(F.struct("*").alias(name), F.col(doc_id).alias("doc_id"))
    if lists is None:
        return keyed.select(name, F.array().alias(of))
    joined = keyed.join(lists, "doc_id", "left")
    return joined.select(name, F.coalesce(of, F.array()).alias(of))


def judged(candidates: DataFrame, rules: RuleSettings) -> DataFrame:
    """Return CANDIDATES: images marked by what they are and by how often they are shown."""
    frequent, limit = frequent_pictures(candidates, rules) or (None, None)
    pairs = beside(candidates, "candidate", "document.doc_id", frequent, "frequent")
    pairs = pairs.to(spark_schema(CandidateWithCopies))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(pair: CandidateWithCopies) -> CandidateDocument:
            return judged_candidate(pair.candidate, counted(pair.frequent), limit, rules)

        return map_records(batches, step, CandidateWithCopies, CandidateDocument)

    return pairs.mapInArrow(on_partition, spark_schema(CandidateDocument))


def counted(frequent: tuple[Copies, ...]) -> dict[str, int]:
    """Return how often each frequent picture stands in the corpus."""
    return {picture.sha256: picture.count for picture in frequent}


def picture_uses(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, sha256) of each picture that a document's own page or table shows, once.

    Pictures of a pool are in a document because they were looked for, so they do not count.
    """
    images = candidates.select("document.doc_id", F.explode("images").alias("image"))
    counts = "image.facts.sha256 != '' and image.source != 'pool' and image.reject_reason is null"
    return images.where(counts).select("doc_id", "image.facts.sha256").distinct()


def _wanted(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, key): what must be looked for."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            pairs = [
                (candidate.document.doc_id, key)
                for candidate in from_batch(batch, CandidateDocument)
                for key in wanted_keys(candidate)
            ]
            columns = [pa.array([pair[side] for pair in pairs], pa.string()) for side in (0, 1)]
            yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "key"])

    return candidates.mapInArrow(on_partition, "doc_id string, key string")


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write FOUND and CANDIDATES; what is finished already is left alone."""
    out, between = table_path(settings.out, CANDIDATES), table_path(settings.out, FOUND)
    if is_finished(out):
        return
    if not is_finished(between):
        links = read_table(spark, table_path(settings.out, LINKS), CandidateDocument)
        pictures = read_table(spark, table_path(settings.out, PICTURES), StoredPicture)
        candidates = found(links, found_by_key(spark, settings))
        write_table(scored(candidates, pictures, settings), between)
    write_table(judged(read_table(spark, between, CandidateDocument), settings), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_candidates", run)))
