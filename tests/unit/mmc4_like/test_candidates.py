from dataclasses import replace

from mmc4_like.candidates import candidate_document, judged_candidate
from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.settings import RuleSettings, load_settings
from mmc4_like.tables import CandidateDocument
from mmc4_like.texts.wat import LinkedPage
from tests.unit.shown import changed
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

RULES = RuleSettings()
TEXT = TextDocument(
    "d1", "https://e.org/", "Un renard. M. Reynard dort.", "2019-04-20T00:00:00Z", "fr"
)


def image(name: str, **facts: object) -> CandidateImage:
    sound = CandidateImage(
        f"https://e.org/{name}.jpg",
        "wat",
        facts=PictureFacts(
            status="ok", sha256=name, format="jpeg", width_px=300, height_px=300, size_bytes=9
        ),
    )
    return changed(sound, **facts)


def capture(time: str, *names: str, offset: int = 7) -> LinkedPage:
    images = tuple(map(image, names))
    return LinkedPage("https://e.org/", "e.org/", time, "a.warc.gz", offset, 9, images)


def urls(candidate: CandidateDocument) -> list[str]:
    return [one.url.rpartition("/")[2] for one in candidate.images]


def test_images_are_those_of_the_nearest_capture_and_the_others() -> None:
    captures = [
        capture("2019-04-21T00:00:00Z", "near", "logo"),
        capture("2018-01-01T00:00:00Z", "far"),
    ]
    rules = load_settings(options={"preset": "default"})

    found = candidate_document(TEXT, captures, [image("pool", source="pool")], rules)

    assert urls(found) == ["near.jpg", "logo.jpg", "pool.jpg"]
    assert [one.reject_reason for one in found.images] == [None, Reason.IMAGE_URL_BANNED, None]
    assert [TEXT.text[s.start : s.end] for s in found.sentences] == [
        "Un renard.",
        "M. Reynard dort.",
    ]
    assert found.capture.capture_time == "2019-04-21T00:00:00Z"
    assert found.capture.captures_of_url == 2
    assert found.document.reject_reason is None


def test_the_order_of_captures_does_not_matter() -> None:
    same = [capture("2019-04-20T00:00:00Z", f"{n}", offset=n) for n in range(3)]

    assert candidate_document(TEXT, same, (), RULES) == candidate_document(
        TEXT, same[::-1], (), RULES
    )


def test_a_text_without_a_page_has_no_image() -> None:
    found = candidate_document(TEXT, (), (), RULES)

    assert found.capture.captures_of_url == 0
    assert (found.document.reject_reason, len(found.sentences)) == (Reason.DOCUMENT_IMAGES, 2)


def test_a_marked_text_is_left_alone() -> None:
    marked = replace(TEXT, reject_reason=Reason.DOCUMENT_NO_TEXT)

    found = candidate_document(marked, [capture("", "a")], (), RULES)

    assert found == CandidateDocument(marked)


def test_images_are_judged_by_all_rules_and_then_the_document() -> None:
    images = (
        image("a", perceptual_hash="0" * 16),
        image("b", width_px=9),
        image("c"),
        image("d", perceptual_hash="0" * 16),
        image("e", nsfw_score=0.9, sha256="a"),
    )
    candidate = CandidateDocument(TEXT, images=images)

    found = judged_candidate(candidate, {"c": 11}, 10, replace_rules(min_images=1))

    assert [one.reject_reason for one in found.images] == [
        None,
        Reason.IMAGE_SIZE,
        Reason.IMAGE_TOO_FREQUENT,
        Reason.IMAGE_NEAR_DUPLICATE,
        Reason.IMAGE_NSFW,
    ]
    assert found.document.reject_reason == Reason.DOCUMENT_SENTENCES  # it has none
    sentences = candidate_document(TEXT, (), images, RULES)
    assert judged_candidate(sentences, {}, 10, RULES).document.reject_reason is None
    two = judged_candidate(sentences, {"c": 11}, 10, replace_rules(min_images=2))
    assert two.document.reject_reason == Reason.DOCUMENT_IMAGES


def replace_rules(min_images: int) -> RuleSettings:
    return replace(RULES, documents=replace(RULES.documents, min_images=min_images))


def test_images_of_a_page_know_where_they_stood() -> None:
    above, below = "A red fox ran over the frozen lake.", "Two owls sat in the old oak tree."
    page_text = f"{above}\n{below}\n"
    middle = (len(above) + 1) / len(page_text)
    lone = changed(image("lone", source="page"), position=middle)
    gallery = [changed(image(f"{n}", source="page"), position=1.0) for n in range(3)]
    logo = changed(image("logo", source="page"), position=middle)
    page = LinkedPage(
        "https://e.org/", "e.org/", "", "a.warc.gz", 7, 9, (lone, logo, *gallery),
        page_text=page_text,
    )  # fmt: skip
    text = replace(TEXT, text=f"{above} {below}", language="en")

    found = candidate_document(text, [page], (), load_settings(options={"preset": "default"}))

    first, banned, *rest = found.images
    assert (first.anchor_index, first.anchor_certainty) == (1, 1.0)
    assert first.words_around == f"{above} {below}"
    assert banned.anchor_index is None  # marked, so it stays as it was
    # Three at the end: none of them is sure, and the words above are about none alone.
    assert [(one.anchor_index, one.anchor_certainty) for one in rest] == [(2, 1 / 3)] * 3
    assert {one.words_around for one in rest} == {""}
