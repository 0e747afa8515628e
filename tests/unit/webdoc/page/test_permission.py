from dataclasses import replace
from pathlib import Path

import pytest

from obelics_like.join_pictures import with_found
from obelics_like.record_rows import rows_of
from obelics_like.rules.judge import Rules
from obelics_like.settings import load_settings
from tests.unit.webdoc.picture.test_measure import encoded
from webdoc.archive.captures import Capture
from webdoc.page.document import Document, Image, Node
from webdoc.page.permission import Permissions
from webdoc.page.read_capture import document_of
from webdoc.permission.signs import PermissionSettings
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Kind, Reason
from webdoc.tables.images import FoundPicture
from webdoc.tables.records import image_record

BODY = b"<html><head>%s<title>Bread</title></head><body><p>Bread needs time.</p>"
IMAGES = b"<img src=/oven.png><p>And heat.</p><img src=//cdn.example/loaf.png></body></html>"


def page(*headers: str, head: bytes = b"") -> Capture:
    return Capture(
        "a.warc",
        0,
        9,
        url="https://bread.example/a",
        kind=Kind.PAGE,
        body=BODY % head + IMAGES,
        usage_headers=headers,
    )


def marked(capture: Capture, settings: PermissionSettings | None = None) -> Document:
    document = document_of(capture, load_settings().extraction)
    return Permissions(settings or PermissionSettings()).marked(document, capture)


def image_reasons(document: Document) -> list[Reason | None]:
    return [node.reject_reason for node in document.nodes if node.image is not None]


def test_nobody_says_no() -> None:
    document = marked(page())
    assert document.reject_reason is None
    assert image_reasons(document) == [None, None]


@pytest.mark.parametrize(
    ("headers", "head", "detail"),
    [
        (("x-robots-tag: noai",), b"", "noai: page header x-robots-tag"),
        ((), b'<meta name="robots" content="noindex">', "noindex: page meta robots"),
        (("tdm-reservation: 1",), b"", "tdm_reservation: page header tdm-reservation"),
        (("content-usage: train-ai=n",), b"", "content_usage: page header content-usage"),
    ],
)
def test_a_page_that_says_no_is_a_document_with_the_sign(
    headers: tuple[str, ...], head: bytes, detail: str
) -> None:
    document = marked(page(*headers, head=head))
    assert document.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    assert document.reject_detail == detail
    assert len(document.nodes) == 4  # marked, not deleted


def test_images_alone_can_be_refused_by_their_page() -> None:
    document = marked(page("x-robots-tag: noimageai"))
    assert document.reject_reason is None
    assert image_reasons(document) == [Reason.IMAGE_NOT_PERMITTED] * 2
    image = document.nodes[1].image
    assert image is not None
    assert image.permission_reason == "noimageai"
    assert image.permission_source == "page header x-robots-tag"


def test_only_signs_that_bind_are_heeded() -> None:
    settings = PermissionSettings(signals=("noindex",))
    assert marked(page("x-robots-tag: noai"), settings).reject_reason is None
    assert marked(page("x-robots-tag: noindex"), settings).reject_reason is not None


def test_opted_out_domains_lose_pages_and_images(tmp_path: Path) -> None:
    lists = tmp_path / "lists.txt"
    lists.write_text("cdn.example\n")
    settings = PermissionSettings(opt_out_lists=(str(lists),))
    document = marked(page(), settings)
    assert document.reject_reason is None
    assert image_reasons(document) == [None, Reason.IMAGE_NOT_PERMITTED]
    lists.write_text("bread.example\n")
    assert marked(page(), settings).reject_reason is Reason.DOCUMENT_NOT_PERMITTED


def test_rows_of_archives_carry_the_decision() -> None:
    settings = load_settings()
    rules = Rules.load(settings)
    captures = [page("x-robots-tag: noai")]
    (row,) = rows_of(captures, "a.warc", settings.extraction, rules)
    document = row.document
    assert document is not None
    assert document.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    capture = Capture("a.warc", 0, 9, url="https://bread.example/oven.png", kind=Kind.IMAGE)
    capture = replace(capture, body=encoded("png"), usage_headers=("x-robots-tag: noimageai",))
    image = image_record(capture, "a.warc", rules.pictures, rules.permissions).image
    assert image is not None
    assert (image.place.permission_reason, image.place.permission_source) == (
        "noimageai",
        "image header x-robots-tag",
    )
    silent = image_record(
        replace(capture, usage_headers=()), "a.warc", rules.pictures, rules.permissions
    ).image
    assert silent is not None
    assert silent.place.permission_reason == ""


def test_a_picture_that_was_found_and_may_not_be_used_is_marked() -> None:
    document = Document("id", "https://a.example/", nodes=(Node("image", image=Image("u")),))
    found = FoundPicture(
        "u", PictureFacts("ok", "ab", 9, "png", 200, 200), "robots_txt", "robots.txt"
    )
    node = with_found(document, (found,)).nodes[0]
    assert node.reject_reason is Reason.IMAGE_NOT_PERMITTED
    assert node.image is not None
    assert node.image.permission_source == "robots.txt"
