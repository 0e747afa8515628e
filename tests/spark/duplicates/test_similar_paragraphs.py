"""Paragraphs of a domain that are alike without being equal."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.spark.test_obelics_near_duplicates import (
    WORDS,
    deduplicated,
    document,
    picture,
    settings_of,
)
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason


def test_similar_paragraphs_of_a_domain(spark: SparkSession, tmp_path: Path) -> None:
    """Boilerplate with one word that changes is no exact repetition; another domain may say it."""
    fixed = "Sign up for our letter and get the best of the week every"

    def page(number: int, url: str, day: str) -> Document:
        own = document(number, WORDS[number * 50 : number * 50 + 40], picture(str(number), ""))
        line = Node("text", text=f"{fixed} {day}", tag="p")
        return replace(own, url=url, nodes=(*own.nodes, line))

    documents = [
        page(0, "https://a.example.com/0", "Monday"),
        page(1, "https://b.example.com/1", "Tuesday"),
        page(2, "https://example.com/2", "Friday"),
        page(3, "https://other.org/3", "Sunday"),
    ]
    settings = settings_of(tmp_path / "out")
    on = replace(settings, repeated_ngrams=replace(settings.repeated_ngrams, enabled=True))

    found = deduplicated(spark, on, documents)

    marks = [found[f"{n:032x}"].nodes[-1] for n in range(4)]
    similar = Reason.PARAGRAPH_SIMILAR_ON_DOMAIN
    assert [n.reject_reason for n in marks] == [similar, similar, similar, None]
    # 14 words are ten runs of five, of which the last one differs
    assert marks[0].reject_value == pytest.approx(9 / 10)
    plain = deduplicated(spark, replace(settings, out=str(tmp_path / "plain")), documents)
    assert {n.reject_reason for d in plain.values() for n in d.nodes} == {None}
