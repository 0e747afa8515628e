"""How scores are spread over a release: counted from what it holds itself."""

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.release.score_spread import CLASSES, Of, ScoreSpread
from webdoc.scores.scorer import KINDS, OF_IMAGES, ScoreSettings, columns_of


def named_scores(rows: DataFrame) -> DataFrame:
    """Return of, name and value of each score of `ScoresRow`s; a picture counts each time."""
    own = rows.select(F.lit("documents").alias("of"), F.explode("scores").alias("score"))
    shown = rows.select(F.explode("images").alias("image"))
    images = shown.select(F.lit("images").alias("of"), F.explode("image.scores").alias("score"))
    return own.unionByName(images).select("of", "score.name", "score.value")


def spreads(scores: DataFrame, settings: ScoreSettings) -> tuple[ScoreSpread, ...]:
    """Return the spread of each score that anything has, in the order of the settings.

    Args:
        scores: of, name, value.
        settings: which scorers say what the scores mean, and the limits.
    """
    scores = scores.persist()
    sums = scores.groupBy("of", "name").agg(
        F.count("value").alias("count"),
        F.min("value").alias("least"),
        F.avg("value").alias("mean"),
        F.max("value").alias("most"),
    )
    width = (F.col("most") - F.col("least")) / CLASSES
    place = F.least(
        F.floor((F.col("value") - F.col("least")) / F.nullif(width, F.lit(0.0))), F.lit(CLASSES - 1)
    )
    classed = scores.join(F.broadcast(sums), ["of", "name"]).groupBy(
        "of", "name", place.alias("place")
    )
    counted = {(r["of"], r["name"], r["place"]): r["count"] for r in classed.count().collect()}
    totals = {(r["of"], r["name"]): r for r in sums.collect()}
    scores.unpersist()
    found = []
    for of, name, meaning in _meanings(settings):
        total = totals.get((of, name))
        if total is None:
            continue
        counts = tuple(counted.get((of, name, place), 0) for place in range(CLASSES))
        found.append(
            ScoreSpread(
                name,
                meaning,
                of,
                total["count"],
                total["least"],
                total["mean"],
                total["most"],
                counts if any(counts) else (),
                settings.min.get(name),
                settings.max.get(name),
            )
        )
    return tuple(found)


def _meanings(settings: ScoreSettings) -> Iterable[tuple[Of, str, str]]:
    for kind in KINDS:
        of: Of = "images" if kind in OF_IMAGES else "documents"
        for name in settings.names(kind):
            yield from ((of, c.name, c.meaning) for c in columns_of(name, kind))
