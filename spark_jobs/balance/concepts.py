"""Texts at images -> entries -> counts -> the draw: MetaCLIP's balancing over narrow tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.balance.corpus_entries import PAIR, TITLE, WORD, counted
from webdoc.balance.draw import (
    ANY_LANGUAGE,
    Chance,
    Concept,
    DocumentEntries,
    Drawn,
    ImageEntries,
    chance_of,
    draw,
    limits_by_language,
)
from webdoc.balance.entries import (
    SEPARATOR,
    clean_entries,
    entries_key,
    read_entries,
    worker_matcher,
)
from webdoc.balance.image_texts import DocumentTexts
from webdoc.balance.settings import BalanceSettings
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class EntryCount:
    """BALANCE_ENTRIES: in how many documents a concept stands."""

    language: str  # ANY_LANGUAGE where languages are not told apart
    number: int  # of the entry in the sorted list
    entry: str
    documents: int
    t: int  # that many it keeps about


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a task counted."""

    kind: str
    language: str
    entry: str
    documents: int


@dataclass(frozen=True, slots=True)
class Entries:
    """The list of concepts on its way to the workers: one text, which travels once a machine."""

    joined: Broadcast[str]
    key: str
    count: int


def sent(spark: SparkSession, entries: list[str]) -> Entries:
    """Send a list of concepts to the workers."""
    joined = SEPARATOR.join(entries)
    return Entries(spark.sparkContext.broadcast(joined), entries_key(joined), len(entries))


def listed(texts: DataFrame, settings: BalanceSettings) -> list[str]:
    """Return the concepts: of the file that is given, else of WordNet and of the corpus.

    Args:
        texts: `DocumentTexts` of each document.
        settings: where concepts come from.

    Raises:
        SettingsError: the file is no list of concepts, or the corpus gives none.
    """
    most, case = settings.max_entries, settings.match_case
    if settings.entries:
        return read_entries(settings.entries, most, match_case=case)
    found: list[str] = []
    if "wordnet" in settings.entries_from:
        from webdoc.text.wordnet import wordnet  # noqa: PLC0415 - half a second

        found = clean_entries(wordnet().lemmas(), match_case=case)
    if {TITLE, WORD, PAIR} & set(settings.entries_from):
        own = [row["entry"] for row in _of_corpus(texts, settings).collect()]
        found = clean_entries([*found, *own], match_case=case)
    if not found:
        raise SettingsError(
            "The corpus gives no concepts: no title or word of it is frequent enough. Lower"
            " balance.min_word_documents, or give a list by balance.entries."
        )
    return found[:most]


def _of_corpus(texts: DataFrame, settings: BalanceSettings) -> DataFrame:
    """Return the entries that the corpus gives, the most frequent ones where there are too many."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            counts = counted(from_batch(batch, DocumentTexts), settings)
            yield to_batch([_Counted(*key, n) for key, n in counts.items()], _Counted)

    rows = texts.mapInArrow(on_partition, spark_schema(_Counted))
    sums = rows.groupBy("kind", "language", "entry").agg(F.sum("documents").alias("documents"))
    sums = sums.where(
        (F.col("documents") >= settings.min_word_documents)
        | (F.col("entry") == "")
        | ((F.col("kind") == TITLE) & (F.col("documents") >= settings.min_title_documents))
    ).persist()
    words = sums.where((F.col("kind") == WORD) & (F.col("entry") != ""))
    kinds = [sums.where(F.col("kind") == TITLE)]
    if WORD in settings.entries_from:
        kinds.append(words)
    if PAIR in settings.entries_from:
        kinds.append(_bound_pairs(sums, words, settings.min_pair_bits))
    every = reduce(DataFrame.union, [one.select("entry", "documents") for one in kinds])
    best = every.groupBy("entry").agg(F.max("documents").alias("documents"))
    return best.orderBy(F.desc("documents"), "entry").limit(settings.max_entries)


def _bound_pairs(sums: DataFrame, words: DataFrame, least_bits: float) -> DataFrame:
    """Return the pairs whose words are seen together more often than chance would have it."""
    every = sums.where((F.col("kind") == WORD) & (F.col("entry") == ""))
    every = every.select("language", F.col("documents").alias("every"))
    pairs = sums.where(F.col("kind") == PAIR).join(F.broadcast(every), "language")
    for place, name in enumerate(("first", "second")):
        own = words.select("language", F.col("entry").alias("word"), F.col("documents").alias(name))
        word = F.get(F.split("entry", " "), place)
        pairs = pairs.withColumn("word", word).join(own, ["language", "word"]).drop("word")
    # As `pair_bits`.
    bits = F.log2(F.col("every") * F.col("documents") / (F.col("first") * F.col("second")))
    return pairs.where(bits >= least_bits)


def named(texts: DataFrame, entries: Entries, settings: BalanceSettings) -> DataFrame:
    """Return which concepts the images of documents name (`DocumentEntries`).

    Args:
        texts: `DocumentTexts`.
        entries: as sent.
        settings: how texts are compared, and whether languages are told apart.
    """
    case, apart = settings.match_case, settings.per_language

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            # Here, so that a partition without rows does not build the automaton.
            matcher = worker_matcher(entries.joined.value, entries.key, match_case=case)
            rows = [
                DocumentEntries(
                    one.doc_id,
                    one.language if apart else ANY_LANGUAGE,
                    tuple(ImageEntries(i.image, matcher.found(i.texts)) for i in one.images),
                )
                for one in from_batch(batch, DocumentTexts)
            ]
            yield to_batch(rows, DocumentEntries)

    return texts.mapInArrow(on_partition, spark_schema(DocumentEntries))


def entry_counts(found: DataFrame, entries: Entries, settings: BalanceSettings) -> DataFrame:
    """Return in how many documents each concept stands (`EntryCount`), and its t.

    Args:
        found: `DocumentEntries`; an entry counts once a document.
        entries: as sent.
        settings: t, and whether each language has its own.
    """
    of_one = F.array_distinct(F.flatten(F.col("images.entries")))
    rows = found.select("language", F.explode(of_one).alias("number"))
    counts = rows.groupBy("language", "number").agg(F.count("*").alias("documents"))
    limits = _limits(counts, settings)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        names = entries.joined.value.split(SEPARATOR)
        for batch in batches:
            yield to_batch(
                [
                    EntryCount(
                        row["language"],
                        row["number"],
                        names[row["number"]],
                        row["documents"],
                        limits.get(row["language"], settings.t),
                    )
                    for row in batch.to_pylist()
                ],
                EntryCount,
            )

    return counts.mapInArrow(on_partition, spark_schema(EntryCount))


def _limits(counts: DataFrame, settings: BalanceSettings) -> dict[str, int]:
    if not settings.per_language:
        return {}
    rows = counts.groupBy("language", "documents").agg(F.count("*").alias("concepts")).collect()
    of_language: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        of_language.setdefault(row["language"], []).append((row["documents"], row["concepts"]))
    return limits_by_language(of_language, settings.t, settings.reference_language)


def drawn(found: DataFrame, counts: DataFrame, settings: BalanceSettings) -> DataFrame:
    """Return what the draw says of each document (`Drawn`).

    Args:
        found: `DocumentEntries`.
        counts: `EntryCount`. Only those of more than t documents go to the workers: at most as
            many as there are mentions, divided by t.
        settings: the seed.
    """
    rows = counts.where(F.col("documents") > F.col("t")).collect()
    frequent: dict[Concept, Chance] = {
        (row["language"], row["number"]): Chance(
            row["entry"], chance_of(row["documents"], row["t"])
        )
        for row in rows
    }
    told, seed = found.sparkSession.sparkContext.broadcast(frequent), settings.seed

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            documents: list[DocumentEntries] = from_batch(batch, DocumentEntries)
            yield to_batch([draw(one, told.value, seed) for one in documents], Drawn)

    return found.mapInArrow(on_partition, spark_schema(Drawn))
