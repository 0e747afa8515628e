from dataclasses import replace

from mmc4_like.join_pictures import ImageUse, counted_pictures, image_uses, with_found
from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.tables import CandidateDocument
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.tables.images import FoundPicture

LIVE = TextDocument("d" * 32, "https://e.org/", "A text.")


def candidate(*images: CandidateImage, document: TextDocument = LIVE) -> CandidateDocument:
    return CandidateDocument(document, images=images)


def found(key: str, sha256: str = "ab", permission_reason: str = "") -> FoundPicture:
    facts = PictureFacts("ok", sha256, 999, "png", 300, 200, "0" * 16, nsfw_score=0.25, faces=())
    return FoundPicture(key, facts, permission_reason)


def test_pictures_are_looked_for_once_by_address_or_hash() -> None:
    document = candidate(
        CandidateImage("https://e.org/a.png", "page"),
        CandidateImage("http://e.org/a.png#top", "wat"),
        CandidateImage("", "given", facts=PictureFacts(sha256="ff")),
        CandidateImage("", "page"),
        CandidateImage("https://e.org/logo.png", "page", reject_reason=Reason.IMAGE_URL_BANNED),
        CandidateImage("https://e.org/p.png", "pool", facts=PictureFacts(sha256="ee", status="ok")),
    )
    page = ImageUse(LIVE.doc_id, "e.org/a.png", "", "", is_counted=True, is_live=True)
    assert image_uses(document) == [
        page,
        replace(page, key="ff", sha256="ff"),
        replace(page, key=None),
        replace(page, key=None, sha256="ee", status="ok", is_counted=False),
    ]
    assert counted_pictures(document) == {"ff"}


def test_nothing_is_looked_for_where_the_document_is_out() -> None:
    out = TextDocument("d", "", "", reject_reason=Reason.DOCUMENT_NO_TEXT)
    (use,) = image_uses(candidate(CandidateImage("https://e.org/a", "page"), document=out))
    assert (use.key, use.is_live) == (None, False)


def test_images_learn_what_their_pictures_are() -> None:
    known = CandidateImage("https://e.org/b.png", "page", alt_text="b")
    unknown = CandidateImage("https://e.org/c.png", "page")

    joined = with_found(candidate(known, unknown), (found("e.org/b.png"),))

    image = joined.images[0]
    assert (image.facts.sha256, image.facts.status, image.facts.format) == ("ab", "ok", "png")
    assert (image.facts.width_px, image.facts.height_px, image.facts.size_bytes) == (300, 200, 999)
    assert image.facts.nsfw_score == 0.25
    assert image.facts.faces == ()
    assert image.alt_text == "b"
    assert image.reject_reason is None
    assert joined.images[1] == unknown


def test_a_picture_whose_owner_says_no_is_marked() -> None:
    shown = candidate(CandidateImage("https://e.org/b.png", "page"))
    known = with_found(shown, (found("e.org/b.png", "ab", "noai"),))
    assert known.images[0].reject_reason is Reason.IMAGE_NOT_PERMITTED
