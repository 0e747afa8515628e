"""The job of near-duplicates marks what a loop over all pairs would, in one run and in two."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.rules.mark_document import live_text
from obelics_like.rules.near_rules import DecontaminationRules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics_deduplicate, obelics_near_duplicates
from spark_jobs.duplicates.earlier_runs import check_earlier_runs
from spark_jobs.duplicates.lists import listed_texts
from spark_jobs.duplicates.shown import live_texts
from spark_jobs.marks.live import live
from spark_jobs.obelics_near_duplicates import text_marks
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.tables import CLUSTERS, SIGNATURES, TEXT_MARKS
from tests.spark.as_read import as_read, result_of
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.picture.perceptual_hash import perceptual_hash_of
from webdoc.reasons import Reason
from webdoc.settings import SettingsError

MOST_USES = 3
# Bands so fine that no pair is missed: 1 - (1 - 0.8^2)^64 differs from 1 by 1e-28.
FINE = {"permutations": 128, "bands": 64, "rows": 2}
WORDS = [f"word{number}" for number in range(2_000)]


def settings_of(out: Path, *, pictures: bool = False, **near: Any) -> ObelicsSettings:
    minhash = {**FINE, **near.pop("minhash", {})}
    return load_settings(
        options={
            "inputs": [str(sample_path())],
            "out": str(out),
            "documents": {"min_images": 1},
            "deduplication": {
                "image_sets": False,
                "min_paragraph_occurrences": "none",
                "max_image_occurrences": "none",
            },
            "near_duplicates": {"published_stay": False, "minhash": minhash, **near},
            "near_images": {
                "max_occurrences": MOST_USES if pictures else "none",
                "in_document": pictures,
                "distance": 4,
            },
        }
    )


def picture(name: str, perceptual_hash: str, side_px: int = 200) -> Node:
    image = Image(
        f"https://img.example/{name}",
        facts=PictureFacts(
            status="ok",
            sha256=name,
            perceptual_hash=perceptual_hash,
            width_px=side_px,
            height_px=side_px,
            size_bytes=1,
        ),
    )
    return Node("image", image=image)


def document(number: int, words: Sequence[str], *images: Node) -> Document:
    nodes = (Node("text", text=" ".join(words), tag="p"), *images)
    return Document(f"{number:032x}", f"https://e.example/{number}", nodes=nodes)


def documents_with_near_copies() -> list[Document]:
    """Thirty texts, copies of them with up to one word of 100 changed, and copies of copies.

    So two are near by far, or not at all, and an estimate says what the exact similarity does.
    """
    dice = random.Random(5)
    texts = [dice.choices(WORDS, k=dice.randint(100, 120)) for _ in range(30)]
    for _ in range(50):
        copy = list(dice.choice(texts))
        if dice.random() < 0.5:
            copy[dice.randrange(len(copy))] = dice.choice(WORDS)
        texts.append(copy[: len(copy) - dice.randrange(3)])
    dice.shuffle(texts)
    return [
        document(number, words, picture(f"own{number}", f"{dice.getrandbits(64):016x}"))
        for number, words in enumerate(texts)
    ]


def rejected(found: Document) -> Document:
    return replace(found, reject_reason=Reason.DOCUMENT_WORDS)


def begun(settings: ObelicsSettings, documents: Sequence[Document]) -> ObelicsSettings:
    """Make a run folder in which the jobs before this one can begin."""
    return as_read(settings, documents)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Mark exact duplicates, of which there are none, then near ones."""
    obelics_deduplicate.run(spark, settings)
    obelics_near_duplicates.run(spark, settings)


def shingled(found: Document) -> set[tuple[str, ...]]:
    words = live_text(found).split()
    return set(zip(*(words[start:] for start in range(5)), strict=False))


def jaccard(a: Document, b: Document) -> float:
    x, y = shingled(a), shingled(b)
    return len(x & y) / len(x | y)


def keepers(documents: Sequence[Document]) -> dict[str, str]:
    """The longest of each connected component of near pairs, by comparing all with all."""
    group = {d.doc_id: d.doc_id for d in documents}
    for a, b in combinations(documents, 2):
        if jaccard(a, b) >= 0.8:
            old, new = sorted((group[a.doc_id], group[b.doc_id]))
            group = {key: old if value == new else value for key, value in group.items()}
    return {
        d.doc_id: min(
            (other for other in documents if group[other.doc_id] == group[d.doc_id]),
            key=lambda other: (-len(live_text(other)), other.doc_id),
        ).doc_id
        for d in documents
    }


@dataclass(frozen=True)
class Runs:
    """One run over everything, and the same in two runs."""

    documents: list[Document]
    one: ObelicsSettings
    first: ObelicsSettings
    second: ObelicsSettings


@pytest.fixture(scope="module")
def runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("near")
    documents = documents_with_near_copies()
    dead = rejected(document(900, live_text(documents[0]).split()))
    one = begun(settings_of(folder / "one"), [*documents, dead])
    first = begun(settings_of(folder / "first"), documents[:50])
    earlier = [str(folder / "first")]
    second = begun(settings_of(folder / "second", earlier=earlier), documents[48:])
    for settings in (one, first, second):
        run(spark, settings)
    return Runs([*documents, dead], one, first, second)


def test_equal_to_all_pairs(runs: Runs) -> None:
    """Of each cluster the longest stays; what is rejected already takes no part."""
    live = runs.documents[:-1]
    by_id = {d.doc_id: d for d in live}
    expected = keepers(live)
    found = result_of(runs.one)

    assert len(found) == len(runs.documents)
    assert found[runs.documents[-1].doc_id] == runs.documents[-1]
    marked = {key: d for key, d in found.items() if d.reject_reason == Reason.DOCUMENT_NEAR_COPY}
    assert {key: d.reject_detail for key, d in marked.items()} == {
        key: keeper for key, keeper in expected.items() if key != keeper
    }
    assert len(marked) == 50
    for key, own in marked.items():
        similarity = jaccard(by_id[key], by_id[own.reject_detail])
        assert own.reject_value == pytest.approx(similarity, abs=0.1)  # 4 standard deviations
    assert all(found[d.doc_id] == d for d in live if d.doc_id not in marked)


def clusters_of(settings: ObelicsSettings) -> list[dict[str, Any]]:
    rows = pq.read_table(Path(settings.out) / CLUSTERS).to_pylist()
    return sorted(rows, key=lambda row: row["doc_id"])


def test_two_runs_give_what_one_gives(runs: Runs) -> None:
    """The second has its own documents, and the clusters and signatures of both."""
    assert clusters_of(runs.second) == clusters_of(runs.one)
    signed = pq.read_table(Path(runs.second.out) / SIGNATURES, columns=["doc_id"])
    assert sorted(signed["doc_id"].to_pylist()) == [d.doc_id for d in runs.documents[:-1]]
    whole, second = result_of(runs.one), result_of(runs.second)
    again = {d.doc_id for d in runs.documents[48:50]}
    assert {key: d for key, d in second.items() if key not in again} == {
        key: whole[key] for key in second.keys() - again
    }
    # The same record a second time is a copy of itself, or of what stood for it before.
    assert {second[key].reject_reason for key in again} == {Reason.DOCUMENT_NEAR_COPY}


def test_what_is_finished_is_left_alone(spark: SparkSession, runs: Runs) -> None:
    """After a kill between two tables: the last one is made from those that are there."""
    before = result_of(runs.second)
    out = Path(runs.second.out)
    files = [file for name in (CLUSTERS, SIGNATURES) for file in (out / name).iterdir()]
    written = {file: file.stat().st_mtime_ns for file in files}
    (out / TEXT_MARKS / "_SUCCESS").unlink()
    obelics_near_duplicates.run(spark, runs.second)
    assert result_of(runs.second) == before
    assert {file: file.stat().st_mtime_ns for file in files} == written


@pytest.mark.parametrize(
    ("near", "said"),
    [
        ({"minhash": {"permutations": 256}}, "near_duplicates.minhash.permutations: 128 -> 256"),
        ({"minhash": {"threshold": 0.7}}, "near_duplicates.minhash.threshold: 0.8 -> 0.7"),
    ],
)
def test_an_earlier_run_with_other_settings_is_refused(
    runs: Runs, tmp_path: Path, near: dict[str, Any], said: str
) -> None:
    with pytest.raises(RunFolderError, match=said):
        check_earlier_runs(settings_of(tmp_path / "out", earlier=[runs.first.out], **near))


def test_an_unfinished_earlier_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="holds no finished run"):
        check_earlier_runs(settings_of(tmp_path / "out", earlier=[str(tmp_path)]))


def test_images_are_counted_with_their_near_copies(spark: SparkSession, tmp_path: Path) -> None:
    """Over the corpus, without documents that go; in a document the largest of them stays."""
    dice = random.Random(9)
    texts = [dice.choices(WORDS, k=60) for _ in range(6)]
    often, other = "00000000000000f0", "ffff0000ffff0000"
    documents = [
        document(0, texts[0], picture("a", often), picture("x", other)),
        document(1, texts[1], picture("a", often), picture("y", "ffff0000ffff0003", 300)),
        document(2, texts[2], picture("b", "00000000000000f3"), picture("z", "0f0f0f0f0f0f0f0f")),
        document(3, texts[3], picture("c", "00000000000000ff")),
        document(
            4,
            texts[4],
            picture("small", "3333333333333333", 200),
            picture("large", "3333333333333330", 400),
            picture("unlike", "3333333333333ccc", 500),
            picture("no hash", "", 500),
        ),
        document(5, texts[4][:-1], picture("x", other), picture("x2", other)),  # a near-copy
        rejected(document(6, texts[5], picture("x", other), picture("x2", other))),
    ]
    settings = begun(settings_of(tmp_path / "out", pictures=True), documents)
    run(spark, settings)
    found = result_of(settings)

    reasons = {
        (int(d.doc_id, 16), n.image.facts.sha256): (n.reject_reason, n.reject_value)
        for d in found.values()
        for n in d.nodes
        if n.image and n.reject_reason
    }
    frequent = (Reason.IMAGE_COPIES_TOO_FREQUENT, 4.0)
    assert reasons == {
        (0, "a"): frequent,
        (1, "a"): frequent,
        (2, "b"): frequent,
        (3, "c"): frequent,
        (4, "small"): (Reason.IMAGE_NEAR_COPY_IN_DOCUMENT, None),
    }
    fates = [found[f"{number:032x}"].reject_reason for number in range(7)]
    assert fates[:5] == [None, None, None, Reason.DOCUMENT_IMAGES, None]
    assert fates[5:] == [Reason.DOCUMENT_NEAR_COPY, Reason.DOCUMENT_WORDS]


def test_texts_are_those_of_the_pure_step(spark: SparkSession, tmp_path: Path) -> None:
    nodes = (
        Node("text", text="One."),
        Node("text", text="Two.", reject_reason=Reason.PARAGRAPH_WORDS),
        Node("image", image=Image("https://e.example/i.jpg")),
        Node("text", text=""),
        Node("text", text="Three\nlines."),
    )
    own = Document("1", "https://e.example/", capture_time="2024", nodes=nodes)
    dead = rejected(replace(own, doc_id="2"))
    bare = Document("3", "https://e.example/b", capture_time="2024")
    settings = begun(settings_of(tmp_path / "out"), [own, dead, bare])

    rows = live_texts(live(spark, settings.out), settings)

    assert {row["doc_id"]: row["text"] for row in rows.collect()} == {"1": live_text(own), "3": ""}
    assert live_text(own) == "One.\n\nThree\nlines."


def test_listed_texts_are_left_out(spark: SparkSession, tmp_path: Path) -> None:
    """By .jsonl, .parquet and .txt; a listed document is nobody's keeper."""
    dice = random.Random(2)
    texts = [dice.choices(WORDS, k=100) for _ in range(4)]
    rows = [{"question": " ".join(texts[0])}, {"question": "nothing like it"}, {"other": 1}]
    (tmp_path / "exam.v2.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\nno json\n")
    (tmp_path / "lines.txt").write_text(" ".join(texts[1][3:]) + "\n\n")
    pq.write_table(pa.table({"question": [" ".join(texts[2]), None]}), tmp_path / "set.parquet")
    own = picture("own", "")
    documents = [document(n, words, own) for n, words in enumerate(texts)]
    documents.append(document(4, texts[0][4:], own))  # near document 0, and near the list too
    settings = settings_of(tmp_path / "out")
    lists = tuple(str(tmp_path / name) for name in ("exam.v2.jsonl", "lines.txt", "set.parquet"))
    rules = replace(settings.decontamination, texts=lists, text_column="question")
    settings = replace(settings, decontamination=rules)
    begun(settings, documents)
    obelics_deduplicate.run(spark, settings)

    found = text_marks(spark, live(spark, settings.out, TEXT_MARKS), settings)

    assert found is not None
    marks = found.orderBy("doc_id").collect()

    assert [int(row["doc_id"], 16) for row in marks] == [0, 1, 2, 4]
    assert {row["reject_reason"] for row in marks} == {Reason.DOCUMENT_CONTAMINATED}
    assert [row["reject_detail"] for row in marks] == ["exam", "lines", "set", "exam"]
    assert [row["reject_value"] for row in marks][::2] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.jsonl", '{"title": "x"}\n', "holds no text"),
        ("missing.txt", None, "there is no"),
    ],
)
def test_lists_without_texts_are_refused(
    spark: SparkSession, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(SettingsError, match=said):
        listed_texts(spark, DecontaminationRules(texts=(str(tmp_path / name),)))


def deduplicated(
    spark: SparkSession, settings: ObelicsSettings, documents: Sequence[Document]
) -> dict[str, Document]:
    obelics_deduplicate.run(spark, begun(settings, documents))
    return result_of(settings)


def test_listed_pictures_are_left_out(spark: SparkSession, tmp_path: Path) -> None:
    """By a folder of pictures, a list of SHA-256 and one of perceptual hashes."""
    folder = tmp_path / "pictures" / "deeper"
    folder.mkdir(parents=True)
    gradient = Picture.linear_gradient("L")
    gradient.save(folder / "gradient.png")
    (folder / "notes.md").write_text("no picture")
    near = perceptual_hash_of((folder / "gradient.png").read_bytes())
    (tmp_path / "hashes.txt").write_text("ab" * 32 + "\n\n00000000FFFFFFFF\n")
    nodes = [
        picture("1", near),
        picture("ab" * 32, ""),
        picture("2", "00000000fffffffc"),
        picture("3", "00000000fff00000"),
    ]
    settings = settings_of(tmp_path / "out")
    lists = (str(tmp_path / "pictures"), str(tmp_path / "hashes.txt"))
    rules = replace(settings.decontamination, images=lists)
    settings = replace(settings, decontamination=rules)

    (found,) = deduplicated(spark, settings, [document(0, WORDS[:50], *nodes)]).values()

    contaminated = Reason.IMAGE_CONTAMINATED
    assert [n.reject_reason for n in found.nodes] == [None, *[contaminated] * 3, None]
    assert [n.reject_value for n in found.nodes] == [None, 0.0, 0.0, 2.0, None]
    (tmp_path / "hashes.txt").write_text("cat.jpg\n")
    again = replace(settings, out=str(tmp_path / "again"))
    with pytest.raises(SettingsError, match=r"has the line 'cat.jpg'"):
        deduplicated(spark, again, [document(0, WORDS[:50], *nodes)])
