"""Near-duplicate texts: SIGNATURES -> candidates -> verified pairs -> CLUSTERS."""

import logging
from dataclasses import dataclass

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.duplicates.components import connected_components, settled
from spark_jobs.duplicates.text_signatures import band_keys, refuse_other_settings, similarities
from spark_jobs.run.tables import is_small, no_rows
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearCopy, NearTextSettings, TextSignature

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier batches left behind."""

    signatures: DataFrame  # TextSignature, of every document so far
    clusters: DataFrame  # NearCopy
    published: DataFrame | None = None  # doc_id; None: all that the clusters let stay


def near_duplicates(
    new: DataFrame,
    settings: NearTextSettings,
    earlier: Earlier | None = None,
    texts: DataFrame | None = None,
    *,
    are_ours: bool = False,
) -> DataFrame:
    """Return CLUSTERS: every document, new or old, that has near-copies.

    Two runs give the clusters of one run over both batches, unless a bucket holds more than
    max_full_bucket different texts: there one run compares other pairs than two.

    Args:
        new: SIGNATURES of this batch, a table that was written.
        settings: as the signatures were made with.
        earlier: of the batches before, whose pairs are not compared again.
        texts: (doc_id, text) of new and old documents; for exact verification only.
        are_ours: `new` was made with these settings by this run; to look takes a job.

    Raises:
        ValueError: signatures made with other settings, or exact verification without texts.
    """
    rows = _rows(new, earlier)
    if earlier is not None or not are_ours:
        refuse_other_settings(rows, settings.minhash)
    pairs = candidate_pairs(rows, settings)
    is_told = _LOG.isEnabledFor(logging.INFO)  # each count is a job of Spark
    pairs = settled(pairs) if is_told else pairs
    scored = similarities(pairs, rows, settings, texts)
    near = scored.where(F.col("similarity") >= settings.minhash.threshold)
    if is_told:
        near = settled(near)
        _LOG.info("near texts: %d candidate pairs, %d near", pairs.count(), near.count())
    links = near.select("a", "b").union(_copies(rows))
    if earlier is not None:
        links = links.union(earlier.clusters.select("doc_id", "cluster_id"))
    is_one_task = is_small(rows.sparkSession)  # to make few rows twice costs less than a job
    members = connected_components(links if is_one_task else settled(links))
    if members.isEmpty():
        return no_rows(rows.sparkSession, NearCopy)
    keepers = _keepers(members, rows, settings, earlier)
    kept = keepers.persist(StorageLevel.DISK_ONLY) if is_one_task else settled(keepers)
    dropped = kept.where("doc_id != keeper").select(
        F.col("doc_id").alias("a"), F.col("keeper").alias("b")
    )
    scored = similarities(dropped, rows, settings, texts).withColumnRenamed("a", "doc_id")
    table = kept.join(scored.drop("b"), "doc_id", "left").fillna(1.0, ["similarity"])
    return table.select(*schema_of(NearCopy).names)


def _rows(new: DataFrame, earlier: Earlier | None) -> DataFrame:
    """Return SIGNATURES and is_new of all documents; one that comes again is an old one."""
    names = schema_of(TextSignature).names
    if earlier is None:
        return new.select(*names, F.lit(True).alias("is_new"))
    old = earlier.signatures
    fresh = new.join(old.select("doc_id"), "doc_id", "left_anti")
    return fresh.select(*names, F.lit(True).alias("is_new")).union(
        old.select(*names, F.lit(False).alias("is_new"))
    )


def candidate_pairs(rows: DataFrame, settings: NearTextSettings) -> DataFrame:
    """Return the pairs to verify: documents that share a band, at least one of them new.

    Documents with the same shingles count as one, the smallest doc_id; `NearTextSettings` says
    which pairs a large bucket gives. Singles give none, whatever their number.

    Args:
        rows: SIGNATURES and is_new.
        settings: bands, and the limits of a bucket.

    Returns:
        (a, b) doc_ids, a above b, each pair once.
    """
    same_set = Window.partitionBy("set_key")
    sets = (
        rows.where("n_shingles > 0")
        .select("doc_id", "set_key", "is_new", band_keys(settings.minhash).alias("keys"))
        .withColumn("first", F.min("doc_id").over(same_set))
        .withColumn("is_new", F.min("is_new").over(same_set))  # old ones met in their own run
        .where("doc_id = first")
    )
    bands = sets.select("doc_id", "is_new", "keys", F.posexplode("keys").alias("band", "key"))
    # What follows the last band is the first: the order inside a bucket is never its own band.
    next_key = F.expr("keys[(band + 1) % size(keys)]").alias("next_key")
    member = F.struct("doc_id", "is_new").alias("member")
    ordered = Window.partitionBy("key").orderBy("next_key", "doc_id")
    full, links = settings.max_full_bucket, settings.bucket_links
    buckets = bands.select("key", next_key, "doc_id", member).select(
        "member",
        F.count("*").over(Window.partitionBy("key")).alias("size"),
        F.first("member").over(ordered).alias("first"),
        F.collect_list("member").over(ordered.rowsBetween(1, full - 1)).alias("following"),
    )
    others = F.when(F.col("size") <= full, F.col("following")).otherwise(
        F.concat(F.array("first"), F.slice("following", 1, links))
    )
    pairs = buckets.where("size > 1").select("member", F.explode(others).alias("other"))
    wanted = "member.doc_id != other.doc_id and (member.is_new or other.is_new)"
    return (
        pairs.where(wanted)
        .select(
            F.greatest("member.doc_id", "other.doc_id").alias("a"),
            F.least("member.doc_id", "other.doc_id").alias("b"),
        )
        .distinct()
    )


def _copies(rows: DataFrame) -> DataFrame:
    """Return (a, b): every document whose shingles another has too, beside the smallest such."""
    first = F.min("doc_id").over(Window.partitionBy("set_key"))
    keyed = rows.where("n_shingles > 0").select(F.col("doc_id").alias("a"), first.alias("b"))
    return keyed.where("a != b")


def _keepers(
    members: DataFrame, rows: DataFrame, settings: NearTextSettings, earlier: Earlier | None
) -> DataFrame:
    """Return (doc_id, cluster_id, keeper) of the members of components."""
    facts = rows.select("doc_id", "capture_time", "length")
    members = members.select(F.col("node").alias("doc_id"), F.col("component").alias("cluster_id"))
    published = F.lit(False)
    if earlier is not None and settings.published_stay:
        ids = _published(earlier).select("doc_id", F.lit(True).alias("published"))
        members = members.join(ids, "doc_id", "left")
        published = F.coalesce("published", F.lit(False))
    order = {
        "newest": [F.desc("capture_time")],
        "longest": [F.desc("length")],
        "first": [],
    }[settings.keep]
    best = Window.partitionBy("cluster_id").orderBy(F.desc("published"), *order, "doc_id")
    keeper = F.when(F.col("published"), F.col("doc_id")).otherwise(F.first("doc_id").over(best))
    joined = members.join(facts, "doc_id").withColumn("published", published)
    return joined.select("doc_id", "cluster_id", keeper.alias("keeper"))


def _published(earlier: Earlier) -> DataFrame:
    if earlier.published is not None:
        return earlier.published
    dropped = earlier.clusters.where("keeper != doc_id")
    return earlier.signatures.join(dropped, "doc_id", "left_anti")
