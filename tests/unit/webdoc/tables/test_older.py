"""Tables of an earlier version, read in the columns of today."""

import pyarrow as pa
import pytest

from mmc4_like.records import CandidateImage
from webdoc.arrow import from_batch, schema_of, to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.tables.images import FoundPicture, ImagePlace, StoredPicture
from webdoc.tables.older import conformed, is_of_today

# As version 0.1.0 of 2026-11 wrote them, cut to what matters here.
FLAT = {
    "status": "ok",
    "sha256": "ab",
    "perceptual_hash": "c3e18e9e38978768",
    "format": "png",
    "width_px": 7,
    "height_px": 5,
    "size_bytes": 99,
}


def read(rows: list[dict[str, object]], record: type) -> list[object]:
    return from_batch(conformed(pa.RecordBatch.from_pylist(rows), record), record)


def test_images_of_documents_and_their_marks() -> None:
    image = {"url": "https://e.org/a.png", "alt_text": "a", **FLAT, "nsfw_score": 0.25, "faces": 2}
    text = {"kind": "text", "text": "One.", "image": None, "reject_reason": "paragraph_words"}
    picture = {"kind": "image", "text": "", "image": image, "reject_reason": None}
    row = {"doc_id": "1", "url": "https://e.org/", "language_score": 0.5, "nodes": [text, picture]}

    (document,) = read([row], Document)

    facts = PictureFacts("ok", "ab", 99, "png", 7, 5, "c3e18e9e38978768", nsfw_score=0.25)
    assert document == Document(
        "1",
        "https://e.org/",
        language_score=0.5,
        nodes=(
            Node("text", "One.", reject_reason=Reason.PARAGRAPH_WORDS),
            Node("image", image=Image("https://e.org/a.png", alt_text="a", facts=facts)),
        ),
    )


@pytest.mark.parametrize(("warc_filename", "kind"), [("a.warc.gz", "archive"), ("", "parquet")])
def test_pictures_of_archives_and_of_the_web(warc_filename: str, kind: str) -> None:
    row = {
        **{name: value for name, value in FLAT.items() if name != "status"},
        "url": "u",
        "archive_path": "/a",
        "warc_filename": warc_filename,
        "warc_record_offset": 12,
        "warc_record_length": 34,
        "capture_time": "2024-05-18T01:58:10Z",
    }

    (picture,) = read([row], StoredPicture)

    assert picture == StoredPicture(
        PictureFacts("", "ab", 99, "png", 7, 5, "c3e18e9e38978768"),
        ImagePlace("ab", kind, "/a", 12, 34, warc_filename, "u", "2024-05-18T01:58:10Z"),
    )


def test_pictures_of_a_fetch() -> None:
    row = {"sha256": "ab", "url": "u", "bytes_file": "f.parquet", "bytes_row": 3, "size_bytes": 9}

    (picture,) = read([row], StoredPicture)

    assert picture == StoredPicture(
        PictureFacts(sha256="ab", size_bytes=9),
        ImagePlace("ab", "parquet", "f.parquet", 3, 0, "f.parquet", "u"),
    )


def test_candidates_keep_their_faces() -> None:
    face = {"left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4, "score": 0.99}
    row = {"url": "u", "source": "page", "order": 2, **FLAT, "faces": [face]}

    (image,) = read([row], CandidateImage)

    assert isinstance(image, CandidateImage)
    assert (image.order, image.facts.sha256, image.facts.n_faces) == (2, "ab", 1)


def test_rows_of_today_stay_as_they_are() -> None:
    rows = [FoundPicture("k", PictureFacts("ok", "ab")), FoundPicture("l", PictureFacts())]
    batch = to_batch(rows, FoundPicture)

    assert from_batch(conformed(batch.slice(1), FoundPicture), FoundPicture) == rows[1:]
    assert is_of_today(batch.schema, FoundPicture)


def test_what_lacks_a_column_deep_down_is_not_of_today() -> None:
    old = pa.RecordBatch.from_pylist([{"key": "k", "facts": {"sha256": "ab"}}])

    assert not is_of_today(old.schema, FoundPicture)
    assert conformed(old, FoundPicture).schema == schema_of(FoundPicture)
