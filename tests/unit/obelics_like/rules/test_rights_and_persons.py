"""Personal data and licences on their way from a page to a release."""

from dataclasses import replace

import pytest

from obelics_like.funnel import funnel_of
from obelics_like.release.attribution import Attribution, attribution_rows
from obelics_like.release.row import release_row
from obelics_like.rules.mark_document import Rules, finish, mark_page
from obelics_like.settings import load_settings
from webdoc.archive.captures import Capture
from webdoc.page.document import Document, Image, Node
from webdoc.page.licences import with_licences
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import EMAILS, IP_ADDRESSES, PERSONAL_DATA, FunnelRow, Kind, Reason

SENTENCE = "The old mill stands where the road crosses the river, and it has been there for long."
BY = "https://creativecommons.org/licenses/by/4.0/"
DEFAULT = Rules.load(load_settings())


def page(*nodes: Node, **facts: object) -> Document:
    return Document("d1", "https://e.org/", nodes=nodes, **facts)  # type: ignore[arg-type]


def p(text: str) -> Node:
    return Node("text", text, tag="p")


def picture(**facts: object) -> Node:
    return Node("image", tag="img", image=Image("https://e.org/mill.jpg", **facts))  # type: ignore[arg-type]


WITH_PERSONS = page(
    p(f"{SENTENCE} Write to ann@example.org or to bob@example.org."),
    picture(alt_text="The mill by ann@example.org, +49 30 1234567", caption="From 8.8.8.8"),
    title="Mill of ann@example.org",
)


def test_markers_stand_in_texts_alternative_texts_captions_and_title() -> None:
    document = mark_page(WITH_PERSONS, DEFAULT)

    assert document.nodes[0].text == f"{SENTENCE} Write to [email] or to [email]."
    image = document.nodes[1].image
    assert image is not None
    assert image.alt_text == "The mill by [email], +49 30 1234567"
    assert image.caption == "From [IP address]"
    assert document.title == "Mill of [email]"
    counts = (document.emails_replaced, document.phones_replaced, document.ip_addresses_replaced)
    assert counts == (4, 0, 1)


def test_phone_numbers_have_a_setting_and_obelics_replaces_nothing() -> None:
    phones = Rules.load(load_settings(assignments=["personal_data.phones=true"]))
    obelics = Rules.load(load_settings(assignments=["preset=obelics"]))

    assert mark_page(WITH_PERSONS, phones).phones_replaced == 1
    after = mark_page(WITH_PERSONS, obelics)
    assert (after.emails_replaced, after.title) == (0, WITH_PERSONS.title)


def test_the_funnel_counts_what_was_replaced_in_kept_documents() -> None:
    kept = mark_page(WITH_PERSONS, DEFAULT)
    left_out = replace(kept, reject_reason=Reason.DOCUMENT_IMAGES)

    rows = [row for row in funnel_of([kept, kept, left_out]) if row.level == PERSONAL_DATA]

    assert rows == [
        FunnelRow(PERSONAL_DATA, EMAILS, 8),
        FunnelRow(PERSONAL_DATA, IP_ADDRESSES, 2),
    ]


def capture(body: str) -> Capture:
    return Capture(
        warc_filename="a.warc",
        warc_record_offset=0,
        warc_record_length=1,
        record_type="response",
        record_id="r",
        url="https://e.org/",
        capture_time="",
        kind=Kind.PAGE,
        body=body.encode(),
    )


def test_a_page_and_its_images_bear_their_licences() -> None:
    body = (
        f'<link rel=license href="{BY}"><script type="application/ld+json">'
        f'{{"@type": "ImageObject", "url": "/mill.jpg", "license": "CC0", "creditText": "Lee"}}'
        "</script>"
    )
    captioned = replace(
        picture(), image=Image("https://e.org/b.jpg", caption="Photo: Ann Lee / CC BY 2.0")
    )

    document = with_licences(page(p(SENTENCE), picture(), captioned), capture(body))

    assert (document.licence, document.licence_source) == ("CC-BY-4.0", "link rel=license")
    images = [node.image for node in document.nodes if node.image is not None]
    assert [(i.licence, i.licence_source, i.credit) for i in images] == [
        ("CC0-1.0", "JSON-LD license", "Lee"),
        ("CC-BY-2.0", "caption", "Ann Lee"),
    ]
    assert '"licence":"CC-BY-4.0"' in release_row(document).general_metadata
    assert '"credit":"Ann Lee"' in release_row(document).metadata
    plain = page(p(SENTENCE), picture())
    assert with_licences(plain, capture("<p>x</p>")) is plain


@pytest.mark.parametrize(
    ("licence", "reason"),
    [("CC-BY-4.0", None), ("CC-BY-NC-4.0", Reason.DOCUMENT_LICENCE), ("", Reason.DOCUMENT_LICENCE)],
)
def test_only_pages_with_named_licences_stay(licence: str, reason: Reason | None) -> None:
    rules = Rules.load(load_settings(assignments=['licences.pages=["CC-BY"]']))

    assert mark_page(page(p(SENTENCE), licence=licence), rules).reject_reason == reason
    assert mark_page(page(p(SENTENCE), licence=licence), DEFAULT).reject_reason is None


@pytest.mark.parametrize(
    ("own", "of_bytes", "of_page", "stays"),
    [
        ("CC-BY-2.0", "", "", True),
        ("", "CC-BY-2.0", "", True),
        ("", "", "CC-BY-2.0", True),
        ("all rights reserved", "", "CC-BY-2.0", False),
        ("", "", "", False),
    ],
)
def test_only_images_with_named_licences_stay(
    own: str, of_bytes: str, of_page: str, stays: bool
) -> None:
    rules = Rules.load(load_settings(assignments=['licences.images=["CC-BY"]']))
    image = picture(licence=own, facts=PictureFacts(licence=of_bytes))
    document = page(p(SENTENCE), image, language="en", licence=of_page)

    found = finish(document, rules).nodes[1].reject_reason

    assert found == (None if stays else Reason.IMAGE_LICENCE)


def test_attribution_names_pages_and_live_images() -> None:
    gone = replace(picture(licence="CC0-1.0"), reject_reason=Reason.IMAGE_SIZE)
    by_bytes = picture(facts=PictureFacts(licence="CC0-1.0", licence_source="XMP", credit="=Lee"))
    nodes = (p(SENTENCE), picture(), gone, by_bytes)
    document = page(
        *nodes, title="The mill", licence="CC-BY-4.0", licence_source="link rel=license"
    )

    url, image = "https://e.org/", "https://e.org/mill.jpg"
    assert list(attribution_rows(document)) == [
        Attribution(url, "The mill", "", "CC-BY-4.0", "link rel=license", ""),
        Attribution(url, "The mill", image, "CC0-1.0", "XMP", "'=Lee"),
    ]
