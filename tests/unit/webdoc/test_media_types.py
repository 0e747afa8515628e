"""What bytes are is seen in them; what a server says counts where that is not clear."""

import io

import pytest
from PIL import Image

from webdoc.media_types import looks_like_html, may_be_wanted, picture_type, wanted_type

HTML = b"<!DOCTYPE html><p>text"
SVG = b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg">'


def picture(name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, name)
    return out.getvalue()


@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp", "bmp", "tiff", "avif"])
def test_pictures_are_known_by_their_bytes(name: str) -> None:
    assert picture_type(picture(name)) == f"image/{name}"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (SVG, "image/svg+xml"),
        (b"<svg>", "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "x" "y"><svg >', "image/svg+xml"),
        (b"BMW is a car", ""),
        (b"<html><svg>", ""),
        (b"RIFF1234WAVE", ""),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", ""),
        (b"", ""),
    ],
)
def test_pictures_and_what_is_none(data: bytes, media_type: str) -> None:
    assert picture_type(data) == media_type


@pytest.mark.parametrize(
    ("data", "is_html"),
    [
        (HTML, True),
        (b" \n<HTML lang=en>", True),
        (b"<!-- <p> --><head>", True),
        (b'<?xml version="1.0"?><html xmlns="x">', True),
        (b"\xef\xbb\xbf<html>", True),
        ("\ufeff<html>".encode("utf-16-le"), True),
        (b"<rss><channel>", False),
        (b"a < b", False),
        (b'{"html": "<html>"}', False),
        (b"", False),
    ],
)
def test_html_is_known_by_its_beginning(data: bytes, is_html: bool) -> None:
    assert looks_like_html(data) == is_html


@pytest.mark.parametrize(
    ("media_type", "data", "wanted"),
    [
        ("text/html", HTML, "html"),
        ("text/html", b"words", "html"),
        ("text/html", SVG, "image"),
        ("text/html", b"%PDF-1.7", ""),
        ("text/html", b"PK\x03\x04", ""),
        ("image/jpeg", b"something new", "image"),
        ("image/jpeg", HTML, ""),
        ("text/plain", HTML, "html"),
        ("text/plain", b"words", ""),
        ("", HTML, "html"),
        ("application/octet-stream", b"GIF89a", "image"),
        ("image/png", b"GIF89a", "image"),
    ],
)
def test_server_and_bytes(media_type: str, data: bytes, wanted: str) -> None:
    assert wanted_type(media_type, data) == wanted


@pytest.mark.parametrize(
    ("media_type", "may_be"),
    [
        ("text/html", True),
        ("image/x-anything", True),
        ("", True),
        ("html", True),
        ("application/octet-stream", True),
        ("text/css", False),
        ("video/mp4", False),
        ("application/pdf", False),
    ],
)
def test_what_is_plainly_something_else_is_not_looked_at(media_type: str, may_be: bool) -> None:
    assert may_be_wanted(media_type) == may_be


@pytest.mark.parametrize(
    "hostile", [b"<!---->" * 300, b"<?xml ?>" * 300, b" " * 5000, b"<!--" * 400]
)
@pytest.mark.timeout(30)  # milliseconds, unless a pattern goes back and tries again
def test_hostile_beginnings_end(hostile: bytes) -> None:
    assert wanted_type("", hostile) == ""
