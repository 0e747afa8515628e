"""Headers read by hand are those that Pillow reads; whatever is odd is left to it."""

import random
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webdoc.picture.measure import FORMATS
from webdoc.picture.plain_headers import PlainHeader, plain_header

ICC = b"profile" * 400
EXIF = b"Exif\0\0II*\0\x08\0\0\0\0\0"


def encoded(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    noise = random.Random(0).randbytes(4 * 70 * 40)
    Image.frombytes("RGBA", (70, 40), noise).convert(mode).save(out, kind, **options)
    return out.getvalue()


PLAIN = {
    "baseline": (encoded("JPEG"), "RGB"),
    "grey": (encoded("JPEG", "L"), "L"),
    "cmyk": (encoded("JPEG", "CMYK"), "CMYK"),
    "progressive": (encoded("JPEG", progressive=True), "RGB"),
    "profile": (encoded("JPEG", icc_profile=ICC), "RGB"),
    "comment": (encoded("JPEG", comment=b"by me"), "RGB"),
    "webp": (encoded("WEBP"), "RGB"),
}
ODD = {
    "exif": encoded("JPEG", exif=EXIF),
    "lossless": encoded("WEBP", lossless=True),
    "transparent": encoded("WEBP", "RGBA"),
    "webp with a profile": encoded("WEBP", icc_profile=ICC),
    "png": encoded("PNG"),
    "half a webp": encoded("WEBP")[:-100],
    "no scan": encoded("JPEG")[:300],
    "nothing": b"",
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_headers_are_read(name: str) -> None:
    body, mode = PLAIN[name]
    kind = "webp" if name == "webp" else "jpeg"
    assert plain_header(body) == PlainHeader(kind, 70, 40, mode)


@pytest.mark.parametrize("name", ODD)
def test_of_anything_else_nothing_is_said(name: str) -> None:
    assert plain_header(ODD[name]) is None


def test_pictures_that_might_be_too_large_are_left_to_pillow() -> None:
    body = bytearray(encoded("JPEG"))
    sides = body.index(b"\xff\xc0") + 5
    body[sides : sides + 4] = (8192).to_bytes(2, "big") * 2
    assert plain_header(bytes(body)) == PlainHeader("jpeg", 8192, 8192, "RGB")
    body[sides : sides + 2] = (8193).to_bytes(2, "big")
    assert plain_header(bytes(body)) is None


@given(
    st.sampled_from(sorted(PLAIN)),
    st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=3), st.integers(0, 4)), max_size=3),
)
def test_damaged_headers_are_read_as_pillow_reads_them(
    name: str, damages: list[tuple[int, bytes, int]]
) -> None:
    body = PLAIN[name][0]
    for place, new, gone in damages:
        place %= 40 if name == "webp" else 700  # noqa: PLW2901
        body = body[:place] + new + body[place + gone :]
    found = plain_header(body)
    if found is not None:
        picture = Image.open(BytesIO(body), formats=FORMATS)
        size = (picture.width, picture.height)
        assert ((picture.format or "").lower(), *size, picture.mode) == tuple(found)
        assert "exif" not in picture.info
