"""`interleaf explain` on runs of the MMC4 path, read without Spark."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from interleaf.cli import app
from mmc4_like.marks import judged_of, marks_of, without_text
from mmc4_like.records import CandidateImage, Placement, ScoreParts, Sentence, TextDocument
from mmc4_like.release.image_fates import ImageFate, image_fates
from mmc4_like.tables import (
    ArchiveRow,
    CandidateDocument,
    JudgedDocument,
    PageCapture,
    PlacedDocument,
    PlacementMarks,
    TextRow,
)
from webdoc.archive.captures import Capture
from webdoc.arrow import to_batch
from webdoc.reasons import CaptureReason, Reason
from webdoc.tables.records import record_of

URL = "https://e.org/fox"
ID = "ab" * 16
IMAGES = (
    CandidateImage("https://e.org/1.png", "page"),
    CandidateImage("https://e.org/logo.png", "page", reject_reason=Reason.IMAGE_URL_BANNED),
    CandidateImage("https://e.org/[b]2.png", "page"),
    CandidateImage(
        "https://e.org/3.png", "pool", reject_reason=Reason.IMAGE_SIZE, reject_value=90.0
    ),
)
SIMILARITY = np.array([[0.1, 0.4], [0.05, 0.12]], dtype="<f4")
PLACED = PlacedDocument(
    CandidateDocument(
        TextDocument(ID, URL, "A red fox.\nIt [bold]sleeps.", source_name="c4.jsonl", source_row=7),
        (Sentence(0, 10), Sentence(11, 27)),
        IMAGES,
        PageCapture("2024-05-18T01:58:10Z", "a.warc.gz", 500, 9, captures_of_url=2),
    ),
    (
        Placement(0, 1, 0.4, score=3.25, parts=ScoreParts(image=1.0, place=2.25)),
        Placement(2, None, 0.12, Reason.UNPLACED_WEAK),
    ),
    SIMILARITY.tobytes(),
)
REJECTED = PlacedDocument(
    CandidateDocument(
        TextDocument(
            "cd" * 16,
            "https://e.org/short",
            "One.",
            reject_reason=Reason.DOCUMENT_SENTENCES,
            reject_value=1.0,
        ),
        (Sentence(0, 4),),
        (CandidateImage("https://e.org/1.png", "page"),),
    )
)
UNREAD = Capture(
    "a.warc.gz", 77, 9, "response", url="https://e.org/cut", reject_reason=CaptureReason.TRUNCATED
)


def write(folder: Path, name: str, rows: list[object], record: type) -> None:
    path = folder / "tables" / name
    path.mkdir(parents=True)
    table = pa.Table.from_batches([to_batch(rows, record)])
    pq.write_table(table, path / "part-0.parquet")
    (path / "_SUCCESS").touch()


def linked(placed: PlacedDocument) -> CandidateDocument:
    """What LINKS has of a document, as far as this test asks: its marks are elsewhere."""
    candidate = without_text(placed.candidate)
    images = tuple(replace(image, reject_reason=None, reject_value=None) for image in IMAGES)
    return replace(candidate, images=images) if placed is PLACED else candidate


@pytest.fixture(params=["today", "earlier"])
def run_folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A run of this version, whose documents stand in parts, and one of an earlier version."""
    both = (PLACED, REJECTED)
    if request.param == "today":
        before = replace(PLACED.candidate, images=linked(PLACED).images)
        judged = judged_of(before, PLACED.candidate)
        assert judged is not None
        write(tmp_path, "texts", [TextRow("text", one.candidate.document) for one in both], TextRow)
        write(tmp_path, "links", [linked(one) for one in both], CandidateDocument)
        write(tmp_path, "candidates", [judged], JudgedDocument)
        write(tmp_path, "placed", [marks_of(PLACED.candidate, PLACED)], PlacementMarks)
    else:
        write(tmp_path, "placed", list(both), PlacedDocument)
    write(tmp_path, "archives", [ArchiveRow("other", record_of(UNREAD))], ArchiveRow)
    (tmp_path / "tables" / "run.json").write_text(json.dumps({"settings": {}}), "utf-8")
    return tmp_path


def told(folder: Path, wanted: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["explain", str(folder), wanted], env={"COLUMNS": "200"})
    assert result.exit_code == status
    return " ".join((result.stdout + result.stderr).split())


def test_every_image_has_one_fate() -> None:
    assert image_fates(PLACED) == (
        ImageFate(IMAGES[0], 1, 0.4, 1, score=3.25, parts=ScoreParts(1.0, place=2.25)),
        ImageFate(IMAGES[1], reason=Reason.IMAGE_URL_BANNED),
        ImageFate(IMAGES[2], None, float(SIMILARITY[1, 1]), 1, Reason.UNPLACED_WEAK),
        ImageFate(IMAGES[3], reason=Reason.IMAGE_SIZE, value=90.0),
    )
    # A placement knows only of sentences that may hold an image: here of none.
    unplaced = replace(
        PLACED.placements[1], similarity=0.0, reject_reason=Reason.UNPLACED_NO_SENTENCE
    )
    (*_, fate, _) = image_fates(replace(PLACED, placements=(PLACED.placements[0], unplaced)))
    assert (fate.best_sentence, fate.similarity) == (1, pytest.approx(0.12))
    assert image_fates(REJECTED) == (ImageFate(REJECTED.candidate.images[0]),)


@pytest.mark.parametrize("wanted", [URL, ID])
def test_a_document_is_shown_sentence_by_sentence(run_folder: Path, wanted: str) -> None:
    text = told(run_folder, wanted)
    parts = [
        f"{URL} ({ID})",
        "c4.jsonl:7",
        "a.warc.gz:500, 2024-05-18T01:58:10Z, one of 2",
        "published",
        "sentence 0 │ A red fox.",
        "sentence 1 │ It [bold]sleeps.",
        "image 0 │ https://e.org/1.png │ placed at sentence 1, similarity 0.400; "
        "score 3.2 = image 1.0 + place in the page 2.2",
        "image 1 │ https://e.org/logo.png │ left out: image_url_banned",
        "image 2 │ https://e.org/[b]2.png │ unplaced: unplaced_weak",
        "most like sentence 1, 0.120",
        "image 3 │ https://e.org/3.png │ left out: image_size",
        "(measured 90)",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_document_that_was_left_out_says_why(run_folder: Path) -> None:
    text = told(run_folder, "https://e.org/short")
    assert "left out: document_sentences" in text
    assert "(measured 1)" in text
    assert "not compared" in text


def test_a_record_that_became_no_document_is_shown(run_folder: Path) -> None:
    text = told(run_folder, "https://e.org/cut")
    assert "response record at a.warc.gz:77" in text
    assert "left out: truncated" in text


def test_a_run_placed_again_is_explained_by_its_own_marks(run_folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    first, *others = PLACED.placements
    moved = replace(PLACED, placements=(replace(first, sentence=0), *others))
    write(again, "placed", [marks_of(PLACED, moved)], PlacementMarks)
    stored = {"settings": {"from_vectors": str(run_folder)}}
    (again / "tables" / "run.json").write_text(json.dumps(stored), "utf-8")
    assert "placed at sentence 0" in told(again, ID)
    assert "left out: document_sentences" in told(again, REJECTED.candidate.document.doc_id)
    (run_folder / "tables" / "placed" / "_SUCCESS").unlink()
    assert "bring them back" in told(again, ID, status=2)


def test_what_cannot_be_explained_is_a_sentence(run_folder: Path, tmp_path: Path) -> None:
    assert "has the URL or id 'fox'" in told(run_folder, "fox", status=2)
    assert "holds no finished run" in told(tmp_path / "none", URL, status=2)
