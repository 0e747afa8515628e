"""Rows of published corpora become documents; a row that is none says why."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.importers.importer import ImportedRow, form_named, form_names, imported
from webdoc.importers.reading import imported_rows
from webdoc.settings import SettingsError
from webdoc.storage.inputs import ArchiveFile

IMAGE = "https://e.org/a.jpg"
OBELICS: dict[str, Any] = {
    "images": [IMAGE, None],
    "texts": [None, "First paragraph.\n\nSecond."],
    "metadata": json.dumps(
        [{"document_url": "https://e.org/p", "src": IMAGE, "alt_text": "A", "format": "jpeg"}, None]
    ),
    "general_metadata": json.dumps(
        {"url": "https://e.org/p", "warc_filename": "a.warc.gz", "warc_record_offset": 7}
    ),
}
MMC4: dict[str, Any] = {
    "url": "http://e.org/x",
    "text_list": ["A.", "B.", "C."],
    "image_info": [
        {
            "image_name": "0a1b2c3d4e5f.jpg",
            "raw_url": "http://e.org/i.jpg",
            "matched_text_index": 1,
            "matched_sim": 0.27,
            "face_detections": None,
        }
    ],
    "similarity_matrix": [[0.19, 0.27, 0.1]],
    "could_have_url_duplicate": 1,
}
OMNICORPUS: dict[str, Any] = {
    "general_metadata": {"url": "https://e.org/p", "id": "x", "domain": ["e"], "porn_prob": 0.1},
    "images": [None, IMAGE],
    "texts": ["A text.", None],
    "metadata": [None, {"width": 640, "height": 480, "bytes": 9000, "unsafe_prob": 0.2}],
}
ROWS = {"obelics": OBELICS, "mmc4": MMC4, "omnicorpus": OMNICORPUS}


def made(form: str, row: object) -> ImportedRow:
    return imported(form_named(form), row, "part.parquet", 3)


def unpacked(found: ImportedRow) -> tuple[Any, ...]:
    assert found.reject_reason is None, found.reject_detail
    assert found.row is not None
    row = found.row
    return row.images, row.texts, json.loads(row.metadata), json.loads(row.general_metadata)


def test_obelics() -> None:
    found = made("obelics", OBELICS)

    images, texts, facts, general = unpacked(found)
    assert (images, texts) == ((IMAGE, None), (None, "First paragraph.\n\nSecond."))
    assert facts[0]["alt_text"] == "A"
    assert facts[1] is None
    assert general == {
        "url": "https://e.org/p",
        "doc_id": found.doc_id,
        "warc_filename": "a.warc.gz",
        "warc_record_offset": 7,
        "source_name": "part.parquet",
        "source_row": 3,
    }
    assert found.mmc4 is None


def test_the_mark_of_an_end_divides_texts() -> None:
    mark = "END_OF_DOCUMENT_TOKEN_TO_BE_REPLACED"
    row = {**OBELICS, "texts": [None, f"One.\n\n{mark}\n\nTwo.\n\n{mark}"]}

    images, texts, facts, general = unpacked(made("obelics", row))

    assert texts == (None, "One.", "Two.")
    assert general["ends_after"] == [1, 2]
    assert len(images) == len(facts) == 3


def test_mmc4() -> None:
    found = made("mmc4", MMC4)

    images, texts, facts, _ = unpacked(found)
    assert images == (None, "http://e.org/i.jpg", None)
    assert texts == ("A.", None, "B. C.")
    assert facts[1] == {
        "document_url": "http://e.org/x",
        "src": "http://e.org/i.jpg",
        "image_name": "0a1b2c3d4e5f.jpg",
        "matched_text_index": 1,
        "matched_sim": 0.27,
    }
    assert found.mmc4 is not None
    assert found.mmc4.doc_id == found.doc_id
    assert found.mmc4.similarity_matrix == ((0.19, 0.27, 0.1),)
    assert found.mmc4.could_have_url_duplicate == 1
    assert found.mmc4.image_info[0].sha256 == ""


@pytest.mark.parametrize("facts", [OMNICORPUS["metadata"], OMNICORPUS["metadata"][1:]])
def test_omnicorpus(facts: list[Any]) -> None:
    _, texts, metadata, general = unpacked(made("omnicorpus", {**OMNICORPUS, "metadata": facts}))

    assert texts == ("A text.", None)
    assert metadata[1]["original_width"] == 640
    assert metadata[1]["size_bytes"] == 9000
    assert metadata[1]["unsafe_prob"] == 0.2
    assert general["porn_prob"] == 0.1


@pytest.mark.parametrize(
    ("form", "change", "says"),
    [
        ("obelics", {"texts": None}, "columns are missing: texts"),
        ("obelics", {"texts": [None]}, "unequal length: 2 images, 1 texts"),
        ("obelics", {"metadata": "[null]"}, "unequal length"),
        ("obelics", {"metadata": "[nul"}, "metadata is no JSON"),
        ("obelics", {"general_metadata": "[]"}, "no object"),
        ("obelics", {"images": [IMAGE, IMAGE]}, "an image and a text"),
        ("obelics", {"texts": [None, None]}, "neither an image nor a text"),
        ("obelics", {"images": 3}, "images must be a list, not int"),
        ("obelics", {"texts": [None, 7]}, "a text must be a text, not int"),
        ("obelics", {"images": [], "texts": [], "metadata": "[]"}, "neither a text nor an image"),
        ("mmc4", {"similarity_matrix": [[0.1]]}, "not 1 images x 3 sentences"),
        ("mmc4", {"similarity_matrix": [[0.1, "x", 0.2]]}, "a similarity must be a number"),
        ("mmc4", {"text_list": ["A."]}, "matched_text_index 1 of 1 sentences"),
        ("mmc4", {"image_info": [3]}, "no object"),
        ("mmc4", {"url": None}, "columns are missing: url"),
        ("omnicorpus", {"metadata": [None, None, None]}, "unequal length: 3 in metadata"),
        ("omnicorpus", {"general_metadata": 3}, "no object"),
    ],
)
def test_a_bad_row_says_why(form: str, change: dict[str, Any], says: str) -> None:
    found = made(form, {**ROWS[form], **change})

    assert found.reject_reason == "document_row_invalid"
    assert says in found.reject_detail
    assert found.row is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(form_names()), st.data())
def test_whatever_a_row_holds_it_is_a_document_or_a_reason(form: str, data: Any) -> None:
    row = dict(ROWS[form])
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(JSON)

    found = made(form, row)

    assert (found.row is None) == (found.reject_reason is not None)
    if found.row:
        images, texts, facts, _ = unpacked(found)
        assert len(images) == len(texts) == len(facts)
        assert all(
            (image is None) != (text is None) for image, text in zip(images, texts, strict=True)
        )
        assert (found.row.metadata + "".join(filter(None, texts))).encode()


def test_what_is_not_said_of_a_form_is_asked_for() -> None:
    with pytest.raises(SettingsError, match="did you mean obelics"):
        form_named("obelic")


def test_files_of_lines_and_of_parquet(tmp_path: Path) -> None:
    """A line that is no JSON, no UTF-8 or cut is a row with a reason; the others go on."""
    lines = tmp_path / "a.jsonl"
    good = json.dumps(MMC4).encode()
    lines.write_bytes(b"\n".join([good, b"{", b'{"url": "\xff"}', b"", good[:-9], good]))
    table = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([OBELICS, {**OBELICS, "texts": [None]}]), table)
    broken = tmp_path / "b.parquet"
    broken.write_bytes(table.read_bytes()[:-20])

    def reasons(path: Path, form: str) -> Iterator[str | None]:
        file = ArchiveFile(str(path), path.name, 0)
        yield from (row.reject_reason for row in imported_rows(file, form_named(form)))

    assert list(reasons(lines, "mmc4")) == [
        None, "document_not_json", "document_undecodable", "document_not_json", None,
    ]  # fmt: skip
    assert list(reasons(table, "obelics")) == [None, "document_row_invalid"]
    assert list(reasons(table, "mmc4")) == ["document_row_invalid"] * 2
    assert list(reasons(broken, "obelics")) == ["document_file_unreadable"]
