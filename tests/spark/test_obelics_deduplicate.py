"""Exact deduplication in Spark does what a loop over all documents would."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from pyspark.sql import DataFrame, SparkSession

from obelics_like.rules.exact_duplicates import DeduplicationRules, image_set_key, mentions_of
from obelics_like.rules.mark_document import Rules, finish
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics_deduplicate
from spark_jobs.duplicates.image_sets import mark_image_sets
from webdoc.arrow import from_batch, to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason

LENIENT = {
    "documents": {"min_words": 0, "min_images": 1},
    "images": {"source": "none"},
}


def table_of(spark: SparkSession, documents: Sequence[Document], partitions: int) -> DataFrame:
    import pyarrow as pa  # noqa: PLC0415

    table = pa.Table.from_batches([to_batch(documents, Document)])
    return spark.createDataFrame(table).repartition(partitions)


def documents_in(table: DataFrame) -> dict[str, Document]:
    found = [d for b in table.toArrow().to_batches() for d in from_batch(b, Document)]
    assert len({d.doc_id for d in found}) == len(found)
    return {d.doc_id: d for d in found}


def transform(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """What two jobs do to documents without near-copies."""
    return mark_image_sets(obelics_deduplicate.transform(documents, settings), settings)


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
    rules = settings.deduplication
    live = [d for d in documents if d.reject_reason is None]
    result = {d.doc_id: d for d in documents}

    def page(document: Document) -> str:
        return mentions_of(document, rules)[0].key

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
    seen = Counter((m.kind, m.domain, m.key) for d in live for m in mentions_of(d, rules))
    for document in live:
        nodes = list(document.nodes)
        for mention in mentions_of(document, rules):
            times = seen[mention.kind, mention.domain, mention.key]
            if mention.kind == "text" and times >= 3:
                reason = Reason.PARAGRAPH_REPEATED_ON_DOMAIN
            elif mention.kind == "image" and times > 10:
                reason = Reason.IMAGE_TOO_FREQUENT
            else:
                continue
            nodes[mention.node_index] = replace(
                nodes[mention.node_index], reject_reason=reason, reject_value=float(times)
            )
        result[document.doc_id] = replace(document, nodes=tuple(nodes))
    finisher = Rules.load(settings)
    result = {key: finish(document, finisher) for key, document in result.items()}
    live = [d for d in result.values() if d.reject_reason is None]
    for document in live:
        key = image_set_key(document)
        same = [other for other in live if key and image_set_key(other) == key]
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
def test_equal_to_loops_over_all_documents(spark: SparkSession, seed: int) -> None:
    settings = load_settings(options=LENIENT)
    documents = random_documents(seed, 120)
    expected = by_loop(documents, settings)
    reasons = {d.reject_reason for d in expected.values()}
    nodes = {n.reject_reason for d in expected.values() for n in d.nodes}
    assert {Reason.DOCUMENT_URL_REPEATED, Reason.DOCUMENT_IMAGE_SET_REPEATED} <= reasons
    assert {Reason.PARAGRAPH_REPEATED_ON_DOMAIN, Reason.IMAGE_TOO_FREQUENT} <= nodes
    assert documents_in(transform(table_of(spark, documents, 3), settings)) == expected


def test_any_partitioning_gives_the_same(spark: SparkSession) -> None:
    settings = load_settings(options=LENIENT)
    documents = random_documents(3, 60)
    first = documents_in(transform(table_of(spark, documents, 1), settings))
    turned = documents_in(transform(table_of(spark, documents[::-1], 7), settings))
    assert turned == first


def test_everything_switched_off_marks_nothing_new(spark: SparkSession) -> None:
    off = {
        "urls": False,
        "image_sets": False,
        "min_paragraph_occurrences": "none",
        "max_image_occurrences": "none",
    }
    settings = load_settings(options={**LENIENT, "deduplication": off})
    assert settings.deduplication == DeduplicationRules(
        urls=False,
        image_sets=False,
        min_paragraph_occurrences=None,
        max_image_occurrences=None,
        normalise_urls=settings.deduplication.normalise_urls,
        paragraph_scope=settings.deduplication.paragraph_scope,
    )
    documents = random_documents(4, 30)
    found = documents_in(transform(table_of(spark, documents, 3), settings))
    reasons = {d.reject_reason for d in found.values()}
    assert not reasons & {Reason.DOCUMENT_URL_REPEATED, Reason.DOCUMENT_IMAGE_SET_REPEATED}
    assert not {n.reject_reason for d in found.values() for n in d.nodes} & {
        Reason.PARAGRAPH_REPEATED_ON_DOMAIN,
        Reason.IMAGE_TOO_FREQUENT,
    }
