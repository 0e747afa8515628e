"""The headers of plain JPEG and WebP files, read by hand in a tenth of the time that Pillow takes.

Only what is exactly as most files are is read here, and then as Pillow would have it; of
everything else nothing is said, and Pillow looks.
"""

import struct
from typing import Final, NamedTuple

_U16: Final = struct.Struct(">H")
_SIZES: Final = struct.Struct(">BHHB")  # of a JPEG frame: bits, height, width, components
_WEBP_SIZES: Final = struct.Struct("<HH")
_MODES: Final = {1: "L", 3: "RGB", 4: "CMYK"}
_FRAMES: Final = frozenset((0xC0, 0xC1, 0xC2))  # baseline, extended, progressive
_SCAN, _TABLES, _APP0, _EXIF, _APP2, _ADOBE = 0xDA, 0xDB, 0xE0, 0xE1, 0xE2, 0xEE
# Huffman tables, restart interval, comment, and those of applications but Photoshop's.
_PASSED_OVER: Final = frozenset((0xC4, 0xDD, 0xFE, *range(0xE0, 0xED), 0xEE, 0xEF))
_MAX_PIXELS: Final = 1 << 26  # below the limit at which opening would refuse


class PlainHeader(NamedTuple):
    """What a header says."""

    format: str  # jpeg or webp
    width_px: int  # as stored; no EXIF here that could turn it
    height_px: int
    mode: str  # Pillow's: L, RGB, CMYK


def plain_header(body: bytes) -> PlainHeader | None:
    """Return what the header of a plain JPEG or WebP says, None for anything else."""
    if body.startswith(b"\xff\xd8\xff"):
        found = _jpeg(body)
    elif body.startswith(b"RIFF") and body[8:16] == b"WEBPVP8 ":
        found = _lossy_webp(body)
    else:
        return None
    if found is None or not 0 < found.width_px * found.height_px <= _MAX_PIXELS:
        return None
    return found


def _jpeg(body: bytes) -> PlainHeader | None:
    """Go from segment to segment up to the first scan."""
    found = None
    place, last = 2, len(body) - 4
    while place <= last and body[place] == 0xFF:  # also where Pillow would pass over junk
        marker, start = body[place + 1], place + 4
        place += 2 + _U16.unpack_from(body, place + 2)[0]
        if not start <= place <= len(body):
            return None
        if marker == _SCAN:
            return found
        if marker in _FRAMES and found is None:
            found = _frame(body, start, place)
            if found is None:
                return None
        elif not _is_plain(body, marker, start, place):
            return None
    return None


def _frame(body: bytes, start: int, end: int) -> PlainHeader | None:
    if end - start < _SIZES.size:
        return None
    bits, height, width, components = _SIZES.unpack_from(body, start)
    if bits != 8 or components not in _MODES or end - start != 6 + 3 * components:
        return None
    return PlainHeader("jpeg", width, height, _MODES[components])


def _is_plain(body: bytes, marker: int, start: int, end: int) -> bool:
    """Tell whether a segment is sound and says nothing of how the picture is to be shown."""
    if marker == _TABLES:
        return _are_tables(body, start, end)
    if marker == _EXIF:  # may turn it
        return not body.startswith(b"Exif", start)
    if marker == _APP2:  # more pictures in one file, or a colour profile
        return not body.startswith(b"MPF", start) and end - start >= 14
    if marker in (_APP0, _ADOBE):
        return end - start >= 12
    return marker in _PASSED_OVER


def _are_tables(body: bytes, start: int, end: int) -> bool:
    while start < end:
        start += 65 if body[start] < 16 else 129
    return start == end


def _lossy_webp(body: bytes) -> PlainHeader | None:
    """Read the one frame of a file that holds nothing else. Source: RFC 9649, RFC 6386."""
    if len(body) < 30:
        return None
    size = int.from_bytes(body[16:20], "little")
    whole = 20 + size + size % 2
    if len(body) != whole or int.from_bytes(body[4:8], "little") != whole - 8:
        return None
    tag = int.from_bytes(body[20:23], "little")
    is_key_frame, version, is_shown = not tag & 1, tag >> 1 & 7, tag >> 4 & 1
    if not is_key_frame or version > 3 or not is_shown or tag >> 5 >= size:
        return None
    if body[23:26] != b"\x9d\x01\x2a":
        return None
    width, height = _WEBP_SIZES.unpack_from(body, 26)
    return PlainHeader("webp", width & 0x3FFF, height & 0x3FFF, "RGB")
