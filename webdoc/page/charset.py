"""Bytes of a page -> UTF-8, whatever character set they are in."""

import codecs
import re
import struct
from dataclasses import dataclass

import charset_normalizer
import pyarrow as pa
import webencodings

# Codecs that decode all that another one does, and what pages write under its name beside it.
_WIDER = {
    **dict.fromkeys(("iso8859_1", "ascii", "x_user_defined", "cp819"), "cp1252"),
    "iso8859_9": "cp1254",
    **dict.fromkeys(("tis_620", "iso8859_11"), "cp874"),
    **dict.fromkeys(("gbk", "gb2312"), "gb18030"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf_16": "utf_16_le",
}
# Labels that pages write and that neither the web's table nor Python's has.
_UNREGISTERED = {"ansi": "cp1252", "x-windows-949": "cp949"}
_MANY_BYTES = frozenset(
    [
        "gb18030",
        "cp932",
        "cp949",
        "big5hkscs",
        "euc_jp",
        "iso2022_jp",
        "utf_8",
        "utf_16_le",
        "utf_16_be",
    ]
)
_LATIN = "cp1252"
# What else a page may be written in; Python knows more codecs, some of which are no text at all.
_SINGLE_BYTE = re.compile(
    r"cp125[0-8]|cp866|cp874|iso8859_(?:[2-8]|1[03456])|koi8_[ru]|mac_(?:roman|cyrillic)"
)
# Those that pages without a declaration are found in; the more there are, the more are mistaken.
_DETECTABLE = [
    *("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp866", "cp874", "koi8_r", "iso8859_2", "iso8859_7"),
]
_META = re.compile(
    rb"""<meta[\s/][^>]{0,512}?charset\s*=\s*["']?\s*([^\s"'/>;]{1,40})""", re.IGNORECASE
)
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})""", re.IGNORECASE)
_META_BYTES = 2048  # browsers look at 1,024; pages with long comments before it are common
_BOMS = ((b"\xef\xbb\xbf", "utf_8"), (b"\xff\xfe", "utf_16_le"), (b"\xfe\xff", "utf_16_be"))
_ASCII = bytes(range(128))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0c\r\x00\x1b"))
_FOREIGN_TEXT = re.compile(rb"[^<>\x80-\xff]{0,60}[\x80-\xff][^<>]{0,400}")
_REPLACEMENT = "\ufffd".encode()


@dataclass(frozen=True, slots=True)
class CharsetSettings:
    """When bytes count as text of a character set. Ours; no published system says theirs."""

    max_invalid_share: float = 0.05  # of the characters beyond ASCII, in [0, 1]
    # Likewise of UTF-8, whose characters hardly ever come about by chance: .79 and more of six
    # real pages in GB 18030. A page of few such characters may cut through one of them.
    max_invalid_utf8_share: float = 0.5
    max_control_share: float = 0.02  # of all bytes: control characters that no text has
    max_western_share: float = 0.1  # of a sample beyond ASCII, for text to be taken as Western
    max_declared_western_share: float = 0.25  # likewise, where Latin 1 is declared
    sample_bytes: int = 8192  # that detection looks at

    def __post_init__(self) -> None:
        invalid = ("max_invalid_share", "max_invalid_utf8_share")
        western = ("max_western_share", "max_declared_western_share")
        for name in (*invalid, "max_control_share", *western):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in [0, 1], got {getattr(self, name)}")
        if self.sample_bytes < 1:
            raise ValueError(f"sample_bytes must be at least 1, got {self.sample_bytes}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page in UTF-8."""

    data: bytes  # valid UTF-8 without a byte order mark
    charset: str  # what it was in, as the web calls it: utf-8, windows-1252, gb18030, ...


_DEFAULTS = CharsetSettings()


def html_utf8(
    body: bytes,
    http_charset: str = "",
    warc_charset: str = "",
    settings: CharsetSettings = _DEFAULTS,
) -> Decoded | None:
    """Return a page in UTF-8, or None when no character set explains its bytes.

    A byte order mark decides; then valid UTF-8 is UTF-8, whatever is declared. Then comes what
    is declared, by HTTP, by the WARC record, by the page: the first whose bytes fit. Latin 1
    is the exception, as all bytes fit it, and servers declare it without knowing the page: it
    comes last, and only for text with as few letters beyond ASCII as Western text has. Then
    detection.

    Args:
        body: as it came, all HTTP encodings undone.
        http_charset: of the HTTP Content-Type, "" for none.
        warc_charset: WARC-Identified-Content-Charset, "" for none.
        settings: when bytes fit.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], codec, settings)
    wide = _wide_codec(body)
    if wide:
        return _decoded(body, wide, settings)
    declared = _declared(body, http_charset, warc_charset)
    if _is_utf8(body) and "iso2022_jp" not in declared:
        return Decoded(body, "utf-8")
    for codec in (*declared, "utf_8"):
        if codec != _LATIN and (decoded := _decoded(body, codec, settings)) is not None:
            return decoded
    return _decoded(body, _detected(body, settings, declared=_LATIN in declared), settings)


def codec_of(label: str) -> str:
    """Return Python's name of the codec that the web means by a label; "" for none.

    Source: WHATWG Encoding, 4.2, by the package webencodings; then Python's own aliases.
    """
    label = label.strip(" \t\r\n\"'").lower()
    encoding = webencodings.lookup(label)
    try:
        known = encoding.codec_info if encoding else codecs.lookup(_UNREGISTERED.get(label, label))
    except (LookupError, ValueError):  # ValueError: a NUL in it
        return ""
    name = known.name.replace("-", "_")
    name = _WIDER.get(name, name)
    return name if _SINGLE_BYTE.fullmatch(name) or name in _MANY_BYTES else ""


def _declared(body: bytes, http_charset: str, warc_charset: str) -> list[str]:
    """Return the codecs that are declared, best first."""
    head = body[:_META_BYTES]
    in_page = [
        found[1].decode("latin-1") for found in (_META.search(head), _XML.match(head)) if found
    ]
    codecs_ = [codec_of(label) for label in (http_charset, warc_charset, *in_page) if label]
    # A meta element that could be read is not in UTF-16. Source: WHATWG HTML, 13.2.3.2.
    known = ["utf_8" if codec.startswith("utf_16") else codec for codec in codecs_ if codec]
    return list(dict.fromkeys(known))


def _wide_codec(body: bytes) -> str:
    """Recognise UTF-16 without a byte order mark, by the NULs of the first markup."""
    head = body[:64]
    if len(head) >= 4 and head[0] and not head[1] and head[2] and not head[3]:
        return "utf_16_le"
    return "utf_16_be" if len(head) >= 4 and not head[0] and head[1] and not head[2] else ""


def _is_utf8(body: bytes) -> bool:
    """Tell whether bytes are valid UTF-8: 50 us for 200 KB, where bytes.decode takes 350."""
    if body.isascii():
        return True
    ends = pa.py_buffer(struct.pack("=qq", 0, len(body)))
    text = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(body))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(body: bytes, codec: str, settings: CharsetSettings) -> Decoded | None:
    """Decode where the bytes fit; single wrong ones become U+FFFD."""
    if codec == "utf_8" and _is_utf8(body):
        return Decoded(body, "utf-8")
    data = body.decode(codec, "replace").encode("utf-8", "replace") if codec else b""
    if not data:
        return None
    foreign = data.translate(None, _ASCII)
    # Each character beyond ASCII has one first byte, and that is 0xC2 or more.
    characters = len(foreign) - sum(foreign.count(bytes((byte,))) for byte in range(0x80, 0xC0))
    invalid = data.count(_REPLACEMENT)
    is_utf8 = codec == "utf_8"
    max_share = settings.max_invalid_utf8_share if is_utf8 else settings.max_invalid_share
    if invalid > max_share * characters:
        return None
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > settings.max_control_share * len(data):
        return None
    return Decoded(data, _web_name(codec))


def _web_name(codec: str) -> str:
    if re.fullmatch(r"cp125\d|cp874", codec):
        return "windows-" + codec[2:]
    names = {
        "cp932": "shift_jis",
        "cp949": "euc-kr",
        "big5hkscs": "big5",
        "iso2022_jp": "iso-2022-jp",
    }
    return names.get(codec, codec.replace("iso8859_", "iso-8859-").replace("_", "-"))


def _detected(body: bytes, settings: CharsetSettings, *, declared: bool) -> str:
    """Guess a codec from the text around bytes beyond ASCII; `declared`: as Latin 1."""
    parts = []
    size_bytes = 0
    for found in _FOREIGN_TEXT.finditer(body):
        parts.append(found[0])
        size_bytes += len(found[0])
        if size_bytes >= settings.sample_bytes:
            break
    sample = b"\n".join(parts)
    foreign = len(sample.translate(None, _ASCII))
    # Western text has few letters beyond ASCII, too few for statistics: cp1257 was guessed.
    limit = settings.max_declared_western_share if declared else settings.max_western_share
    if foreign <= limit * len(sample):
        return _LATIN
    best = charset_normalizer.from_bytes(
        sample, steps=5, chunk_size=512, cp_isolation=_DETECTABLE
    ).best()
    return (codec_of(best.encoding) if best else "") or _LATIN
