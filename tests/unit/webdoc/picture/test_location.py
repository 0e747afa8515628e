"""A place leaves a picture, and nothing else does."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from webdoc.picture.location import without_location

GPS_IFD, EXIF_IFD = 0x8825, 0x8769
ORIENTATION, MAKER, COPYRIGHT, TAKEN = 0x0112, 0x010F, 0x8298, 0x9003
XMP = (
    b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
    b'exif:GPSLatitude="48,8.1585N" exif:GPSLongitude = \'11,34.5E\' dc:title="Tower">'
    b"<exif:GPSAltitude>519/1</exif:GPSAltitude><dc:creator>me</dc:creator>"
    b"</rdf:Description></x:xmpmeta>"
)


def photo(kind: str, gps: bool = True, **options: Any) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER], exif[COPYRIGHT] = 6, "Maker GmbH", "(c) somebody"
    exif.get_ifd(EXIF_IFD)[TAKEN] = "2020:01:02 10:00:00"
    if gps:
        exif.get_ifd(GPS_IFD).update({1: "N", 2: (48.0, 8.0, 9.5), 3: "E", 29: "1999:12:31"})
    out = BytesIO()
    picture = Image.frombytes("RGB", (64, 48), bytes(range(256)) * 36)
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


def opened(body: bytes) -> Image.Image:
    picture = Image.open(BytesIO(body))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_gps_goes_and_the_rest_stays(kind: str) -> None:
    body = photo(kind)
    assert opened(body).getexif().get_ifd(GPS_IFD) != {}

    clean = without_location(body)

    exif = opened(clean).getexif()
    assert dict(exif.get_ifd(GPS_IFD)) == {}
    assert GPS_IFD not in exif
    assert (exif[ORIENTATION], exif[MAKER], exif[COPYRIGHT]) == (6, "Maker GmbH", "(c) somebody")
    assert exif.get_ifd(EXIF_IFD)[TAKEN] == "2020:01:02 10:00:00"
    assert b"1999:12:31" not in clean
    assert len(clean) == len(body)
    assert opened(clean).tobytes() == opened(body).tobytes()
    assert without_location(clean) is clean


def test_a_second_picture_in_the_file_loses_its_place_too() -> None:
    clean = without_location(photo("JPEG") + photo("JPEG"))
    assert b"1999:12:31" not in clean


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF"])
def test_pictures_without_a_place_come_back_untouched(kind: str) -> None:
    body = photo(kind, gps=False)
    assert without_location(body) is body


def test_a_wrong_checksum_of_a_png_without_a_place_is_left_as_it_is() -> None:
    body = bytearray(photo("PNG", gps=False))
    start = body.index(b"eXIf")
    size_bytes = int.from_bytes(body[start - 4 : start])
    body[start + 4 + size_bytes] ^= 1

    picture = bytes(body)

    assert without_location(picture) is picture


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_xmp(kind: str) -> None:
    clean = without_location(photo(kind, gps=False, xmp=XMP))
    for gone in (b"48,8.1585N", b"11,34.5E", b"519/1"):
        assert gone not in clean
    for kept in (b'dc:title="Tower"', b"<dc:creator>me</dc:creator>", b'exif:GPSLatitude="  '):
        assert kept in clean
    assert opened(clean).size == (64, 48)


@pytest.mark.parametrize("packed", [False, True])
def test_xmp_of_a_png(packed: bool) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=packed)
    text.add_text("Raw profile type exif", "\nexif\n 4\n4d4d002a\n", zip=packed)
    text.add_text("Title", "kept")
    clean = without_location(photo("PNG", pnginfo=text))
    shown = opened(clean)  # Pillow checks the checksums
    assert shown.info["Title"] == "kept"
    assert "48,8" not in str(shown.info)
    assert "4d4d002a" not in str(shown.info)


@given(st.sampled_from([photo("JPEG"), photo("PNG"), photo("WEBP")]), st.data())
def test_damaged_bytes_never_raise(photo: bytes, data: st.DataObject) -> None:
    body = bytearray(photo)
    start = max(body.find(b"II*\0"), body.find(b"MM\0*"), 0)
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(start, min(start + 300, len(body) - 1)))
        body[place] = data.draw(st.sampled_from([0, 1, 4, 255]))
    assert len(without_location(bytes(body))) == len(body)


@pytest.mark.parametrize(
    "body",
    [
        b"II*\0\x08\0\0\0\xff\x03" * 200_000,
        b"<x:xmpmeta GPS" * 150_000,
        b"<x:xmpmeta>" + b"GPS" * 600_000 + b"</x:xmpmeta>",
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0eXIf\0\0\0\0" * 150_000,
        b"",
        zlib.compress(bytes(100)),
    ],
)
@pytest.mark.timeout(60)  # half a second at most in linear time
def test_hostile_bytes_end_as_long_as_they_were(body: bytes) -> None:
    assert len(without_location(body)) == len(body)
