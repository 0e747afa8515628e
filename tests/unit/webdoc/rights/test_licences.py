"""Licences as pages, captions and pictures name them."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webdoc.rights.licences import (
    NONE,
    Licence,
    caption_licence,
    image_licences,
    is_named,
    licence_name,
    page_licence,
    picture_licence,
)

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (BY, "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/de/", "CC-BY-NC-SA-3.0"),
        ("//creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
        ("licensed under CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC-BY", "CC-BY"),
        ("CC0", "CC0-1.0"),
        ("https://example.org/terms", "https://example.org/terms"),
        ("  All rights\n reserved ", "All rights reserved"),
        ("accbybus", "accbybus"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert licence_name(text) == name


@pytest.mark.parametrize(
    ("licence", "names", "is_one"),
    [
        ("CC-BY-4.0", ("CC-BY-4.0",), True),
        ("CC-BY-4.0", ("CC-BY",), True),
        ("CC-BY-3.0", ("CC-BY-4.0",), False),
        ("CC-BY-NC-4.0", ("CC-BY",), False),
        ("", ("CC-BY",), False),
    ],
)
def test_a_version_may_be_left_out(licence: str, names: tuple[str, ...], is_one: bool) -> None:
    assert is_named(licence, names) is is_one


def ld(**item: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


FOUND = Licence("CC-BY-4.0", "")


@pytest.mark.parametrize(
    ("html", "source"),
    [
        (f'<link rel="license" href="{BY}">', "link rel=license"),
        (f"<a class=x rel='external license' href='{BY}'>CC</a>", "a rel=license"),
        (ld(**{"@type": "Article", "license": BY}), "JSON-LD license"),
        (ld(**{"@graph": [{"@type": "WebPage", "license": {"@id": BY}}]}), "JSON-LD license"),
        (f'<meta name="DCTERMS.license" content="{BY}">', "meta dcterms.license"),
        (f'<p>x</p><footer><a href="{BY}">CC</a></footer>', "footer link"),
        (f'<div class="site-footer wide"><a href="{BY}">CC</a></div>', "footer link"),
        # A link in the text says something of a picture or of the world.
        (f'<p><a href="{BY}">CC</a></p><footer>x</footer>', ""),
        (f'<!-- <link rel="license" href="{BY}"> -->', ""),
        ('<link rel="stylesheet" href="license.css">', ""),
        (ld(**{"@type": "ImageObject", "url": "a.jpg", "license": BY}), ""),
        ('<script type="application/ld+json">{"license": </script>', ""),
        (f'<script type="application/ld+json">{"[" * 100_000}"license"</script>', ""),
        ("", ""),
    ],
)
def test_pages(html: str, source: str) -> None:
    assert page_licence(html.encode()) == (FOUND._replace(source=source) if source else NONE)


def test_the_surer_sign_wins() -> None:
    html = ld(license="https://e.org/terms") + f'<a rel=license href="{BY}">x</a>'

    assert page_licence(html.encode()).source == "a rel=license"


def test_pictures_of_json_ld() -> None:
    picture = {
        "@type": ["ImageObject"],
        "contentUrl": "https://e.org/a.jpg",
        "license": BY,
        "creator": {"@type": "Person", "name": "Ann Lee"},
    }
    html = ld(**{"@type": "Article", "image": [picture]})

    found = image_licences(html.encode())

    assert found == {"https://e.org/a.jpg": Licence("CC-BY-4.0", "JSON-LD license", "Ann Lee")}
    assert page_licence(html.encode()) == NONE


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        ("The mill. Photo: Ann Lee / CC BY-SA 2.0", Licence("CC-BY-SA-2.0", "caption", "Ann Lee")),
        ("Foto: Jörg Weiß", Licence("", "caption", "Jörg Weiß")),
        ("© 2020 Ann Lee", Licence("", "caption", "2020 Ann Lee")),
        ("Image courtesy of NASA", Licence("", "caption", "NASA")),
        ("Public domain", Licence("public domain", "caption", "")),
        ("A photo of the old mill", NONE),
        ("", NONE),
    ],
)
def test_captions(caption: str, found: Licence) -> None:
    assert caption_licence(caption) == found


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
    f'xmpRights:WebStatement="{BY}" photoshop:Credit="Lee &amp; Sons"/></rdf:RDF></x:xmpmeta>'
)
CREATOR = (
    "<x:xmpmeta><dc:rights><rdf:Alt><rdf:li>CC BY 2.0</rdf:li></rdf:Alt></dc:rights>"
    "<dc:creator><rdf:Seq><rdf:li>Ann Lee</rdf:li></rdf:Seq></dc:creator></x:xmpmeta>"
)


def jpeg(**extra: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", **extra)
    return out.getvalue()


def test_xmp() -> None:
    assert picture_licence(jpeg(xmp=XMP.encode())) == Licence("CC-BY-4.0", "XMP", "Lee & Sons")
    assert picture_licence(jpeg(xmp=CREATOR.encode())) == Licence("CC-BY-2.0", "XMP", "Ann Lee")
    assert picture_licence(jpeg()) == NONE


def test_iptc() -> None:
    def dataset(number: int, text: bytes) -> bytes:
        return bytes([0x1C, 2, number]) + len(text).to_bytes(2, "big") + text

    data = dataset(110, b"Ann Lee") + dataset(116, b"CC BY 2.0")
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(data).to_bytes(4, "big") + data
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    picture = jpeg()

    found = picture_licence(picture[:2] + segment + picture[2:])

    assert found == Licence("CC-BY-2.0", "IPTC", "Ann Lee")


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    of_page = page_licence(data + b"<a rel=license " + data)
    of_picture = picture_licence(b"<x:xmpmeta" + data + b"8BIM\x04\x04\x1c\x02\x74" + data)

    # 900 bytes can hold no longer name, and no name comes without the place where it stood
    assert len(of_page.name) <= 900
    assert of_page.source or not of_page.name
    assert of_picture.source or not (of_picture.name or of_picture.credit)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        b"<!--",
        b"<a rel=license ",
        b'<script application/ld+json>"license"',
        b"<meta name=dc.rights",
        b"<div class='",
    ],
)
def test_a_hostile_page_is_read_to_an_end(piece: bytes) -> None:
    end = b"-->'></script><a rel=license href=https://creativecommons.org/licenses/by/4.0/>CC</a>"

    assert page_licence(piece * 100_000 + end) == Licence("CC-BY-4.0", "a rel=license")
