"""The MMC4 path from texts, pages and pictures to a release, with the model of drawn scenes."""

import csv
import json
from collections import Counter
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image as Pillow
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from interleaf.sample import sample_path
from mmc4_like.settings import Mmc4Settings, load_settings
from mmc4_like.tables import (
    IMAGE_VECTORS,
    PLACED,
    SENTENCE_VECTORS,
)
from sample.build_drawn import drawn_texts, page_url, picture_url
from sample.drawn import DrawnText, drawn_text
from spark_jobs import mmc4, report_again
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.mmc4 import check, prepare, settings_again
from spark_jobs.run.tables import remove, table_path
from tests.spark.conftest import png
from tests.spark.mmc4_parts import placed_documents
from tests.unit.archives import gz, http, record
from webdoc.clip.vectors import matrix_of, sentence_key
from webdoc.reasons import Reason
from webdoc.settings import SettingsError

pytestmark = pytest.mark.skipif(
    find_spec("open_clip") is None or find_spec("faiss") is None,
    reason="the extra interleaf[clip] is not installed",
)
MODEL = f"local-dir:{sample_path('drawn_clip')}"
LINES = (
    "no json",
    json.dumps({"url": None, "text": "A text without an address."}),
    json.dumps({"url": "https://empty.example/", "text": " "}),
)
ODD_PAGE = "https://odd.example/"


# A text without a page, whose pictures are in a pool, and one whose pictures a table names.
POOLED, GIVEN = (drawn_text(Random(seed), 3, held_out=True) for seed in (31, 34))


def write_inputs(folder: Path) -> dict[str, Any]:
    """Write texts with odd ones among them, an odd page, a pool, a table; return the settings."""
    good = sample_path("drawn.jsonl").read_text("utf-8").splitlines()
    texts = [
        {"url": ODD_PAGE, "text": "A red star. It stands alone."},
        {"url": "https://pool.example/", "text": " ".join(POOLED.sentences)},
        {"url": "https://given.example/", "text": " ".join(GIVEN.sentences)},
    ]
    lines = [*good, *LINES, good[0], *map(json.dumps, texts)]
    (folder / "texts.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    star = png(POOLED)[0]
    # An own sentence as the caption, one of another picture as the alternative text.
    own, other = (POOLED.sentences[POOLED.own_sentence[scene]] for scene in (0, 1))
    page = f"""<img src="broken.png">
        <figure><img src="fine.png" alt="{other}"><figcaption>{own}</figcaption></figure>
        <img src="again.png"><img src="gone.png">"""
    answers = {
        "": ("text/html", f"<p>A red star. It stands alone.</p>{page}".encode()),
        "broken.png": ("image/png", star[:2000]),
        "fine.png": ("image/png", star),
        "again.png": ("image/png", star),
    }
    (folder / "odd.warc.gz").write_bytes(
        b"".join(
            gz(record(http(body, content_type=kind), url=ODD_PAGE + name))
            for name, (kind, body) in answers.items()
        )
    )
    (folder / "pool").mkdir()
    for number, body in enumerate((*png(POOLED), *png(GIVEN))):
        (folder / "pool" / f"{number}.png").write_bytes(body)
    Pillow.new("RGB", (149, 150)).save(folder / "pool" / "small.png")
    named = {
        "url": "https://given.example/",
        "images": [sha256(body).hexdigest() for body in png(GIVEN)],
    }
    of_nobody = {"doc_id": "0" * 32, "images": ["http://e.org/a.png"]}  # so it has both columns
    (folder / "given.jsonl").write_text("\n".join(map(json.dumps, (named, of_nobody))), "utf-8")
    return {
        "texts": [str(folder / "texts.jsonl")],
        "pages": [str(sample_path("drawn.warc.gz")), str(folder / "odd.warc.gz")],
        "pool": [str(folder / "pool")],
        "given": [str(folder / "given.jsonl")],
        "out": str(folder / "out"),
        "archives": {"split_bytes": 65_536},
        "neighbours": {"k": 3},
        "clip": {"model": MODEL},
    }


@pytest.fixture(scope="module")
def settings(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Mmc4Settings:
    """A finished run."""
    made = load_settings(options=write_inputs(tmp_path_factory.mktemp("mmc4")))
    check(made)
    prepare(made)
    mmc4.run(spark, made, lambda *_: None)
    return made


def rows_of(out: str) -> list[dict[str, Any]]:
    files = sorted(Path(out, "jsonl").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_pictures_stand_at_their_own_sentences(settings: Mmc4Settings) -> None:
    own = {
        (page_url(n), picture_url(n, scene)): sentence
        for n, text in enumerate(drawn_texts())
        for scene, sentence in enumerate(text.own_sentence)
    }
    found = {
        (row["url"], image["raw_url"]): image["matched_text_index"]
        for row in rows_of(settings.out)
        for image in row["image_info"]
        if image["source"] == "page"
    }
    right = sum(found.get(pair) == sentence for pair, sentence in own.items())
    assert len(own) == 48
    assert right / len(own) >= 0.9


@pytest.mark.parametrize(("source", "text"), [("pool", POOLED), ("given", GIVEN)])
def test_pictures_of_pool_and_table_find_their_text(
    settings: Mmc4Settings, source: str, text: DrawnText
) -> None:
    url = f"https://{source}.example/"
    [row] = [row for row in rows_of(settings.out) if row["url"] == url]
    own = [image for image in row["image_info"] if image["source"] == source]
    chosen = {image["sha256"]: image["matched_text_index"] for image in own}
    hashes = [sha256(body).hexdigest() for body in png(text)]
    assert chosen == dict(zip(hashes, text.own_sentence, strict=True))


def test_pictures_of_a_pool_and_given_ones_are_counted(settings: Mmc4Settings) -> None:
    lines = Path(settings.out, "funnel.csv").read_text("utf-8").splitlines()
    usable = len({sha256(body).hexdigest() for body in (*png(POOLED), *png(GIVEN))})
    assert [line for line in lines if line.startswith(("pool_image", "given_image"))] == [
        f"pool_image,kept,{usable},0,0",
        "pool_image,image_size,1,0,0",
        f"given_image,kept,{len(png(GIVEN))},0,0",
        "given_image,given_no_text,1,0,0",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"url": "https://e.org/", "image": "x"}\nno json\n', r"no JSON\. Mend them"),
        ('{"id": 1}\n', "has the columns id"),
    ],
)
def test_a_table_that_is_none_stops_the_run(
    spark: SparkSession, tmp_path: Path, body: str, message: str
) -> None:
    """And it does before the first job, which may take hours."""
    (tmp_path / "given.jsonl").write_text(body, "utf-8")
    with pytest.raises(SettingsError, match=message):
        mmc4.run(spark, Mmc4Settings(given=(str(tmp_path / "given.jsonl"),)), lambda *_: None)


def test_nothing_gets_lost(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Every line is a row, with what became of it."""
    placed = placed_documents(spark, settings.out)
    reasons = {
        (p.candidate.document.source_row, p.candidate.document.reject_reason) for p in placed
    }
    assert len(placed) == 12 + len(LINES) + 1 + 3
    assert {
        (13, Reason.DOCUMENT_NOT_JSON),
        (15, Reason.DOCUMENT_NO_TEXT),
        (16, Reason.DOCUMENT_REPEATED),
    } <= reasons
    [odd] = [p for p in placed if p.candidate.document.url == ODD_PAGE]
    of_page = [i.reject_reason for i in odd.candidate.images if i.source == "page"]
    assert of_page == [
        Reason.IMAGE_UNREADABLE,
        None,
        Reason.IMAGE_REPEATED,
        Reason.IMAGE_MISSING,
    ]


def test_a_release_keeps_its_promises(spark: SparkSession, settings: Mmc4Settings) -> None:
    rows = rows_of(settings.out)
    ids = [row["doc_id"] for row in rows]
    assert len(ids) == len(set(ids)) > 12
    for row in rows:
        hashes = [image["sha256"] for image in row["image_info"]]
        chosen = [image["matched_text_index"] for image in row["image_info"]]
        assert len(hashes) == len(set(hashes)) > 0
        assert len(chosen) == len(set(chosen))  # one image a sentence
        assert row["could_have_url_duplicate"] == 0
        matrix = np.array(row["similarity_matrix"], dtype=np.float32)
        assert matrix.shape == (len(hashes), len(row["text_list"]))
        own = [image["matched_sim"] for image in row["image_info"]]
        assert own == matrix[range(len(hashes)), chosen].tolist()


def vectors(spark: SparkSession, path: str, key: str) -> dict[str, bytes]:
    rows = spark.read.parquet(path).select(key, "vector").collect()
    assert len({row[0] for row in rows}) == len(rows)  # each picture and sentence once
    return {row[0]: bytes(row[1]) for row in rows}


def test_similarities_are_those_of_the_vectors(spark: SparkSession, settings: Mmc4Settings) -> None:
    images = vectors(spark, table_path(settings.out, IMAGE_VECTORS), "sha256")
    sentences = vectors(spark, table_path(settings.out, SENTENCE_VECTORS), "sentence_key")
    for row in rows_of(settings.out):
        left = matrix_of([images[image["sha256"]] for image in row["image_info"]])
        right = matrix_of([sentences[sentence_key(text)] for text in row["text_list"]])
        np.testing.assert_allclose(left @ right.T, row["similarity_matrix"], atol=1e-5)


def test_alignments_are_those_of_the_vectors(spark: SparkSession, settings: Mmc4Settings) -> None:
    """A caption that fits is far above an alternative text that does not."""
    [odd] = [
        p for p in placed_documents(spark, settings.out) if p.candidate.document.url == ODD_PAGE
    ]
    [image] = [i for i in odd.candidate.images if i.source == "page" and i.reject_reason is None]
    images = vectors(spark, table_path(settings.out, IMAGE_VECTORS), "sha256")
    texts = vectors(spark, table_path(settings.out, SENTENCE_VECTORS), "sentence_key")
    assert image.clip_caption is not None
    assert image.clip_alt_text is not None
    assert image.clip_caption > 0.7 > image.clip_alt_text
    for text, cosine in (
        (image.caption, image.clip_caption),
        (image.alt_text, image.clip_alt_text),
    ):
        both = matrix_of([images[image.facts.sha256], texts[sentence_key(text)]])
        assert cosine == pytest.approx(float(both[0] @ both[1]), abs=1e-5)
    others = [i for p in placed_documents(spark, settings.out) for i in p.candidate.images]
    assert {i.clip_caption for i in others if not i.caption} == {None}
    card = Path(settings.out, "README.md").read_text("utf-8")
    placed = sum(len(row["image_info"]) for row in rows_of(settings.out))
    assert f"| the text before or after it (`clip_neighbour`) | {placed} | " in card


def test_weak_images_go_without_a_model(
    spark: SparkSession, settings: Mmc4Settings, tmp_path: Path
) -> None:
    """Each image of the release is above the limit by one of its texts, and some went."""
    rows = placed_again(spark, settings, tmp_path / "strict", "alignment.min_image=0.9")
    best = [
        max(
            x for x in (i["clip_caption"], i["clip_alt_text"], i["clip_neighbour"]) if x is not None
        )
        for row in rows
        for i in row["image_info"]
    ]
    assert 0 < len(best) < sum(len(row["image_info"]) for row in rows_of(settings.out))
    assert min(best) >= 0.9
    assert min(row["clip_min"] for row in rows) == min(best)
    assert "unplaced_alignment" in Path(tmp_path, "strict", "funnel.csv").read_text("utf-8")


def test_it_opens_with_datasets(settings: Mmc4Settings, tmp_path: Path) -> None:
    from datasets import load_dataset  # noqa: PLC0415 - seconds

    def opened(*names: str) -> Any:
        return load_dataset(settings.out, *names, split="train", cache_dir=str(tmp_path))

    rows = {row["doc_id"]: row for row in rows_of(settings.out)}
    same = opened("mmc4")
    assert {row["doc_id"]: row["text_list"] for row in same} == {
        doc_id: row["text_list"] for doc_id, row in rows.items()
    }
    assert len(opened()) == len(rows)
    shown = {image["sha256"] for row in rows.values() for image in row["image_info"]}
    stored = opened("images")
    assert Counter(stored["sha256"]) == Counter(shown)
    assert {picture.size for picture in stored["image"]} == {(240, 180)}


def sums(out: str) -> str:
    return Path(out, "SHA256SUMS").read_text("utf-8")


def test_a_killed_run_goes_on_to_the_same_bytes(
    spark: SparkSession, settings: Mmc4Settings
) -> None:
    before = sums(settings.out)
    remove(table_path(settings.out, PLACED))
    for name in ("SHA256SUMS", "jsonl/docs_shard-00000-of-00001.jsonl"):
        Path(settings.out, name).unlink()
    with pytest.raises(RunFolderError, match="holds a run already"):
        prepare(settings)
    prepare(settings, resume=True)
    mmc4.run(spark, settings, lambda *_: None)
    assert sums(settings.out) == before


def test_the_report_again_is_the_same(spark: SparkSession, settings: Mmc4Settings) -> None:
    before = sums(settings.out)
    file = Path(settings.out, report_again.REPORT)
    report = file.read_text("utf-8")
    assert 'class="matched"' in report
    assert "data:image/jpeg;base64," in report
    file.write_text("gone", "utf-8")
    report_again.check(settings.out)
    report_again.run(spark, settings.out)
    assert file.read_text("utf-8") == report
    assert sums(settings.out) == before


def placed_again(
    spark: SparkSession, settings: Mmc4Settings, out: Path, *changes: str
) -> list[dict[str, Any]]:
    """Place the run again, with a model that is not there and need not be."""
    given = {"from_vectors": settings.out, "out": str(out), "clip": {"model": "no-such-model"}}
    again = settings_again(None, changes, given)
    check(again)
    prepare(again)
    mmc4.run(spark, again, lambda *_: None)
    return rows_of(str(out))


def test_stricter_rules_keep_a_part(
    spark: SparkSession, settings: Mmc4Settings, tmp_path: Path
) -> None:
    rows = rows_of(settings.out)
    less = placed_again(spark, settings, tmp_path / "less", "documents.min_images=5")
    assert 0 < len(less) < len(rows)
    # Rules on documents take whole documents; the others are as they were.
    assert [row for row in rows if row in less] == less


@pytest.mark.usefixtures("spark")
def test_a_release_may_have_no_rows(settings: Mmc4Settings, tmp_path: Path) -> None:
    """The exit status says so. `datasets` refuses to open a split without rows; files are sound."""
    out = tmp_path / "none"
    again = ["mmc4", "--from-vectors", settings.out, "--out", str(out)]
    result = CliRunner().invoke(app, [*again, "--set", "documents.min_images=99"])
    assert result.exit_code == 3
    assert "the release has no rows" in " ".join(result.stdout.split())
    assert rows_of(str(out)) == []
    for folder, column in (("data", "texts"), ("mmc4", "text_list")):
        table = pq.read_table(out / folder)
        assert table.num_rows == 0
        assert column in table.column_names
    assert not (out / "images").exists()
    assert "No image was placed." in (out / "README.md").read_text("utf-8")


def test_mlcroissant_reads_what_croissant_json_describes(settings: Mmc4Settings) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="needs the dev extra: mlcroissant")
    dataset = mlc.Dataset(jsonld=Path(settings.out, "croissant.json"))
    assert dataset.metadata.ctx.issues.errors == set()
    texts = {
        row["mmc4/doc_id"].decode(): list(row["mmc4/text_list"]) for row in dataset.records("mmc4")
    }
    assert texts == {
        row["doc_id"]: [text.encode() for text in row["text_list"]] for row in rows_of(settings.out)
    }
    shown = [picture["images/image"].size for picture in dataset.records("images")]
    assert set(shown) == {(240, 180)}


def test_one_picture_has_one_name(settings: Mmc4Settings) -> None:
    """The rows name a picture as images/ does: the whole hash and the ending of its format."""
    names = {info["image_name"] for row in rows_of(settings.out) for info in row["image_info"]}
    stored = pq.read_table(Path(settings.out, "images")).to_pylist()
    assert names == {picture["image"]["path"] for picture in stored}
    assert {picture["image"]["path"].partition(".")[0] for picture in stored} == {
        picture["sha256"] for picture in stored
    }


def test_archives_are_listed_with_their_records(settings: Mmc4Settings) -> None:
    lines, funnel = (
        list(csv.DictReader(Path(settings.out, name).read_text("utf-8").splitlines()))
        for name in ("archives.csv", "funnel.csv")
    )
    records = sum(int(row["count"]) for row in funnel if row["level"] == "record")
    kinds = ("pages", "images", "robots", "others", "links")
    assert sum(int(line[kind]) for line in lines for kind in kinds) == records > 0
    assert "drawn.warc.gz" in [line["warc_filename"] for line in lines]
    card = Path(settings.out, "README.md").read_text("utf-8")
    assert "`archives.csv` lists the archive files" in card
