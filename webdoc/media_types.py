"""What bytes are, by their first ones: HTML, a picture, or plainly something else."""

import re

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Source: WHATWG MIME sniffing, 7.1, and <html where that table is short.
_HTML_START = re.compile(
    rb"\s*+(?:(?><\?xml[^>]{0,200}>|<!--.{0,1024}?-->)\s*+){0,8}+"
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|title|style|a|b|br|p"
    rb"|meta|link|base|section|article|main|header|nav|ul|center|form)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_SVG_START = re.compile(
    rb"\s*+(?:(?><\?xml[^>]{0,200}>|<!--.{0,1024}?-->|<!doctype svg[^>\[]{0,300}"
    rb"(?:\[.{0,1024}?\]\s*+)?>)\s*+){0,8}+<(?:svg|svg:svg)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_PICTURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
)
_OTHER_FORMATS = (
    b"%PDF-",
    b"%!PS",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"OggS\x00",
    b"ID3\x03",
    b"ID3\x04",
    b"\x1aE\xdf\xa3",  # webm, mkv
    b"wOFF",
    b"wOF2",
    b"\x00\x01\x00\x00\x00",  # ttf
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # old Office
    b"FLV\x01",
    b"WARC/1.",
)
_UNKNOWN_TYPES = {
    "",
    "*/*",
    "text/plain",
    "unknown/unknown",
    "application/unknown",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-unknown-content-type",
    "no-type",  # as ARC files say it
    "warc/revisit",
}
_HTML_TYPES = {"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"}
SNIFF_BYTES = 1445  # Source: WHATWG MIME sniffing, 5.2: the resource header


def picture_type(data: bytes) -> str:
    """Return the media type of the picture that begins with data, "" when it is none we know."""
    for magic, name in _PICTURES:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _heif_type(data)
    # BMP has but two letters: its four reserved bytes are 0 and its header has a known size.
    if data[:2] == b"BM" and data[6:10] == bytes(4) and data[15:18] == bytes(3):
        return "image/bmp"
    if data[:4] == b"\x00\x00\x01\x00" and data[5:6] == b"\x00" and data[4:5] != b"\x00":
        return "image/x-icon"
    return "image/svg+xml" if _SVG_START.match(data[:SNIFF_BYTES]) else ""


def _heif_type(data: bytes) -> str:
    brands = data[8 : min(int.from_bytes(data[:4], "big"), 64)]
    if b"avif" in brands or b"avis" in brands:
        return "image/avif"
    return "image/heic" if b"heic" in brands or b"mif1" in brands else ""


def looks_like_html(data: bytes) -> bool:
    """Tell whether data begins as an HTML page does."""
    head = data[:SNIFF_BYTES]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")
    for bom in _BOMS:
        head = head.removeprefix(bom)
    return _HTML_START.match(head) is not None


def may_be_wanted(media_type: str) -> bool:
    """Tell whether an answer that calls itself so can turn out to be a page or a picture."""
    return (
        media_type in _HTML_TYPES
        or media_type in _UNKNOWN_TYPES
        or media_type.startswith(("image/", "img/"))
        or "/" not in media_type
    )


def wanted_type(media_type: str, data: bytes) -> str:
    """Return "html", "image" or "" for neither, by the first bytes where they say it clearly.

    Args:
        media_type: as the server called it; lower case, without parameters.
        data: the first bytes of the decoded body, SNIFF_BYTES where there are as many.
    """
    if picture_type(data) and not (media_type in _HTML_TYPES and looks_like_html(data)):
        return "image"
    if data.startswith(_OTHER_FORMATS) or (data[4:8] == b"ftyp"):
        return ""
    if media_type in _HTML_TYPES:
        return "html"
    if media_type.startswith(("image/", "img/")):
        return "" if looks_like_html(data) else "image"
    return "html" if looks_like_html(data) else ""
