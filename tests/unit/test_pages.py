"""Rows of images, and the garbage collector of a worker."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image as Picture

from obelics_like.found_images import with_found
from obelics_like.judges import Rules
from obelics_like.pages import calm_collector, image_record
from obelics_like.records import Document, Image, Node
from obelics_like.settings import load_settings
from obelics_like.tables import DocumentWithFound, FoundImage
from webdoc.captures import Capture, Kind
from webdoc.faces import Face

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
    row = image_record(Capture("x.warc.gz", 0, 1, kind=Kind.IMAGE, body=body), "/x.warc.gz", RULES)

    assert row.image is not None
    assert row.image.status == status
    assert len(row.image.perceptual_hash) == (16 if hashed else 0)


class AlwaysHalf:
    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        return [0.5 for _ in images]

    def faces(self, images: Sequence[bytes]) -> list[tuple[Face, ...] | None]:
        return [() for _ in images]


def test_the_row_of_an_image_has_its_scores() -> None:
    rules = Rules(load_settings(), safety=AlwaysHalf(), faces=AlwaysHalf())

    row = image_record(Capture("x.warc.gz", 0, 1, kind=Kind.IMAGE, body=png()), "/x", rules)

    assert row.image is not None
    assert row.image.nsfw_score == 0.5
    assert row.image.faces == ()
    assert row.image.graphic_score is not None


def test_what_is_found_reaches_the_image_of_the_page() -> None:
    url = "https://e.org/a.png"
    page = Document("1", "https://e.org/", nodes=(Node("image", image=Image(url)),))
    found = FoundImage(url, "ok", "ab", "c3e18e9e38978768", 99, "png", 7, 5)
    faces = (Face(0.0, 0.1, 0.2, 0.3, 0.99), Face(0.5, 0.5, 0.75, 0.75, 0.98))
    found = replace(found, graphic_score=0.25, nsfw_score=0.0, faces=faces)

    (node,) = with_found(DocumentWithFound(page, (found,))).nodes

    expected = Image(
        url,
        status="ok",
        sha256="ab",
        perceptual_hash="c3e18e9e38978768",
        format="png",
        width_px=7,
        height_px=5,
        size_bytes=99,
        graphic_score=0.25,
        nsfw_score=0.0,
        faces=2,
    )
    assert node.image == expected


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
