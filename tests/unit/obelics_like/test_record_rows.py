"""Rows of images, and the garbage collector of a worker."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from PIL import Image as Picture

from obelics_like import record_rows
from obelics_like.join_pictures import with_found
from obelics_like.record_rows import rows_of
from obelics_like.rules.judge import Rules
from obelics_like.settings import load_settings
from webdoc.archive.captures import Capture
from webdoc.page.document import Document, Image, Node
from webdoc.page.read_capture import calm_collector
from webdoc.picture.facts import Face, PictureFacts
from webdoc.reasons import CaptureReason, Kind, Reason
from webdoc.tables.images import FoundPicture
from webdoc.tables.records import image_record

RULES = Rules.load(load_settings())


def png() -> bytes:
    out = BytesIO()
    Picture.linear_gradient("L").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "status", "hashed"),
    [
        (png(), "ok", True),
        (png()[:-400], "cut", False),
        (b"no picture", "unreadable", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ok", False),
    ],
)
def test_a_whole_picture_has_a_perceptual_hash(body: bytes, status: str, hashed: bool) -> None:
    row = image_record(
        Capture("x.warc.gz", 0, 1, kind=Kind.IMAGE, body=body),
        "/x.warc.gz",
        RULES.pictures,
        RULES.permissions,
    )

    assert row.image is not None
    assert row.image.facts.status == status
    assert len(row.image.facts.perceptual_hash) == (16 if hashed else 0)


class AlwaysHalf:
    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        return [0.5 for _ in images]

    def faces(self, images: Sequence[bytes]) -> list[tuple[Face, ...] | None]:
        return [() for _ in images]


def test_the_row_of_an_image_has_its_scores() -> None:
    rules = Rules(load_settings(), safety=AlwaysHalf(), faces=AlwaysHalf())

    row = image_record(
        Capture("x.warc.gz", 0, 1, kind=Kind.IMAGE, body=png()),
        "/x",
        rules.pictures,
        rules.permissions,
    )

    assert row.image is not None
    assert row.image.facts.nsfw_score == 0.5
    assert row.image.facts.faces == ()
    assert row.image.facts.graphic_score is not None


def test_what_is_found_reaches_the_image_of_the_page() -> None:
    url = "https://e.org/a.png"
    page = Document("1", "https://e.org/", nodes=(Node("image", image=Image(url)),))
    faces = (Face(0.0, 0.1, 0.2, 0.3, 0.99), Face(0.5, 0.5, 0.75, 0.75, 0.98))
    facts = PictureFacts("ok", "ab", 99, "png", 7, 5, "c3e18e9e38978768", 0.25, 0.0, faces)
    found = FoundPicture(url, facts)

    (node,) = with_found(page, (found,)).nodes

    assert node.image == Image(url, facts=facts)
    assert facts.n_faces == 2


def test_collector_passes_by_what_is_loaded_and_looks_seldom() -> None:
    """What exists is not looked at again, and a page does not wake the collector."""
    before = gc.get_threshold()
    try:
        calm_collector()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] >= 10_000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def a_page(number: int, body: bytes = b"") -> Capture:
    body = body or b"<p>A page with a paragraph that is long enough to be read as one.</p>"
    url = f"https://e.org/{number}"
    return Capture("x.warc.gz", number, 1, url=url, kind=Kind.PAGE, body=body)


@pytest.mark.parametrize("together_bytes", [1, 10_000, 1 << 30])
def test_captures_become_rows_in_their_order_however_many_go_together(
    monkeypatch: pytest.MonkeyPatch, together_bytes: int
) -> None:
    monkeypatch.setattr(record_rows, "_TOGETHER_BYTES", together_bytes)
    other = Capture("x.warc.gz", 3, 1, reject_reason=CaptureReason.NOT_A_RESPONSE)
    image = Capture("x.warc.gz", 4, 1, kind=Kind.IMAGE, body=png())
    captures = [a_page(0), a_page(1), a_page(2), other, image, a_page(5)]

    rows = list(rows_of(iter(captures), "/x", load_settings().extraction, RULES))

    assert [row.warc_record_offset for row in rows] == [0, 1, 2, 3, 4, 5]
    assert [row.kind for row in rows] == ["page"] * 3 + ["other", "image", "page"]
    assert [row.document and row.document.url for row in rows] == [
        "https://e.org/0",
        "https://e.org/1",
        "https://e.org/2",
        None,
        None,
        "https://e.org/5",
    ]


def test_no_more_captures_are_held_than_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pages of 4,000 bytes and what goes with each make a list; the fourth is not read."""
    monkeypatch.setattr(record_rows, "_TOGETHER_BYTES", 3 * 8_000)
    read = []

    def captures() -> Iterator[Capture]:
        for number in range(9):
            read.append(number)
            yield a_page(number, b"<p>" + b"a" * 3_997)

    next(rows_of(captures(), "/x", load_settings().extraction, RULES))

    assert read == [0, 1, 2]


def test_a_mistake_of_ours_costs_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """In reading or in marking: that page's row says what went wrong, its neighbours are whole."""

    def failing(module: ModuleType, of: str) -> None:
        real = getattr(module, of)

        def step(first: Any, second: Any) -> Document:
            if first.url.endswith(of[0]):
                raise RuntimeError(f"{of} is wrong")
            document: Document = real(first, second)
            return document

        monkeypatch.setattr(module, of, step)

    failing(record_rows, "document_of")
    failing(record_rows, "mark_page")
    captures = [replace(a_page(0), url=f"https://e.org/{name}") for name in "adm"]

    rows = list(rows_of(captures, "/x", load_settings().extraction, RULES))

    documents = [row.document for row in rows if row.document]
    assert [document.reject_reason for document in documents[1:]] == [Reason.INTERNAL_ERROR] * 2
    details = [document.reject_detail.partition(": ") for document in documents]
    assert [said for _, _, said in details] == ["", "document_of is wrong", "mark_page is wrong"]
    assert details[1][0].startswith("RuntimeError at tests/unit/obelics_like/test_record_rows.py:")
