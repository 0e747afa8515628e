import pytest
from pyspark.sql import SparkSession

from spark_jobs.duplicates.repeated_ngrams import repeated_ngrams
from webdoc.duplicates.near_duplicates import RepeatedNgramSettings
from webdoc.duplicates.shingles import ShingleSettings

SCHEMA = "doc_id string, node_index int, domain string, text string"


def test_shares_by_hand(spark: SparkSession) -> None:
    """Bigrams on two pages of a domain: 3 of 4 in a page's footer; other domains do not count."""
    rows = [
        ("p1", 0, "a.org", "read more about us here"),  # (here) differs
        ("p2", 5, "a.org", "Read more about us, today"),
        ("p3", 1, "a.org", "read more books"),  # 1 of 2
        ("q1", 0, "b.org", "read more about us here"),  # alone on its domain
        ("p1", 1, "a.org", "only once, only once"),  # on one page only
        ("p1", 2, "a.org", "Only once."),
        ("p2", 6, "a.org", ""),
        ("p2", 7, "a.org", None),
    ]
    settings = RepeatedNgramSettings(ShingleSettings(n=2), min_pages=2, min_share=0.5)
    strict = RepeatedNgramSettings(ShingleSettings(n=2), min_pages=2, min_share=0.51)
    table = spark.createDataFrame(rows, SCHEMA)

    found = sorted(tuple(row) for row in repeated_ngrams(table, settings).collect())

    assert found == [("p1", 0, 0.75), ("p2", 5, 0.75), ("p3", 1, 0.5)]
    assert sorted(tuple(row) for row in repeated_ngrams(table, strict).collect()) == found[:2]


@pytest.mark.parametrize(("pages", "count"), [(3, 0), (2, 2)])
def test_from_min_pages_on(spark: SparkSession, pages: int, count: int) -> None:
    rows = [("p1", 0, "a.org", "one two"), ("p2", 0, "a.org", "one two")]

    found = repeated_ngrams(
        spark.createDataFrame(rows, SCHEMA), RepeatedNgramSettings(min_pages=pages)
    )

    assert found.count() == count


def test_impossible_settings_are_refused() -> None:
    for wrong in ({"min_pages": 1}, {"min_share": 0.0}, {"min_share": 1.1}):
        with pytest.raises(ValueError, match="min_pages"):
            RepeatedNgramSettings(**wrong)  # type: ignore[arg-type]
    RepeatedNgramSettings(min_pages=2, min_share=1.0)
