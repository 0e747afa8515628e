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

from webdoc.picture.measure import (
    CUT,
    OK,
    TOO_LARGE,
    UNREADABLE,
    UNSUPPORTED,
    PictureError,
    as_rgb,
    check,
    first_frame,
    measure,
    thumbnail,
)


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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (6, (48, 64)), (3, (64, 48))])
def test_exif_orientation_turns_the_size(
    kind: str, orientation: int, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = encoded(kind, exif=exif)
    picture = measure(body)
    assert (picture.width_px, picture.height_px) == size
    small = Image.open(BytesIO(thumbnail(body, 32) or b""))
    assert (small.width > small.height) == (size[0] > size[1])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_breaks_no_picture(kind: str) -> None:
    for exif in (b"Exif\0\0not a header of EXIF", b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01"):
        body = encoded(kind, exif=exif)
        assert (measure(body).status, measure(body).width_px) == (OK, 64)
        assert thumbnail(body, 32) is not None


@pytest.mark.parametrize(
    "body",
    [b"", b"GIF89a", b"<html>not found</html>"],
)
def test_what_is_no_picture_is_unreadable(body: bytes) -> None:
    assert measure(body).status == UNREADABLE


def test_a_drawing_has_a_format_and_no_pixels() -> None:
    picture = measure(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>")
    assert (picture.status, picture.format, picture.width_px) == (OK, "svg", 0)


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    body += struct.pack(">I", zlib.crc32(chunk))
    pixels = b"IDAT" + zlib.compress(bytes(4 * 1024 * 1024))
    body += struct.pack(">I", len(pixels) - 4) + pixels + struct.pack(">I", zlib.crc32(pixels))
    return body + b"\0\0\0\0IEND\xaeB`\x82"


def test_a_bomb_is_refused_without_decoding() -> None:
    """50,000 x 50,000 pixels in a header: no 7 GB are touched."""
    body = png_header(50_000, 50_000)
    assert (measure(body).status, measure(body).format) == (TOO_LARGE, "png")
    assert check(body).status == TOO_LARGE
    assert thumbnail(body, 100) is None


@pytest.mark.parametrize(("width", "status"), [(8_947, OK), (8_948, TOO_LARGE)])
def test_the_limit_of_headers(width: int, status: str) -> None:
    """Pillow's own: 1024 * 1024 * 1024 // 4 // 3 pixels."""
    assert measure(png_header(width, 10_000)).status == status


@pytest.mark.parametrize(("max_pixels", "status"), [(64 * 48, OK), (64 * 48 - 1, TOO_LARGE)])
def test_pixel_limit(max_pixels: int, status: str) -> None:
    assert check(encoded("PNG"), max_pixels).status == status


def test_an_icon_that_holds_a_bomb_is_refused() -> None:
    inner = png_header(10_000, 10_000)
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 24, len(inner), 22)
    body = struct.pack("<HHH", 0, 1, 1) + entry + inner
    assert (measure(body).status, check(body).status) == (TOO_LARGE, TOO_LARGE)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\xff\x0a" + bytes(20), "jxl"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20), "jp2"),
    ],
)
def test_formats_without_a_decoder_are_named(start: bytes, kind: str) -> None:
    assert (measure(start).status, measure(start).format) == (UNSUPPORTED, kind)
    assert check(start).status == UNSUPPORTED


def test_an_avif_is_read() -> None:
    picture = check(encoded("AVIF"))
    assert (picture.status, picture.format, picture.width_px) == (OK, "avif", 64)


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [("CMYK", "JPEG", "CMYK"), ("I;16", "PNG", "I;16"), ("P", "PNG", "P"), ("RGBA", "WEBP", "RGBA"),
     ("L", "JPEG", "L")],
)  # fmt: skip
def test_unusual_pixels_decode(mode: str, kind: str, expected: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    picture = check(out.getvalue())
    assert picture.status == OK
    assert first_frame(out.getvalue()).mode == expected
    assert as_rgb(first_frame(out.getvalue())).mode == "RGB"


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        (Image.new("RGBA", (4, 4), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (4, 4), (10, 255)), (10, 10, 10)),
        (Image.new("I;16", (4, 4), 0x8080), (128, 128, 128)),
        (Image.new("I", (4, 4), 7), (255, 255, 255)),
        (Image.new("F", (4, 4), float("nan")), (0, 0, 0)),
        (Image.new("1", (4, 4), 1), (255, 255, 255)),
        (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), (255, 0, 0)),
    ],
)
def test_pixels_look_as_in_a_viewer(picture: Image.Image, shown: tuple[int, int, int]) -> None:
    assert as_rgb(picture).getpixel((1, 1)) == shown


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "blue", "green")]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    picture = check(out.getvalue())
    assert (picture.status, picture.height_px) == (OK, 20)
    red, _, blue = as_rgb(first_frame(out.getvalue())).getpixel((3, 3))
    assert red > 200
    assert blue < 50


def test_broken_pixels_are_found_by_decoding() -> None:
    """The header is whole, the end mark is there, and the middle is missing."""
    body = encoded("PNG", (100, 100))
    broken = body[:2000] + body[-12:]
    assert measure(broken).status == OK
    assert check(broken).status in (UNREADABLE, CUT)
    with pytest.raises(PictureError):
        first_frame(broken)


def test_a_draft_is_smaller_than_the_whole() -> None:
    body = encoded("JPEG", (800, 800))
    assert first_frame(body, draft_px=100).size == (100, 100)
    assert first_frame(body).size == (800, 800)


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.data())
def test_damaged_bytes_never_raise(kind: str, data: st.DataObject) -> None:
    body = bytearray(encoded(kind, (16, 16)))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert measure(bytes(body)).size_bytes == check(bytes(body)).size_bytes == len(body)
