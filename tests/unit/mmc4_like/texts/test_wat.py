import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.texts.wat import LinkedPage, WatSettings, linked_page, nearest_capture, read_wat
from tests.unit.archives import img, wat
from webdoc.archive.reader import ReadSettings
from webdoc.storage.inputs import ArchiveFile, splits_of

SETTINGS = WatSettings()


def page(links: object, head: object = None, settings: WatSettings = SETTINGS) -> LinkedPage:
    found = linked_page(wat(links, head), settings)
    assert found is not None
    return found


def addresses(found: LinkedPage) -> list[str]:
    return [image.url for image in found.images]


def test_a_page_and_its_images_in_order() -> None:
    found = page(
        [
            {"path": "A@/href", "url": "/big.jpg"},
            img("a.jpg", alt=" A\n fox "),
            img("//cdn.e.org/b.png"),
            {"path": "STYLE/#text", "href": "c.png"},
            img("https://f.org/d.webp", title="D"),
        ]
    )

    assert found.url == "https://E.org/dir/page.html"
    assert found.url_key == "e.org/dir/page.html"
    assert found.capture_time == "2019-04-25T12:57:54Z"
    assert (found.warc_record_offset, found.warc_record_length) == (80610308, 17423)
    assert addresses(found) == [
        "https://e.org/dir/a.jpg",
        "https://cdn.e.org/b.png",
        "https://f.org/d.webp",
    ]
    assert [image.order for image in found.images] == [0, 1, 2]
    assert found.images[0].alt_text == "A fox"
    assert found.images[0].source == "wat"
    assert found.images[0].source_url == "a.jpg"


def test_the_base_of_the_page_counts() -> None:
    assert addresses(page([img("a.jpg")], {"Base": "/other/"})) == ["https://e.org/other/a.jpg"]
    assert addresses(page([img("a.jpg")], {"Base": "mailto:x"})) == ["https://e.org/dir/a.jpg"]


def test_entities_are_undone_and_what_only_looks_like_one_is_not() -> None:
    found = page([img("/a?x=1&amp;y=2", alt="caf&eacute;"), img("/b?x=1&copy=2")])

    assert addresses(found) == ["https://e.org/a?x=1&y=2", "https://e.org/b?x=1&copy=2"]
    assert found.images[0].alt_text == "café"


def test_an_inline_picture_is_not_carried_along() -> None:
    (image,) = page([img("data:image/png;base64," + "A" * 100_000)]).images

    assert len(image.source_url) == 100


def test_an_image_linked_twice_is_one() -> None:
    found = page([img("a.jpg", alt="first"), img("b.jpg"), img("./a.jpg", alt="second")])

    assert [(image.order, image.alt_text) for image in found.images] == [(0, "first"), (1, "")]


def test_what_is_no_address_stays_without_one() -> None:
    found = page([img("data:image/gif;base64,R0lGOD"), img("a.jpg")])

    assert addresses(found) == ["", "https://e.org/dir/a.jpg"]


@pytest.mark.parametrize(("limit", "left_out"), [(3, 0), (2, 1)])
def test_links_beyond_the_limit_are_counted(limit: int, left_out: int) -> None:
    links = [img("1.jpg"), img("1.jpg"), img("2.jpg"), img("3.jpg")]

    found = page(links, settings=WatSettings(max_links=limit))

    assert len(found.images) == limit
    assert found.links_left_out == left_out


def test_other_places_than_img_are_a_setting() -> None:
    settings = WatSettings(paths=("IMG@/src", "A@/href"))

    found = page([{"path": "A@/href", "url": "/big.jpg"}], settings=settings)

    assert addresses(found) == ["https://e.org/big.jpg"]


@pytest.mark.parametrize(
    "record",
    [
        b"[1]",
        b"{}",
        wat([img("a.jpg")]).replace(b'"200"', b'"404"'),
        wat([img("a.jpg")]).replace(b"https://E.org", b"dns:e.org"),
        wat([img("a.jpg")]).replace(b"HTML-Metadata", b"PDF-Metadata"),
    ],
)
def test_what_is_no_page(record: bytes) -> None:
    assert linked_page(record, SETTINGS) is None


@pytest.mark.parametrize("record", [b"", b"not json", b"[" * 100_000, b"\xff{}"])
def test_what_is_no_json_is_told(record: bytes) -> None:
    with pytest.raises(ValueError, match="no JSON: "):
        linked_page(record, SETTINGS)


@pytest.mark.parametrize("links", [None, "x", 3, [3, None, {}, {"path": ["IMG@/src"]}]])
def test_links_of_another_shape_are_none(links: object) -> None:
    assert page(links).images == ()


jsons = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(links=jsons, head=jsons, url=jsons)
def test_whatever_stands_there_is_read_or_left(links: object, head: object, url: object) -> None:
    read = [
        linked_page(wat([{"path": "IMG@/src", "url": url, "alt": links}], head), SETTINGS),
        linked_page(wat(links, head, **{"WARC-Target-URI": url, "WARC-Date": head}), SETTINGS),
    ]
    assert all(page is None or isinstance(page, LinkedPage) for page in read)


def test_common_crawls_own_record_of_a_request_is_no_page(shared_data: Path) -> None:
    """The sample holds one JSON record, of a request; answers have the same frame."""
    file = shared_data / "warc/commoncrawl+whirlwind-python/whirlwind.warc.wat.gz"
    records = [line for line in gzip.decompress(file.read_bytes()).split(b"\n") if line[:1] == b"{"]

    assert len(records) == 1
    assert linked_page(records[0], SETTINGS) is None
    frame = json.loads(records[0])
    assert frame["Envelope"]["WARC-Header-Metadata"]["WARC-Date"] == "2024-05-18T01:58:10Z"
    answer = {"HTML-Metadata": {"Links": [img("x.png")]}}
    frame["Envelope"]["Payload-Metadata"] = {"HTTP-Response-Metadata": answer}
    found = linked_page(json.dumps(frame).encode(), SETTINGS)
    assert found is not None
    assert found.url == "https://an.wikipedia.org/wiki/Escopete"
    assert addresses(found) == ["https://an.wikipedia.org/wiki/x.png"]
    assert (found.warc_record_offset, found.warc_record_length) == (80610308, 423)


def wat_file(folder: Path, *bodies: bytes) -> ArchiveFile:
    """Write records as Common Crawl does, each one gzip member."""
    head = "WARC/1.0\r\nWARC-Type: {}\r\nWARC-Date: 2024-05-31T01:17:49Z\r\nContent-Length: {}"
    records = [(b"info", "warcinfo"), *((body, "metadata") for body in bodies)]
    packed = b"".join(
        gzip.compress(head.format(kind, len(body)).encode() + b"\r\n\r\n" + body + b"\r\n\r\n")
        for body, kind in records
    )
    path = folder / "a.warc.wat.gz"
    path.write_bytes(packed)
    return ArchiveFile(str(path), path.name, len(packed))


def read(file: ArchiveFile, split_bytes: int = 2**20, **settings: int) -> list[LinkedPage]:
    return [
        row
        for split in splits_of([file], split_bytes)
        for row in read_wat(split, WatSettings(**settings), ReadSettings())  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("split_bytes", [100, 2**20])
def test_a_file_is_read_record_by_record(tmp_path: Path, split_bytes: int) -> None:
    other = wat([img("b.jpg")], **{"WARC-Target-URI": "https://f.org/"})
    long = wat([img("c.jpg")], pad="x" * 5_000)
    file = wat_file(tmp_path, wat([img("a.jpg")]), long, b"{}", other)

    rows = read(file, split_bytes, max_record_bytes=4_000)

    assert [row.url for row in rows] == ["https://E.org/dir/page.html", "", "https://f.org/"]
    assert "max_record_bytes" in rows[1].problem
    assert [row.problem for row in (rows[0], rows[2])] == ["", ""]


def test_what_is_damaged_is_a_row_and_reading_goes_on(tmp_path: Path) -> None:
    file = wat_file(tmp_path, *(wat([img(f"{name}.jpg")]) for name in "abc"))
    body = bytearray(Path(file.path).read_bytes())
    place = body.index(b"\x1f\x8b", body.index(b"\x1f\x8b", 10) + 10) + 60
    body[place : place + 40] = bytes(40)
    Path(file.path).write_bytes(body)

    rows = read(file)

    assert [addresses(row)[:1] for row in rows] == [
        ["https://e.org/dir/a.jpg"],
        [],
        ["https://e.org/dir/c.jpg"],
    ]
    assert rows[1].problem
    assert rows[1].warc_filename == "a.warc.wat.gz"


def test_a_file_that_is_missing_is_a_row(tmp_path: Path) -> None:
    missing = ArchiveFile(str(tmp_path / "no.wat.gz"), "no.wat.gz", 0)

    assert [row.problem for row in read(missing)] == ["no such file"]


def test_common_crawls_own_file_is_read(shared_data: Path) -> None:
    path = shared_data / "warc/commoncrawl+whirlwind-python/whirlwind.warc.wat.gz"

    assert read(ArchiveFile(str(path), path.name, path.stat().st_size)) == []


@pytest.mark.parametrize(
    ("timestamp", "nearest"),
    [
        ("2019-04-20T00:00:00Z", 1),
        ("2019-04-20T13:00:00+02:00", 1),
        ("2019-04-22T00:00:00Z", 2),
        ("2019-04-21T00:00:00Z", 1),  # as far from both: the earlier
        ("", 0),
        ("spring", 0),
    ],
)
def test_the_capture_nearest_in_time_is_taken(timestamp: str, nearest: int) -> None:
    times = ["2019-04-01T00:00:00Z", "2019-04-20T00:00:00Z", "2019-04-22T00:00:00Z", ""]

    assert nearest_capture(timestamp, times) == nearest


def test_a_capture_without_a_time_is_better_than_none() -> None:
    assert nearest_capture("2019-04-20T00:00:00Z", ["", "2001-01-01T00:00:00Z"]) == 1
    assert nearest_capture("2019-04-20T00:00:00Z", [""]) == 0


@pytest.mark.parametrize("wrong", [{"paths": ()}, {"max_links": 0}, {"max_record_bytes": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        WatSettings(**wrong)
