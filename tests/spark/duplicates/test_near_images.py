import random
from collections import Counter

import pytest
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.duplicates.near_images import (
    hash_pairs,
    image_list_matches,
    image_uses,
    near_images,
)
from webdoc.duplicates.near_duplicates import NearImageSettings

SCHEMA = "sha256 string, perceptual_hash string, width_px long, height_px long"


def hashes() -> list[int]:
    """600 hashes: half at random, half a few bits from another one; edges of the sign too."""
    dice = random.Random(3)
    found = [0, 2**64 - 1, 2**63, 2**63 - 1, *(dice.getrandbits(64) for _ in range(296))]
    for _ in range(300):
        flips = dice.sample(range(64), dice.randrange(1, 9))
        found.append(dice.choice(found) ^ sum(1 << bit for bit in flips))
    return found


def table(spark: SparkSession, values: list[int]) -> DataFrame:
    rows = [(f"{i:064x}", f"{value:016x}", 10 + i % 7, 10) for i, value in enumerate(values)]
    return spark.createDataFrame(rows, SCHEMA)


@pytest.mark.parametrize(("distance", "agreeing"), [(5, 1), (5, 2), (8, 3), (0, 1)])
def test_all_pairs_within_the_distance(spark: SparkSession, distance: int, agreeing: int) -> None:
    """Against all pairs, one by one: none missed, none too far, each once."""
    values = hashes()
    images = table(spark, values)
    settings = NearImageSettings(distance, agreeing)
    expected = {
        (f"{a:016x}", f"{b:016x}", (a ^ b).bit_count())
        for a in values
        for b in values
        if (a ^ b).bit_count() <= distance
    }

    found = hash_pairs(images, images, settings).collect()

    assert len(found) == len(expected) == len({tuple(row) for row in found} & expected)
    assert {row[2] for row in found} == set(range(distance + 1))


def test_clusters_by_hand(spark: SparkSession) -> None:
    """Copies and a chain of near ones share a cluster; most pixels stay, then the smallest."""
    rows = [
        ("a", "0000000000000000", 10, 10),
        ("b", "0000000000000007", 20, 10),  # 3 bits from a
        ("c", "000000000000003f", 10, 20),  # 3 bits from b, 6 from a; as large as b
        ("d", "ff00000000000000", 90, 90),  # far from all
        ("e", "00ff00ff00ff00ff", 5, 5),
        ("f", "00ff00ff00ff00ff", 6, 5),  # the same hash, other bytes
        ("g", "", 1, 1),
        ("h", None, 1, 1),
        ("i", "", 1, 1),
    ]
    images = spark.createDataFrame(rows, SCHEMA)

    clusters = near_images(images, NearImageSettings(distance=3))

    assert sorted(tuple(row) for row in clusters.collect()) == [
        ("a", "a", "b", 3),
        ("b", "a", "b", 0),
        ("c", "a", "b", 3),
        ("e", "e", "f", 0),
        ("f", "e", "f", 0),
    ]


def test_clusters_do_not_depend_on_partitions(spark: SparkSession) -> None:
    images = table(spark, hashes())
    settings = NearImageSettings()
    expected = sorted(near_images(images, settings).collect())
    assert Counter(row["keeper"] for row in expected).most_common(1)[0][1] > 2

    for partitions in (1, 16):
        shuffled = images.orderBy("perceptual_hash").repartition(partitions)
        assert sorted(near_images(shuffled, settings).collect()) == expected


def test_uses_count_copies_and_near_copies_as_one(spark: SparkSession) -> None:
    clusters = spark.createDataFrame(
        [("a", "a", "b", 3), ("b", "a", "b", 0)],
        "sha256 string, cluster_id string, keeper string, distance long",
    )
    mentions = spark.createDataFrame(
        [
            ("d1", 4, "b", 20, 20),  # the largest of its document stays
            ("d1", 2, "a", 10, 10),
            ("d1", 5, "b", 20, 20),
            ("d2", 0, "a", 10, 10),
            ("d2", 1, "z", 30, 10),
            ("d3", 0, "z", 30, 10),
        ],
        "doc_id string, node_index long, sha256 string, width_px long, height_px long",
    )

    uses = image_uses(mentions, clusters)

    assert sorted(tuple(row) for row in uses.collect()) == [
        ("d1", 2, "a", "a", "b", 3, 4, 3),
        ("d1", 4, "b", "a", "b", 0, 4, 1),
        ("d1", 5, "b", "a", "b", 0, 4, 2),
        ("d2", 0, "a", "a", "b", 3, 4, 1),
        ("d2", 1, "z", "z", "z", 0, 2, 1),
        ("d3", 0, "z", "z", "z", 0, 2, 1),
    ]


def test_listed_pictures_are_found(spark: SparkSession) -> None:
    """By copies and near-copies, for every list; what has no hash matches nothing."""
    images = spark.createDataFrame(
        [("a", "00000000000000ff", 1, 1), ("b", "0fffffffffffffff", 1, 1), ("c", "", 1, 1)], SCHEMA
    )
    listed = spark.createDataFrame(
        [
            ("x", "00000000000000ff", "coco"),
            ("y", "00000000000000fe", "vqa"),
            ("z", "", "vqa"),
            ("w", "f000000000000000", "vqa"),
        ],
        "sha256 string, perceptual_hash string, list string",
    )

    matches = image_list_matches(images, listed, NearImageSettings(distance=1))

    assert sorted(tuple(row) for row in matches.collect()) == [
        ("a", "coco", "x", 0),
        ("a", "vqa", "y", 1),
    ]


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="too many masks"):
        NearImageSettings(distance=44)
    NearImageSettings(distance=43)
