"""Exact deduplication in Spark does what a loop over all documents would."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.rules.exact_duplicates import DeduplicationRules
from obelics_like.rules.mark_document import Rules, finish
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics_deduplicate, obelics_near_duplicates
from tests.spark.as_read import as_read, result_of
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason

LENIENT: dict[str, Any] = {
    "documents": {"min_words": 0, "min_images": 1},
    "images": {"source": "none"},
    "near_duplicates": {"texts": False},
}


def images_of(document: Document) -> set[str]:
    """Return the live images of a document: two with the same set are copies of each other."""
    return {n.image.url for n in document.nodes if n.image and n.reject_reason is None}


def judged(
    spark: SparkSession,
    documents: Sequence[Document],
    given: dict[str, Any],
    out: Path,
    partitions: int = 3,
) -> dict[str, Document]:
    """What the jobs of duplicates do to documents without near-copies."""
    settings = load_settings(options={**given, "inputs": [str(sample_path())], "out": str(out)})
    as_read(settings, documents, partitions)
    obelics_deduplicate.run(spark, settings)
    obelics_near_duplicates.run(spark, settings)
    return result_of(settings)


def random_documents(seed: int, count: int) -> list[Document]:
    """Documents that share URLs, paragraphs and images often."""
    chance = random.Random(seed)
    hosts = ("a.example.com", "b.example.com", "other.org")

    def node() -> Node:
        if chance.random() < 0.5:
            url = f"https://img.example/{chance.choice((0, 0, chance.randrange(30)))}.jpg"
            return Node("image", image=Image(url))
        return Node("text", text=f"Paragraph number {chance.randrange(40)} of this small corpus.")

    return [
        Document(
            doc_id=f"{i:032x}",
            url=f"http{chance.choice(('', 's'))}://{chance.choice(hosts)}/{chance.randrange(25)}",
            capture_time=f"2024-01-0{chance.randint(1, 5)}T00:00:00Z",
            nodes=tuple(node() for _ in range(chance.randint(1, 5))),
            reject_reason=Reason.DOCUMENT_WORDS if chance.random() < 0.1 else None,
        )
        for i in range(count)
    ]


def by_loop(documents: Sequence[Document], settings: ObelicsSettings) -> dict[str, Document]:
    """The same, by loops over everything: slow and easy to believe."""
    live = [d for d in documents if d.reject_reason is None]
    result = {d.doc_id: d for d in documents}

    def page(document: Document) -> str:
        return document.url.partition("//")[2]

    def mentions(document: Document) -> list[tuple[str, str, str]]:
        domain = ".".join(document.url.split("/")[2].split(".")[-2:])
        return [("image", "", n.image.url) if n.image else ("text", domain, n.text)
                for n in document.nodes]  # fmt: skip

    for document in live:
        same = [other for other in live if page(other) == page(document)]
        stays = min(same, key=lambda d: (tuple(-ord(c) for c in d.capture_time), d.doc_id))
        if stays.doc_id != document.doc_id:
            result[document.doc_id] = replace(
                document,
                reject_reason=Reason.DOCUMENT_URL_REPEATED,
                reject_detail=stays.doc_id,
            )
    live = [d for d in result.values() if d.reject_reason is None]
    seen = Counter(mention for d in live for mention in mentions(d))
    for document in live:
        nodes = list(document.nodes)
        for place, mention in enumerate(mentions(document)):
            times = seen[mention]
            if mention[0] == "text" and times >= 3:
                reason = Reason.PARAGRAPH_REPEATED_ON_DOMAIN
            elif mention[0] == "image" and times > 10:
                reason = Reason.IMAGE_TOO_FREQUENT
            else:
                continue
            nodes[place] = replace(nodes[place], reject_reason=reason, reject_value=float(times))
        result[document.doc_id] = replace(document, nodes=tuple(nodes))
    finisher = Rules.load(settings)
    result = {key: finish(document, finisher) for key, document in result.items()}
    live = [d for d in result.values() if d.reject_reason is None]
    for document in live:
        shown = images_of(document)
        same = [other for other in live if shown and images_of(other) == shown]
        stays = min(
            same or [document], key=lambda d: (tuple(-ord(c) for c in d.capture_time), d.doc_id)
        )
        if stays.doc_id != document.doc_id:
            result[document.doc_id] = replace(
                document,
                reject_reason=Reason.DOCUMENT_IMAGE_SET_REPEATED,
                reject_detail=stays.doc_id,
            )
    return result


@pytest.mark.parametrize("seed", [1, 3])
def test_equal_to_loops_over_all_documents(spark: SparkSession, tmp_path: Path, seed: int) -> None:
    settings = load_settings(options=LENIENT)
    documents = random_documents(seed, 120)
    expected = by_loop(documents, settings)
    reasons = {d.reject_reason for d in expected.values()}
    nodes = {n.reject_reason for d in expected.values() for n in d.nodes}
    assert {Reason.DOCUMENT_URL_REPEATED, Reason.DOCUMENT_IMAGE_SET_REPEATED} <= reasons
    assert {Reason.PARAGRAPH_REPEATED_ON_DOMAIN, Reason.IMAGE_TOO_FREQUENT} <= nodes
    assert judged(spark, documents, LENIENT, tmp_path / "out") == expected


def test_any_partitioning_gives_the_same(spark: SparkSession, tmp_path: Path) -> None:
    documents = random_documents(3, 60)
    first = judged(spark, documents, LENIENT, tmp_path / "one", 1)
    assert judged(spark, documents[::-1], LENIENT, tmp_path / "seven", 7) == first


def test_everything_switched_off_marks_nothing_new(spark: SparkSession, tmp_path: Path) -> None:
    off = {
        "urls": False,
        "image_sets": False,
        "min_paragraph_occurrences": "none",
        "max_image_occurrences": "none",
    }
    given = {**LENIENT, "deduplication": off}
    made = load_settings(options=given).deduplication
    assert made == DeduplicationRules(
        urls=False,
        image_sets=False,
        min_paragraph_occurrences=None,
        max_image_occurrences=None,
        normalise_urls=made.normalise_urls,
        paragraph_scope=made.paragraph_scope,
    )
    found = judged(spark, random_documents(4, 30), given, tmp_path / "out")
    reasons = {d.reject_reason for d in found.values()}
    assert not reasons & {Reason.DOCUMENT_URL_REPEATED, Reason.DOCUMENT_IMAGE_SET_REPEATED}
    assert not {n.reject_reason for d in found.values() for n in d.nodes} & {
        Reason.PARAGRAPH_REPEATED_ON_DOMAIN,
        Reason.IMAGE_TOO_FREQUENT,
    }
