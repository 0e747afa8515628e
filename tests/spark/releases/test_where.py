"""A condition gives in Python what its text gives in Spark, whatever the condition."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.where import parse_where
from webdoc.where_values import Kind

pytestmark = pytest.mark.spark

COLUMNS: dict[str, Kind] = {
    "a": "number", "b": "number", "t": "text", "u": "text", "k": "truth", "m": "time", "l": "texts",
}  # fmt: skip
NOON = datetime(2024, 5, 18, 12, tzinfo=UTC)
ROWS = [
    (None, None, None, None, None, None, None),
    (0.0, -0.0, "", "a%b_\\", True, NOON, []),
    (1.0, 0.0, "Ab", "ab", False, NOON, ["ab", None]),
    (-2.5, math.nan, 'it\'s ${user.name} "é" 😀\n', "İßΣ", True, None, ["Ab", "x"]),
    (math.inf, 3.0, " x ", None, None, datetime(1999, 1, 1, tzinfo=UTC), None),
    (math.nan, math.nan, "ab", "ab", False, None, [None]),
    (1e300, -1e300, "中文", "中", True, NOON, ["中"]),
]
texts = st.sampled_from([row[column] for row in ROWS for column in (2, 3) if row[column]])
text_literals = (texts | st.text("aAb%_'\"$\\{}é😀 \n", max_size=6)).map(
    lambda t: "'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'"
)
# The pattern %_% would do where \ stands before no sign of LIKE's own.
patterns = st.text("aAb%_é😀中 ", max_size=5).map(lambda t: f"'{t}'")


def call(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: f"{name}({', '.join(found)})")


def between(parts: st.SearchStrategy[str], signs: list[str]) -> st.SearchStrategy[str]:
    chosen = st.tuples(parts, st.sampled_from(signs), parts)
    return chosen.map(lambda found: f"({' '.join(found)})")


some_numbers = st.sampled_from(["a", "b", "0", "1", "2.5", "1e300"])
some_texts = st.sampled_from(["t", "u"]) | text_literals
numbers = st.recursive(
    some_numbers
    | call("length", some_texts)
    | call("array_size", st.just("l"))
    | call("abs", some_numbers),
    lambda n: (
        between(n, ["+", "-", "*", "/", "%"])
        | n.map(lambda x: f"(- {x})")
        | call("least", n, n)
        | call("greatest", n, n)
        | call("coalesce", n, n)
    ),
    max_leaves=4,
)
words = (
    some_texts
    | call("lower", some_texts)
    | call("upper", some_texts)
    | call("trim", some_texts)
    | call("coalesce", some_texts, some_texts)
)
comparisons = ["=", "!=", "<", "<=", ">", ">="]
simple = (
    between(numbers, comparisons)
    | between(words, comparisons)
    | between(st.sampled_from(["m", "'2024-05-18T14:00:00+02:00'", "'2000-01-01'"]), ["<", "="])
    | st.tuples(words, patterns).map(lambda p: f"{p[0]} like {p[1]}")
    | st.tuples(words, patterns).map(lambda p: f"{p[0]} not ilike {p[1]}")
    | st.tuples(numbers, numbers, numbers).map(lambda n: f"{n[0]} in ({n[1]}, {n[2]})")
    | st.tuples(words, words, words).map(lambda n: f"{n[0]} not between {n[1]} and {n[2]}")
    | call("contains", words, words)
    | call("starts_with", words, words)
    | call("ends_with", words, words)
    | call("array_contains", st.just("l"), words)
    | call("isnan", numbers)
    | numbers.map(lambda n: f"{n} is null")
    | st.just("k")
)
conditions = st.recursive(
    simple,
    lambda c: (
        between(c, ["and", "or"])
        | c.map(lambda x: f"not ({x})")
        | c.map(lambda x: f"({x}) is not true")
    ),
    max_leaves=4,
)


@pytest.fixture
def interpreted(spark: SparkSession) -> Iterator[SparkSession]:
    """Spark compiles each condition to Java, which takes longer than all else here."""
    spark.conf.set("spark.sql.codegen.wholeStage", "false")
    spark.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    yield spark
    spark.conf.unset("spark.sql.codegen.wholeStage")
    spark.conf.unset("spark.sql.codegen.factoryMode")


@settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(conditions, min_size=40, max_size=60))
def test_python_equals_spark(interpreted: SparkSession, texts: list[str]) -> None:
    schema = "a double, b double, t string, u string, k boolean, m timestamp, l array<string>"
    found = [parse_where(text, COLUMNS) for text in texts]
    table = interpreted.createDataFrame(ROWS, schema).coalesce(1)

    in_spark = table.select(F.array(*(F.expr(w.spark_sql) for w in found)).alias("v")).collect()

    in_python = [
        [where.value(dict(zip(COLUMNS, row, strict=True))) for where in found] for row in ROWS
    ]
    for row, ours in zip(in_spark, in_python, strict=True):
        wrong = [t for t, s, o in zip(texts, row.v, ours, strict=True) if s is not o]
        assert wrong == []
