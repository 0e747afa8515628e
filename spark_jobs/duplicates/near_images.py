"""Near-duplicate pictures: perceptual hashes -> pairs within a distance -> IMAGE_CLUSTERS."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.duplicates.components import connected_components
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearImage, NearImageSettings
from webdoc.picture.near_hashes import masks


def near_images(images: DataFrame, settings: NearImageSettings) -> DataFrame:
    """Return IMAGE_CLUSTERS: every picture that shares its cluster with another one.

    Args:
        images: one row for each distinct picture: sha256, perceptual_hash (16 hex digits; "" or
            null where there is none, which is in no cluster), width_px, height_px.
        settings: pictures within its distance are linked; a cluster is what links hold together.
    """
    known = images.where("perceptual_hash != ''")
    pairs = hash_pairs(known, known, settings).where("a < b").select("a", "b")
    found = connected_components(pairs)
    group = F.coalesce("component", "perceptual_hash").alias("group")
    grouped = known.join(found, F.col("perceptual_hash") == F.col("node"), "left")
    members = grouped.select("sha256", "perceptual_hash", "width_px", "height_px", group)
    pixels = F.col("width_px") * F.col("height_px")
    best = Window.partitionBy("group").orderBy(F.desc(pixels), "sha256")
    clusters = members.select(
        "sha256",
        F.min("sha256").over(Window.partitionBy("group")).alias("cluster_id"),
        F.first("sha256").over(best).alias("keeper"),
        _distance(F.col("perceptual_hash"), F.first("perceptual_hash").over(best)),
        F.count("*").over(Window.partitionBy("group")).alias("size"),
    )
    return clusters.where("size > 1").select(*schema_of(NearImage).names)


def hash_pairs(left: DataFrame, right: DataFrame, settings: NearImageSettings) -> DataFrame:
    """Return all pairs of perceptual hashes within the distance, one of each side.

    Source: `webdoc.picture.near_hashes.masks`, which says why none is missed.

    Args:
        left: perceptual_hash, 16 hex digits.
        right: likewise; may be the same table, then each pair comes in both orders.
        settings: the distance.

    Returns:
        (a, b, distance), each once.
    """
    a, b = (
        side.select(F.col("perceptual_hash").alias(name))
        .distinct()
        .select(name, F.posexplode(_keys(F.col(name), settings)).alias("mask", "key"))
        for side, name in ((left, "a"), (right, "b"))
    )
    near = a.join(b, ["mask", "key"]).select("a", "b", _distance(F.col("a"), F.col("b")))
    return near.where(F.col("distance") <= settings.distance).distinct()


def image_list_matches(
    images: DataFrame, listed: DataFrame, settings: NearImageSettings
) -> DataFrame:
    """Return the pictures that are near-copies of a listed one, such as an evaluation set's.

    Args:
        images: sha256 and perceptual_hash.
        listed: the same, and list, the name of the list.
        settings: the distance.

    Returns:
        (sha256, list, listed_sha256, distance): one row for each near pair.
    """
    pairs = hash_pairs(
        images.where("perceptual_hash != ''"), listed.where("perceptual_hash != ''"), settings
    )
    pictures = images.select("sha256", F.col("perceptual_hash").alias("a"))
    targets = listed.select(
        "list", F.col("sha256").alias("listed_sha256"), F.col("perceptual_hash").alias("b")
    )
    joined = pairs.join(pictures, "a").join(targets, "b")
    return joined.select("sha256", "list", "listed_sha256", "distance")


def image_uses(mentions: DataFrame, clusters: DataFrame) -> DataFrame:
    """Return how often the corpus shows each picture, copies and near-copies counted as one.

    Args:
        mentions: doc_id, node_index, sha256, width_px and height_px of every image node that
            counts.
        clusters: IMAGE_CLUSTERS.

    Returns:
        (doc_id, node_index, sha256, cluster_id, keeper, distance, uses, nth): one row for each
        mention; cluster_id and keeper are the sha256 itself for a picture without near-copies.
        nth counts within the document from 1, the largest first, then in reading order: from 2
        on it is a repetition.
    """
    shown = mentions.join(clusters, "sha256", "left").select(
        "doc_id",
        "node_index",
        "sha256",
        F.coalesce("cluster_id", "sha256").alias("cluster_id"),
        F.coalesce("keeper", "sha256").alias("keeper"),
        F.coalesce("distance", F.lit(0)).alias("distance"),
        (F.col("width_px") * F.col("height_px")).alias("pixels"),
    )
    # Counted, then joined: a logo on ten million pages must not gather in one task.
    uses = shown.groupBy("cluster_id").agg(F.count("*").alias("uses"))
    in_page = Window.partitionBy("doc_id", "cluster_id").orderBy(F.desc("pixels"), "node_index")
    return shown.join(uses, "cluster_id").select(
        *shown.drop("pixels").columns, "uses", F.row_number().over(in_page).alias("nth")
    )


def _number(perceptual_hash: Column) -> Column:
    """Return 16 hex digits as the 64-bit number with these bits, signed as Spark's are."""
    return F.conv(perceptual_hash, 16, -10).cast("long")


def _distance(a: Column, b: Column) -> Column:
    return F.bit_count(_number(a).bitwiseXOR(_number(b))).cast("long").alias("distance")


def _keys(perceptual_hash: Column, settings: NearImageSettings) -> Column:
    """Return the hash under each mask: what two hashes within the distance share at one place."""
    number = _number(perceptual_hash)
    signed = (
        mask - (1 << 64) if mask >> 63 else mask
        for mask in masks(settings.distance, settings.agreeing_blocks)
    )
    return F.array(*(number.bitwiseAND(F.lit(mask)) for mask in signed))
