"""What a limit on each score would take of a release: counted, and pictures on either side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.pictures import THUMBNAILS
from spark_jobs.release.score_spreads import named_scores, spreads
from spark_jobs.run.tables import exists, parquet_rows, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.exporters.images import IMAGES
from webdoc.exporters.scores import ScoresRow
from webdoc.picture.measure import thumbnail
from webdoc.release.score_curve import (
    BesideLimit,
    ScoredPicture,
    class_start,
    curve_of,
    median_of,
    nearest_pictures,
)
from webdoc.release.score_spread import ScoreSpread
from webdoc.scores.scorer import ScoreSettings

_SMALL_PX = 120
Small = tuple[tuple[str, bytes], ...]  # SHA-256 and JPEG of pictures
Key = tuple[str, str]  # documents or images, name of the score


@dataclass(frozen=True, slots=True)
class _Counted:
    of: str
    name: str
    start: float
    count: int


@dataclass(frozen=True, slots=True)
class _Beside:
    name: str
    picture: ScoredPicture


def spreads_with_curves(rows: DataFrame, settings: ScoreSettings) -> tuple[ScoreSpread, ...]:
    """Return the spread of each score with its curve, and pictures beside a limit.

    Args:
        rows: ScoresRow; looked at three times.
        settings: as of `spark_jobs.release.score_spreads.spreads`.
    """
    found = spreads(named_scores(rows), settings)
    counts = _counts(rows)
    limits = {
        one.name: _limit(one, counts[one.of, one.name]) for one in found if one.of == "images"
    }
    pictures = _beside(rows, limits)
    return tuple(
        replace(
            one,
            curve=curve_of(counts[one.of, one.name]),
            beside=_of_one(one, limits, pictures[one.name]) if one.of == "images" else None,
        )
        for one in found
    )


def _limit(one: ScoreSpread, counts: Mapping[float, int]) -> float:
    return next((limit for limit in (one.min, one.max) if limit is not None), median_of(counts))


def _of_one(
    one: ScoreSpread, limits: Mapping[str, float], pictures: Iterable[ScoredPicture]
) -> BesideLimit:
    limit = limits[one.name]
    is_set = one.min is not None or one.max is not None
    return BesideLimit(limit, is_set, *nearest_pictures(pictures, limit))


def _counts(rows: DataFrame) -> dict[Key, Counter[float]]:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            counts: Counter[tuple[str, str, float]] = Counter()
            for row in from_batch(batch, ScoresRow):
                own = [("documents", score) for score in row.scores]
                own += [("images", score) for image in row.images for score in image.scores]
                counts.update((of, one.name, class_start(one.value)) for of, one in own)
            yield to_batch([_Counted(*key, n) for key, n in counts.items()], _Counted)

    found = rows.mapInArrow(on_partition, spark_schema(_Counted))
    sums = found.groupBy("of", "name", "start").agg(F.sum("count").alias("count")).collect()
    counts: dict[Key, Counter[float]] = defaultdict(Counter)
    for row in sums:
        counts[row["of"], row["name"]][row["start"]] = row["count"]
    return counts


def _beside(rows: DataFrame, limits: Mapping[str, float]) -> dict[str, list[ScoredPicture]]:
    """Return the pictures that are nearest to a limit of each score: those of each task."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        best: dict[str, list[ScoredPicture]] = defaultdict(list)
        for batch in batches:
            for row in from_batch(batch, ScoresRow):
                for image in row.images:
                    for score in image.scores:
                        best[score.name].append(ScoredPicture(image.sha256, score.value))
            for name, known in best.items():
                limit = limits.get(name)
                sides = ((), ()) if limit is None else nearest_pictures(known, limit)
                best[name] = [*sides[0], *sides[1]]
        beside = [_Beside(name, one) for name, known in best.items() for one in known]
        yield to_batch(beside, _Beside)

    found: dict[str, list[ScoredPicture]] = defaultdict(list)
    table = rows.mapInArrow(on_partition, spark_schema(_Beside)).toArrow()
    for batch in table.to_batches():
        for one in from_batch(batch, _Beside):
            found[one.name].append(one.picture)
    return found


def small_pictures(spark: SparkSession, folder: str, found: Iterable[ScoreSpread]) -> Small:
    """Return (sha256, JPEG) of the pictures beside limits, by hash, if the release holds them."""
    beside = [one.beside for one in found if one.beside]
    shown = [p.sha256 for one in beside for p in (*one.below, *one.above)]
    keys = list(dict.fromkeys(shown))[:THUMBNAILS]
    path = table_path(folder, IMAGES.folder)
    if not keys or not exists(path):
        return ()
    stored = parquet_rows(spark, path, spark_schema(IMAGES.record))
    bodies = stored.where(F.col("sha256").isin(keys)).select("sha256", "image.bytes").collect()
    small = ((row["sha256"], thumbnail(bytes(row["bytes"]), _SMALL_PX)) for row in bodies)
    return tuple(sorted((key, jpeg) for key, jpeg in small if jpeg is not None))
