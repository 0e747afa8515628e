"""`interleaf balance` and the step of a build: what stays is what a plain second writing keeps."""

from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs.balance import obelics_balance
from spark_jobs.balance.concepts import EntryCount, drawn, entry_counts, listed, named, sent
from spark_jobs.derived.balance import release_texts
from spark_jobs.run.tables import BALANCE_ENTRIES
from tests.spark.as_read import as_read, result_of
from tests.spark.releases.small_releases import (
    assert_whole,
    digest,
    doc_id,
    documents_in,
    picture,
    pictures_in,
    row,
    small_release,
)
from webdoc.arrow import to_batch
from webdoc.balance.settings import BalanceSettings
from webdoc.clip.vectors import ImageVector, to_bytes, unit
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason

ENTRIES = ["dog", "Hot dog", "hot dog", "cat", "page", "end of 7", "never seen", "a.*b"]
ALT = {0: "A dog.", 1: "hot dog!", 2: "a cat", 3: "nothing", 4: "dog and cat"}
TAKEN = 3


def alt_texts(number: int) -> list[str]:
    """Return those of a document's images: one in three has two."""
    return [ALT[number % 5], *(["cat"] if number % 3 == 0 else [])]


def plainly_kept(t: int, seed: int, documents: int) -> tuple[set[str], Counter[str]]:
    """MetaCLIP in its own words, over texts that are padded and searched one by one."""
    concepts = {e.lower().replace(".", " . ") for e in ENTRIES}
    found: dict[str, list[set[str]]] = {}
    for number in range(documents):
        around = f" text of page {number} \n end of {number} "
        spaced = [
            f" {alt.lower().replace('.', ' . ').replace('!', ' ! ')} \n{around}"
            for alt in alt_texts(number)
        ]
        images = [{c for c in concepts if f" {c} " in text} for text in spaced]
        found[doc_id(number)] = images
    counts = Counter(c for images in found.values() for c in set().union(*images))

    def is_drawn(one: str, concept: str) -> bool:
        told = f"{seed}\0{one}\0{concept}".encode()
        place = (int.from_bytes(blake2b(told, digest_size=8).digest(), "big") >> 11) / 2**53
        return place < t / max(counts[concept], t)

    kept = {
        one
        for one, images in found.items()
        if any(is_drawn(one, c) for concepts in images for c in concepts)
    }
    return kept, counts


def entries_file(folder: Path) -> Path:
    file = folder / "entries.txt"
    file.write_text("\n".join(ENTRIES), "utf-8")
    return file


@pytest.mark.usefixtures("spark")
def test_a_balanced_release_and_its_counts(tmp_path: Path) -> None:
    rows = [row(n, [picture(1) | {"alt_text": alt} for alt in alt_texts(n)]) for n in range(60)]
    source = small_release(tmp_path / "in", [rows[:30], rows[30:]], [[1]])
    file, out = entries_file(tmp_path), tmp_path / "out"
    command = ["balance", str(source), "--entries", str(file), "--t", str(TAKEN), "--seed", "4"]

    done = CliRunner().invoke(app, [*command, "--out", str(out)])

    kept, counts = plainly_kept(TAKEN, 4, 60)
    assert done.exit_code == 0, done.output
    assert counts["page"] == 60
    assert counts["end of 7"] == 1
    assert doc_id(7) in kept  # a rare concept keeps all it has
    assert documents_in(out).keys() == kept
    assert 0 < len(kept) < 30
    assert_whole(out)
    assert f"document,document_not_drawn,{60 - len(kept)}," in (out / "funnel.csv").read_text()
    assert "Balanced over 7 concepts" in (out / "README.md").read_text()
    assert "interleaf balance" in (out / "history.csv").read_text()


def test_a_build_keeps_what_the_release_would(spark: SparkSession, tmp_path: Path) -> None:
    """The same documents as in the test before, as a run has them before it publishes."""
    file = entries_file(tmp_path)
    balance = BalanceSettings(TAKEN, seed=4, entries=str(file))
    documents = [
        Document(
            doc_id(n), f"https://e.org/{n}", language="en", nodes=(
                Node("text", f"Text of page {n}", tag="p"),
                *(
                    Node("image", image=Image(f"https://e.org/{n}/{place}", alt_text=alt))
                    for place, alt in enumerate(alt_texts(n))
                ),
                Node("text", f"End of {n}", tag="p"),
            ),
        )
        for n in range(60)
    ]  # fmt: skip
    rejected = replace(documents[0], doc_id="r", reject_reason=Reason.DOCUMENT_WORDS)
    kept, counts = plainly_kept(TAKEN, 4, 60)
    given = {"inputs": [str(sample_path())], "out": str(tmp_path / "out")}
    given |= {"documents": {"min_words": 1}, "images": {"source": "none"}}
    settings = replace(load_settings(options=given), balance=balance)
    as_read(settings, [*documents, rejected], 4)

    obelics_balance.run(spark, settings)

    found = result_of(settings)
    assert {one for one in found if found[one].reject_reason is None} == kept
    gone = next(found[one] for one in found if one not in kept and one != "r")
    assert gone.reject_reason is Reason.DOCUMENT_NOT_DRAWN
    assert gone.reject_value == pytest.approx(TAKEN / counts[gone.reject_detail])
    assert found["r"].reject_reason is Reason.DOCUMENT_WORDS
    table = spark.read.parquet(f"{settings.out}/{BALANCE_ENTRIES}").collect()
    assert {r["entry"]: r["documents"] for r in table} == counts
    assert {r["t"] for r in table} == {TAKEN}


def test_a_corpus_gives_its_own_concepts_in_each_language(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Counted by hand: 10 documents in English (odd numbers), 10 in German."""
    rows = [
        row(n, [picture(1) | {"alt_text": "red fox" if n < 8 else f"red {n}"}]) for n in range(20)
    ]
    source = small_release(tmp_path / "in", [rows], [[1]])
    texts = release_texts(spark, str(source)).repartition(3)
    asked = BalanceSettings(
        2, entries_from=("titles", "words", "pairs"), min_word_documents=4, min_pair_bits=0.1,
        per_language=True,
    )  # fmt: skip

    entries = listed(texts, asked)

    # "red" is in all 20, so "red fox" has no bits, nor has "text of"; titles are all different.
    assert entries == ["end", "fox", "of", "page", "red", "text"]
    assert listed(texts, replace(asked, min_pair_bits=0.0)) == sorted(
        [*entries, "red fox", "text of", "of page", "end of"]
    )
    assert "dog" in listed(texts, BalanceSettings(1, entries_from=("wordnet",)))
    told = sent(spark, entries)
    found = named(texts, told, asked).persist()
    counts = entry_counts(found, told, asked)
    rows_of = {(r["language"], r["entry"]): r for r in counts.collect()}
    assert rows_of["en", "fox"]["documents"] == rows_of["de", "fox"]["documents"] == 4
    assert rows_of["en", "red"]["t"] == 2
    # No English concept is below 2: in German, too, the tail is as small as it can be.
    assert rows_of["de", "red"]["t"] == 4
    draws = [drawn(found.repartition(n), counts, asked) for n in (1, 5)]
    assert sorted(draws[0].collect()) == sorted(draws[1].collect())
    assert EntryCount.__slots__ == tuple(counts.columns)


def test_what_cannot_be_balanced_is_said_before_spark_starts(tmp_path: Path) -> None:
    source = small_release(tmp_path / "in", [[row(1, [picture(1)])]], [[1]])
    out = str(tmp_path / "out")
    run = CliRunner().invoke
    without_t = run(app, ["balance", str(source), "--out", out])
    no_list = run(
        app, ["balance", str(source), "--out", out, "--t", "5", "--entries", f"{tmp_path}/none"]
    )
    assert without_t.exit_code != 0
    assert "Say about how many documents" in without_t.output
    assert no_list.exit_code != 0
    assert "There is no list of entries" in " ".join(no_list.output.split())


def vector_of(number: int) -> list[float]:
    """Return a direction: 0 to 3 lie close together, 4 to 7 likewise, 8 and 9 alone."""
    group = {0: (1, 0, 0, 0), 1: (0, 1, 0, 0)}.get(number // 4, (0, 0, number % 2, 1 - number % 2))
    return [each + 0.02 * (number % 4) * (place == 3) for place, each in enumerate(group)]


def with_vectors(folder: Path, model: str = "ViT-B-32:openai") -> Path:
    """Write tables/image_vectors of the pictures 0 to 9 beside a release."""
    rows = [
        ImageVector(digest(n), model, "r1", "ok", to_bytes(unit(np.array([vector_of(n)]))[0]))
        for n in range(10)
    ]
    table = pa.Table.from_batches([to_batch(rows, ImageVector)]).drop_columns(["revision"])
    path = folder / "tables/image_vectors/revision=r1"
    path.mkdir(parents=True)
    pq.write_table(table, path / "part-0.parquet")
    (folder / "tables/image_vectors/_SUCCESS").touch()
    return folder


def sized(number: int) -> dict[str, object]:
    return picture(number) | {"original_width": 100 + number, "original_height": 10}


@pytest.mark.usefixtures("spark")
def test_pictures_near_targets_and_pictures_that_mean_the_same(tmp_path: Path) -> None:
    """By hand: 0 to 3 are one thing, 4 to 7 another; the largest of each is the last one."""
    rows = [row(n, [sized(n)]) for n in range(10)]
    rows += [row(10, [sized(0), sized(8)]), row(11, [sized(2), sized(2)])]
    source = with_vectors(small_release(tmp_path / "in", [rows], [list(range(10))]))
    targets, other = tmp_path / "targets.npz", tmp_path / "other.npz"
    np.savez(targets, vectors=[[0.0, 1.0, 0.1, 0.0]], model="ViT-B-32:openai")
    np.savez(other, vectors=[[1.0, 0.0]], model="ViT-L-14:openai")

    def made(command: str, name: str, *more: str) -> tuple[int, str]:
        out = ["--out", str(tmp_path / name), "--clusters", "3"]
        done = CliRunner().invoke(app, [command, str(source), *out, *more])
        return done.exit_code, " ".join(done.output.split())

    near = made("near", "near", "--targets", str(targets))
    images = made("dedup", "images", "--max-cosine", "0.9")
    documents = made("dedup", "documents", "--of", "documents", "--max-cosine", "0.9")
    wrong = made("near", "wrong", "--targets", str(other))

    assert (near[0], images[0], documents[0]) == (0, 0, 0), near[1] + images[1] + documents[1]
    assert documents_in(tmp_path / "near").keys() == {doc_id(n) for n in (4, 5, 6, 7)}
    assert "one of 1 clusters, of 3" in (tmp_path / "near/README.md").read_text()
    kept = documents_in(tmp_path / "images")
    assert kept.keys() == {doc_id(n) for n in (3, 7, 8, 9, 10)}  # 10 lost one of two
    assert sorted(pictures_in(tmp_path / "images")) == sorted(digest(n) for n in (3, 7, 8, 9))
    funnel = (tmp_path / "images/funnel.csv").read_text()
    assert "document,document_semantic_copy,7," in funnel
    assert "image,image_semantic_copy,1," in funnel
    # All have the same number of words: the least doc_id stays. 10 lies between two things.
    assert documents_in(tmp_path / "documents").keys() == {doc_id(n) for n in (0, 4, 8, 9, 10)}
    assert wrong[0] != 0
    assert "ViT-L-14:openai, those of the corpus of ViT-B-32:openai" in wrong[1]
