"""`interleaf sample --by`: what Spark draws is what Python draws, however rows are dealt."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from spark_jobs.derived.draw import densities_of, drawn, spread_of
from spark_jobs.derived.sample import SampleSettings, check_settings, run
from tests.spark.releases.small_releases import (
    assert_whole,
    doc_id,
    documents_in,
    picture,
    row,
    small_release,
)
from webdoc.derived.drawing import Draw, Spread, cells_of, density_key, gumbel_key, place_of
from webdoc.exporters.documents import ReleaseRow
from webdoc.settings import SettingsError

TEXTS = ("a red fox runs", "a red fox sleeps", "stars and their light", "stars and their dust")


def with_number(number: int, value: float | None, text: str = "") -> ReleaseRow:
    made = row(number, [picture(1)])
    about = json.loads(made.general_metadata)
    if value is not None:
        about["quality"] = value
    texts = tuple(text or one if one is not None else None for one in made.texts)
    return ReleaseRow(made.images, texts, made.metadata, json.dumps(about))


def test_spark_draws_what_python_draws(spark: SparkSession) -> None:
    dice = random.Random(5)
    values = {doc_id(n): round(dice.gauss(1, 3), 4) for n in range(60)}
    rows = spark.createDataFrame(list(values.items()), "doc_id string, value double")
    many = list(values.values())
    mean = sum(many) / 60
    plain = Spread(60, mean, (sum((v - mean) ** 2 for v in many) / 60) ** 0.5, min(many), max(many))
    keys = {one: gumbel_key(v, plain, 2.0, place_of(one, 3)) for one, v in values.items()}
    expected = set(sorted(keys, key=lambda one: -keys[one])[:20])

    found = spread_of(rows)

    assert found.mean == pytest.approx(plain.mean)
    assert found.deviation == pytest.approx(plain.deviation)
    for parts in (1, 3):
        dealt = rows.repartition(parts)
        assert ids(drawn(dealt, Draw.GUMBEL, 20, 3, 2.0)) == expected
        assert spread_of(dealt) == found
    largest = set(sorted(values, key=lambda one: -values[one])[:5])
    assert ids(drawn(rows, Draw.TOP, 5, 0, 2.0)) == largest
    with pytest.raises(SettingsError, match=r"scores in \[0, 1\]"):
        drawn(rows, Draw.PARETO, 0, 0, 2.0)


def ids(rows: object) -> set[str]:
    return {one["doc_id"] for one in rows.collect()}  # type: ignore[attr-defined]


def test_a_release_drawn_by_a_number_and_by_density(spark: SparkSession, tmp_path: Path) -> None:
    scores = (0.2, 1.0, None, 0.9)
    rows = [
        with_number(n, value, text)
        for n, (value, text) in enumerate(zip(scores, TEXTS, strict=True), start=1)
    ]
    folder = small_release(tmp_path / "a", [rows[:2], rows[2:]], [[1]])
    given = {"release": str(folder), "out": str(tmp_path / "out")}

    run(spark, SampleSettings(**given, by="quality", draw="top", count=2))  # type: ignore[arg-type]

    assert documents_in(tmp_path / "out").keys() == {doc_id(2), doc_id(4)}
    assert_whole(tmp_path / "out")
    history = (tmp_path / "out" / "history.csv").read_text()
    assert "1 documents have no such number" in history
    cells = {n: cells_of([text]) for n, text in enumerate(texts_of(rows), start=1)}
    counts = Counter(
        (k, int(c)) for c_ in cells.values() if c_ is not None for k, c in enumerate(c_)
    )
    plain = {
        doc_id(n): sum(counts[k, int(c)] for k, c in enumerate(found)) / len(found) / 4
        for n, found in cells.items()
        if found is not None
    }
    densities = densities_of(spark, str(folder))
    assert {r["doc_id"]: r["value"] for r in densities.collect()} == pytest.approx(plain)
    keys = {one: density_key(d, place_of(one, 1)) for one, d in plain.items()}
    rarest = set(sorted(keys, key=lambda one: -keys[one])[:2])
    assert ids(drawn(densities, Draw.DENSITY, 2, 1, 2.0)) == rarest
    for wrong, says in (
        ({"by": "qualty", "count": 1}, "did you mean quality"),
        ({"by": "quality"}, "Say how much"),
        ({"draw": "top", "count": 1}, "add --by"),
        ({"by": "quality", "draw": "density", "count": 1}, "leave --by out"),
        ({"by": "quality", "draw": "pareto", "count": 1}, "says itself how much"),
    ):
        fresh = {**given, "out": str(tmp_path / "new"), **wrong}
        with pytest.raises(SettingsError, match=says):
            check_settings(SampleSettings(**fresh))  # type: ignore[arg-type]


def texts_of(rows: list[ReleaseRow]) -> list[str]:
    return ["\n\n".join(text for text in one.texts if text) for one in rows]
