"""Pictures are measured by what they are, and hostile bytes end as a status."""

import random
import struct
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webdoc.pictures import CUT, OK, UNREADABLE, measure


def encoded(kind: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    out = BytesIO()
    noise = random.Random(0).randbytes(3 * size[0] * size[1])
    Image.frombytes("RGB", size, noise).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_format_and_size_come_from_the_content(kind: str) -> None:
    body = encoded(kind)
    picture = measure(body)
    assert (picture.status, picture.format) == (OK, kind.lower())
    assert (picture.width_px, picture.height_px) == (64, 48)
    assert (picture.size_bytes, picture.sha256) == (len(body), sha256(body).hexdigest())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_half_a_picture_is_cut(kind: str) -> None:
    body = encoded(kind, (200, 200))
    picture = measure(body[: len(body) // 2])
    assert (picture.status, picture.width_px) == (CUT, 200)


def test_half_a_webp_cannot_even_be_opened() -> None:
    body = encoded("WEBP", (200, 200))
    assert measure(body[: len(body) // 2]).status == UNREADABLE


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (6, (48, 64)), (3, (64, 48))])
def test_exif_orientation_turns_the_size(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = measure(encoded("JPEG", exif=exif))
    assert (picture.width_px, picture.height_px) == size


@pytest.mark.parametrize(
    "body",
    [b"", b"GIF89a", b"<html>not found</html>"],
)
def test_what_is_no_picture_is_unreadable(body: bytes) -> None:
    assert measure(body).status == UNREADABLE


def test_a_drawing_has_a_format_and_no_pixels() -> None:
    picture = measure(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>")
    assert (picture.status, picture.format, picture.width_px) == (OK, "svg", 0)


def test_a_bomb_is_measured_or_refused_without_decoding() -> None:
    """50,000 x 50,000 pixels in a header: no 7 GB are touched."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    body = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    body += struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IEND\xaeB`\x82"
    assert measure(body).status in (OK, UNREADABLE)


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.data())
def test_damaged_bytes_never_raise(kind: str, data: st.DataObject) -> None:
    body = bytearray(encoded(kind, (16, 16)))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert measure(bytes(body)).size_bytes == len(body)
