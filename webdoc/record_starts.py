"""Where records begin, seen from bytes alone."""

import re

_WARC_LINE = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
# URL, address, 14 digits, type, length. Source: ARC file format, version 1 (Internet Archive).
_ARC_LINE = re.compile(
    rb"[A-Za-z][\w+.-]*:[^\r\n]{0,4096} \S{1,64} \d{14} [^\s]{1,256} \d{1,15}\r?\n"
)
_WARC_HEADER = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n(?:[^\r\n]+\r?\n){2,200}\r?\n")
_LENGTH_FIELD = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_TYPE_FIELD = re.compile(rb"\nwarc-type[ \t]*:", re.IGNORECASE)
_LINE_START = re.compile(rb"(?<=\n)(?=WARC/\d\.\d|[A-Za-z][\w+.-]{1,15}:[^\r\n]{1,4096} \d{14} )")

LOOK_AHEAD_BYTES = 8192  # enough for nearly every header
LONG_HEADER_BYTES = 64 * 1024  # browsers' URLs, and crawlers' own JSON, can be long
GZIP_MAGIC = b"\x1f\x8b\x08"


def begins_record(data: bytes) -> bool:
    """Tell whether data begins with the first line of a WARC record or an ARC record."""
    return _WARC_LINE.match(data) is not None or _ARC_LINE.match(data) is not None


def record_body(data: bytes) -> tuple[int, int] | None:
    """Return how long the header at the start of data is and how long its body says it is.

    None when data does not begin with a whole header that has a type and a length. ARC files
    have both in their one line. This is the strict look, for bytes that may be anything.
    """
    header = _WARC_HEADER.match(data)
    if header is not None:
        length = _LENGTH_FIELD.search(header[0])
        if length is not None and _TYPE_FIELD.search(header[0]):
            return header.end(), int(length[1])
        return None
    line = _ARC_LINE.match(data)
    if line is not None:
        return line.end(), int(line[0].rsplit(b" ", 1)[1])
    return None


def find_record(data: bytes, start: int) -> int:
    """Return where a line that looks like the first of a record begins, or -1.

    It is at `start` or later, and after a line break. `record_body` then looks closer.
    """
    found = _LINE_START.search(data, start)
    return -1 if found is None else found.start()
