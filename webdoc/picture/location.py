"""Taking the place where a photo was shot out of its bytes, and leaving all else as it is."""

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final
from zlib import crc32

_TIFF_START = re.compile(rb"II\*\0|MM\0\*")
_GPS_TAG: Final = 0x8825  # EXIF, of IFD 0
_ENTRY_BYTES: Final = 12
_VALUE_BYTES: Final = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8)  # by the type of an entry
_MOST_ENTRIES: Final = 1_000  # cameras write a few dozen
_MOST_BLOCKS: Final = 100  # of EXIF in one file; a camera writes one or two
_XMP_START, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
_XMP_PLACE = re.compile(
    rb"(?<=GPS)\w{1,40}\s{0,9}(?:=\s{0,9}(?:\"[^\"]{0,400}\"|'[^']{0,400}')|>[^<]{0,400}<)"
)
_XMP_VALUE = re.compile(rb"(?<=[\"'>])[^\"'<>]+(?=[\"'<])")
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA: Final = (b"eXIf", b"iTXt", b"tEXt", b"zTXt")
_PNG_PROFILE: Final = b"Raw profile type "  # EXIF or XMP as hex, as ImageMagick writes it


def without_location(body: bytes) -> bytes:
    """Return the bytes of a picture without EXIF's and XMP's GPS values, as long as before.

    Works on every block of EXIF in a JPEG, PNG, WebP, AVIF or TIFF, also of a second picture in
    the same file. Pixels, orientation, colours, copyright and all other fields stay, byte for
    byte. Bytes without a location come back as they are, the same object. Never raises.

    Not found: what is packed (a compressed XMP chunk of a PNG, which loses all of its text for
    that), and places named in words (IPTC city, captions).
    """
    clean = bytearray(body)
    for block in islice(_TIFF_START.finditer(body), _MOST_BLOCKS):
        _drop_gps(clean, block.start())
    _blank_xmp(clean)
    if body.startswith(_PNG_START):
        _mend_png(clean, body)
    return body if clean == body else bytes(clean)


def _drop_gps(data: bytearray, start: int) -> None:
    """Take the GPS entry out of the IFD 0 of a TIFF block, and blank what it points to."""
    order = "<" if data[start] == ord("I") else ">"
    ifd = start + _number(data, start + 4, order)
    entries = list(_entries(data, ifd, order))
    for place in entries:
        if _number(data, place, order, 2) == _GPS_TAG:
            _blank_ifd(data, start, _number(data, place + 8, order), order)
            end = entries[-1] + _ENTRY_BYTES + 4  # with the offset of the next IFD
            data[place:end] = data[place + _ENTRY_BYTES : end] + bytes(_ENTRY_BYTES)
            struct.pack_into(f"{order}H", data, ifd, len(entries) - 1)
            return


def _entries(data: bytearray, ifd: int, order: str) -> Iterator[int]:
    """Yield where the entries of an IFD stand; none where it is not whole."""
    count = _number(data, ifd, order, 2)
    if ifd + 2 + count * _ENTRY_BYTES <= len(data) and count <= _MOST_ENTRIES:
        yield from range(ifd + 2, ifd + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES)


def _blank_ifd(data: bytearray, start: int, offset: int, order: str) -> None:
    for place in _entries(data, start + offset, order):
        kind, count = _number(data, place + 2, order, 2), _number(data, place + 4, order)
        size = _VALUE_BYTES[kind] * count if kind < len(_VALUE_BYTES) else 0
        if size > 4:  # smaller values stand in the entry itself
            value = start + _number(data, place + 8, order)
            _blank(data, value, min(value + size, len(data)))
        _blank(data, place, place + _ENTRY_BYTES)


def _blank(data: bytearray, start: int, end: int) -> None:
    if start < end:
        data[start:end] = bytes(end - start)


def _number(data: bytearray, place: int, order: str, size: int = 4) -> int:
    """Return an unsigned number, 0 where the data ends before it."""
    return int.from_bytes(data[place : place + size], "little" if order == "<" else "big")


def _blank_xmp(data: bytearray) -> None:
    """Blank the values of all GPS fields in packets of XMP."""
    end = 0
    while (start := data.find(_XMP_START, end)) >= 0:
        end = data.find(_XMP_END, start)
        if end < 0:
            return
        for place in _XMP_PLACE.finditer(bytes(data[start:end])):
            for value in _XMP_VALUE.finditer(place[0]):
                at = start + place.start() + value.start()
                data[at : at + len(value[0])] = b" " * len(value[0])


def _mend_png(data: bytearray, before: bytes) -> None:
    """Blank metadata that is packed, and bring the checksums of what has changed up to date."""
    place = len(_PNG_START)
    while place + 12 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4]), bytes(data[place + 4 : place + 8])
        start, end = place + 8, place + 8 + size
        if kind in _PNG_METADATA and end + 4 <= len(data):
            keyword, _, text = bytes(data[start:end]).partition(b"\0")
            packed_xmp = keyword == b"XML:com.adobe.xmp" and text[:1] == b"\1"
            if packed_xmp or keyword.startswith(_PNG_PROFILE):
                _rename_chunk(data, place, start, end)
            if data[place:end] != before[place:end]:  # checksums do not matter here
                data[end : end + 4] = crc32(data[place + 4 : end]).to_bytes(4)
        place = end + 4


def _rename_chunk(data: bytearray, place: int, start: int, end: int) -> None:
    """Make a chunk a plain text without content."""
    data[place + 4 : place + 8] = b"tEXt"
    data[start:end] = b"Comment\0".ljust(end - start)
