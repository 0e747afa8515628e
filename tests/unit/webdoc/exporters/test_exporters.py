"""Every exporter is found by its folder, describes its rows, and makes them of a document."""

import json
from dataclasses import fields

import pyarrow as pa
import pytest

from mmc4_like.release.facts import OUTPUTS as MMC4_OUTPUTS
from obelics_like.release.facts import OUTPUTS as OBELICS_OUTPUTS
from webdoc.arrow import schema_of
from webdoc.exporters import all_exporters, exported_forms
from webdoc.exporters.json_lines import JSON_LINES
from webdoc.release.exporter import Exporter
from webdoc.release.files import picture_name
from webdoc.release.published import PublishedDocument, published_document, without_missing

METADATA = json.dumps(
    [
        None,
        {"src": "https://e.org/a.jpg", "sha256": "aa", "format": "jpeg", "alt_text": "A fox"},
        {"src": "https://e.org/b.png"},
        None,
    ]
)
PLACED = json.dumps(
    {
        "text_list": ["One <image>", "Two"],
        "image_info": [{"sha256": "bb"}, {"sha256": "aa", "matched_text_index": 1}],
        "similarity_matrix": [[0.1, 0.2], [0.3, 0.4]],
    }
)
GENERAL = json.dumps({"doc_id": "d1", "url": "https://e.org/", "language": "en", "clip_min": 0.25})


def document(**bodies: bytes) -> PublishedDocument:
    images = (None, "https://e.org/a.jpg", "https://e.org/b.png", None)
    return published_document(images, ("One", None, None, "Two"), METADATA, GENERAL, bodies, PLACED)


def test_what_a_path_publishes_is_among_all_exporters() -> None:
    assert {*OBELICS_OUTPUTS, *MMC4_OUTPUTS} <= set(all_exporters())
    for outputs in (OBELICS_OUTPUTS, MMC4_OUTPUTS):
        assert len({out.folder for out in outputs}) == len(outputs)


def test_names_are_given_once() -> None:
    exported = [exporter.name for exporter in exported_forms()]
    published = [exporter.name for exporter in all_exporters() if exporter.row is None]
    for names in (exported, published):
        assert names == sorted(set(names))
    assert {"parquet", "webdataset", "energon", "mds", "mmc4", "llava"} <= set(exported)


def test_parts_stand_in_reading_order_with_their_bytes() -> None:
    made = document(aa=b"jpeg")
    assert [part.text for part in made.parts] == ["One", None, None, "Two"]
    assert [part.body for part in made.parts] == [None, b"jpeg", None, None]
    assert [part.name for part in made.parts] == ["", "aa.jpg", "", ""]
    assert (made.doc_id, made.url, made.missing) == ("d1", "https://e.org/", 1)


@pytest.mark.parametrize(
    ("policy", "texts"), [("skip_image", ["One", None, "Two"]), ("skip_document", None)]
)
def test_pictures_without_bytes_go_by_policy(policy: str, texts: list[str | None] | None) -> None:
    kept = without_missing(document(aa=b"jpeg"), policy)  # type: ignore[arg-type]
    assert (kept and [part.text for part in kept.parts]) == texts


def test_a_picture_without_bytes_may_be_an_error() -> None:
    with pytest.raises(ValueError, match="1 pictures of document d1"):
        without_missing(document(aa=b"jpeg"), "error")


def test_lists_of_unequal_length_are_no_release_of_ours() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        published_document(("a",), (None, "x"), "[{}]", "{}", {})


def test_a_line_of_json_holds_all_that_is_known() -> None:
    assert JSON_LINES.row
    assert JSON_LINES.line
    line = json.loads(JSON_LINES.line(JSON_LINES.row(document())))
    assert line["parts"][0] == {"text": "One"}
    assert line["parts"][1]["image"] == "https://e.org/a.jpg"
    assert line["parts"][1]["alt_text"] == "A fox"
    assert line["facts"]["clip_min"] == 0.25
    assert "\n" not in JSON_LINES.line(JSON_LINES.row(document()))


@pytest.mark.parametrize("exporter", all_exporters(), ids=lambda exporter: exporter.name)
def test_columns_are_those_of_the_files(exporter: Exporter) -> None:
    if not exporter.columns:  # only tables have a schema
        assert exporter.form != "parquet"
        return
    schema = schema_of(exporter.record)
    assert [column.name for column in exporter.columns] == schema.names
    stored = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    for column in exporter.columns:
        if column.hub_type in stored:
            kind = stored[column.hub_type]
            assert schema.field(column.name).type == (pa.list_(kind) if column.is_list else kind)


@pytest.mark.parametrize("exporter", all_exporters(), ids=lambda exporter: exporter.name)
def test_every_exporter_makes_rows_of_its_record(exporter) -> None:  # type: ignore[no-untyped-def]
    if exporter.row is None:
        pytest.skip("its rows are made by publishing alone")
    kept = without_missing(document(aa=b"jpeg"), "skip_image")
    assert kept
    row = exporter.row(kept)
    assert isinstance(row, exporter.record)
    assert [f.name for f in fields(row)]
    assert exporter.said
    assert exporter.reading


@pytest.mark.parametrize(
    ("name", "picture_format", "full"),
    [("ab", "jpeg", "ab.jpg"), ("ab", "webp", "ab.webp"), ("ab", "", "ab")],
)
def test_a_picture_has_one_name(name: str, picture_format: str, full: str) -> None:
    assert picture_name(name, picture_format) == full
