from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.records import CandidateImage, Placement, TextDocument
from mmc4_like.rules.document_rules import (
    DocumentRules,
    mark_after_placement,
    mark_before_placement,
)
from mmc4_like.rules.image_rules import (
    ImageRules,
    copies_limit,
    mark_frequent,
    mark_links,
    mark_pictures,
    mark_repeated,
)
from tests.unit.shown import changed
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import Face, PictureFacts
from webdoc.reasons import Reason


def face(score: float) -> Face:
    return Face(0.1, 0.1, 0.2, 0.2, score)


SOUND = CandidateImage(
    "https://e.org/fox.jpg",
    "page",
    facts=PictureFacts(
        status="ok", sha256="a", format="jpeg", width_px=300, height_px=300, size_bytes=9
    ),
)
DOCUMENT = TextDocument("d1", "https://e.org/", "One. Two.")


def reasons(images: tuple[CandidateImage, ...]) -> list[Reason | None]:
    return [image.reject_reason for image in images]


@pytest.mark.parametrize(
    ("url", "rules", "reason"),
    [
        ("", {}, Reason.IMAGE_NO_URL),
        ("https://e.org/logo.png", {"banned_words": ("logo",)}, Reason.IMAGE_URL_BANNED),
        ("https://e.org/siteLogo2.png", {"banned_words": ("logo",)}, Reason.IMAGE_URL_BANNED),
        ("https://logo.org/a.png", {"banned_words": ("logo",)}, None),
        ("https://silicon.org/a.png", {"banned_words": ("icon",)}, None),
        (
            "https://silicon.org/a.png",
            {"banned_words": ("icon",), "banned_match": "anywhere"},
            Reason.IMAGE_URL_BANNED,
        ),
        ("https://e.org/a.JPG?w=3", {"extensions": ("jpg",)}, None),
        ("https://e.org/a.webp", {"extensions": ("jpg",)}, Reason.IMAGE_EXTENSION),
        ("https://e.org/a.webp?x=.jpg", {"extensions": ("jpg",)}, Reason.IMAGE_EXTENSION),
        ("https://e.org/jpg", {"extensions": ("jpg",)}, Reason.IMAGE_EXTENSION),
        ("https://e.org/a.webp", {}, None),
    ],
)
def test_what_an_address_shows(url: str, rules: dict[str, Any], reason: Reason | None) -> None:
    (image,) = mark_links((replace(SOUND, url=url),), ImageRules(**rules))

    assert image.reject_reason == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"status": ""}, Reason.IMAGE_MISSING),
        ({"size_bytes": 0}, Reason.IMAGE_MISSING),
        ({"status": "unreadable"}, Reason.IMAGE_UNREADABLE),
        ({"status": "cut"}, Reason.IMAGE_UNREADABLE),
        ({"width_px": 0}, Reason.IMAGE_UNREADABLE),
        ({"format": "gif"}, Reason.IMAGE_FORMAT),
        ({"width_px": 150}, None),
        ({"width_px": 149}, Reason.IMAGE_SIZE),
        ({"height_px": 149}, Reason.IMAGE_SIZE),
        ({"width_px": 20_001}, Reason.IMAGE_SIZE),
        ({"width_px": 600}, None),
        ({"width_px": 601}, Reason.IMAGE_ASPECT),
        ({"height_px": 600}, None),
        ({"height_px": 601}, Reason.IMAGE_ASPECT),
        ({"nsfw_score": 0.1}, None),
        ({"nsfw_score": 0.11}, Reason.IMAGE_NSFW),
        ({"faces": (face(0.9),)}, None),
    ],
)
def test_what_a_picture_shows(change: dict[str, Any], reason: Reason | None) -> None:
    (image,) = mark_pictures((changed(SOUND, **change),), ImageRules())

    assert image.reject_reason == reason


def test_faces_and_cut_pictures_are_settings() -> None:
    faced, cut = (
        replace(SOUND, facts=replace(SOUND.facts, faces=(face(0.51), face(0.3)))),
        changed(SOUND, status="cut"),
    )
    faceless = changed(SOUND, faces=())

    def after(image: CandidateImage, **faces: Any) -> list[str | None]:
        return reasons(mark_pictures((image,), ImageRules(), faces=FaceSettings("mtcnn", **faces)))

    assert after(faced, min_score=0.51, max_faces=0) == [Reason.IMAGE_FACES]
    assert after(faced, min_score=0.52, max_faces=0) == [None]
    assert after(faced, min_score=0.3, max_faces=1) == [Reason.IMAGE_FACES]
    assert after(faced, min_score=0.31, max_faces=1) == [None]
    assert after(faced, min_score=0.0, max_faces=None) == [None]
    assert after(faceless, min_score=0.0, max_faces=0) == [None]
    assert after(SOUND, min_score=0.0, max_faces=0) == [None]
    assert reasons(mark_pictures((cut,), ImageRules(accept_cut=True))) == [None]


@pytest.mark.parametrize(("source", "sha256"), [("pool", "ab"), ("given", "ab")])
def test_a_picture_of_a_folder_needs_no_address(source: str, sha256: str) -> None:
    image = CandidateImage("", source, facts=PictureFacts(sha256=sha256))
    assert reasons(mark_links((image, changed(image, sha256="")), ImageRules())) == [
        None,
        Reason.IMAGE_NO_URL,
    ]


def test_the_first_reason_stays() -> None:
    image = changed(SOUND, url="", width_px=1)

    marked = mark_pictures(mark_links((image,), ImageRules()), ImageRules())

    assert reasons(marked) == [Reason.IMAGE_NO_URL]


@pytest.mark.parametrize(
    ("rules", "corpus_images", "limit"),
    [
        (ImageRules(max_copies=10), 10**9, 10),
        (ImageRules(max_copies=10, copies_of_images=60_000), 600_000, 100),
        (ImageRules(max_copies=10, copies_of_images=60_000), 7, 10),
        (ImageRules(max_copies=None), 7, None),
    ],
)
def test_how_often_a_picture_may_stand(
    rules: ImageRules, corpus_images: int, limit: float | None
) -> None:
    assert copies_limit(rules, corpus_images) == limit


@pytest.mark.parametrize(("count", "reason"), [(10, None), (11, Reason.IMAGE_TOO_FREQUENT)])
def test_frequent_pictures(count: int, reason: Reason | None) -> None:
    unknown = changed(SOUND, sha256="")

    marked = mark_frequent((SOUND, unknown), {"a": count, "": 99}, 10)

    assert reasons(marked) == [reason, None]
    assert marked[0].reject_value == (None if reason is None else count)
    assert reasons(mark_frequent((SOUND,), {"a": 10**6}, None)) == [None]


def test_equal_addresses_or_bytes_are_one_image() -> None:
    images = (
        SOUND,
        replace(SOUND, url="https://e.org/other.jpg"),
        changed(SOUND, url="http://E.org/fox.jpg", sha256="b"),
        changed(SOUND, url="https://e.org/third.jpg", sha256="c"),
        changed(SOUND, url="https://e.org/fourth.jpg", sha256=""),
    )

    repeated = Reason.IMAGE_REPEATED
    assert reasons(mark_repeated(images, ImageRules())) == [None, repeated, repeated, None, None]


def test_a_rejected_image_makes_none_repeated() -> None:
    images = (replace(SOUND, reject_reason=Reason.IMAGE_NSFW), SOUND)

    assert reasons(mark_repeated(images, ImageRules())) == [Reason.IMAGE_NSFW, None]


def near(number: int, bits: int, side_px: int = 300) -> CandidateImage:
    return replace(
        SOUND,
        url=f"https://e.org/{number}.jpg",
        facts=replace(
            SOUND.facts,
            sha256=str(number),
            perceptual_hash=f"{(1 << bits) - 1:016x}",
            width_px=side_px,
        ),
    )


@pytest.mark.parametrize(("bits", "reason"), [(5, Reason.IMAGE_NEAR_DUPLICATE), (6, None)])
def test_near_pictures_of_a_document(bits: int, reason: Reason | None) -> None:
    marked = mark_repeated((near(1, 0), near(2, bits)), ImageRules(max_hash_distance=5))

    assert reasons(marked) == [None, reason]
    assert marked[1].reject_value == (5 if reason else None)


def test_of_near_pictures_the_largest_stays_and_chains_do_not_run() -> None:
    """Bits 0, 4, 8: the middle one is near to both; as the largest it stays, small it goes."""
    large = (near(1, 0), near(2, 4, side_px=400), near(3, 8))
    small = (near(1, 0), near(2, 4, side_px=200), near(3, 8))
    gone = Reason.IMAGE_NEAR_DUPLICATE

    assert reasons(mark_repeated(large, ImageRules())) == [gone, None, gone]
    assert reasons(mark_repeated(small, ImageRules())) == [None, gone, None]
    assert reasons(mark_repeated(large, ImageRules(max_hash_distance=None))) == [None] * 3


@given(st.lists(st.integers(0, 2**10 - 1), max_size=12), st.integers(0, 10))
def test_pictures_that_stay_are_not_near_and_those_that_go_are(
    hashes: list[int], limit: int
) -> None:
    images = tuple(
        replace(near(i, 0), facts=replace(near(i, 0).facts, perceptual_hash=f"{value:016x}"))
        for i, value in enumerate(hashes)
    )

    marked = mark_repeated(images, ImageRules(max_hash_distance=limit))

    stays = [image.reject_reason is None for image in marked]
    kept = [own for own, stay in zip(hashes, stays, strict=True) if stay]
    assert all((a ^ b).bit_count() > limit for a, b in combinations(kept, 2))
    for own, stay in zip(hashes, stays, strict=True):
        assert stay or any((own ^ other).bit_count() <= limit for other in kept)


@pytest.mark.parametrize(
    ("sentences", "images", "reason"),
    [
        (3, 2, Reason.DOCUMENT_SENTENCES),
        (4, 2, None),
        (40, 99, None),
        (41, 2, Reason.DOCUMENT_SENTENCES),
        (4, 1, Reason.DOCUMENT_IMAGES),
    ],
)
def test_documents_that_need_no_vectors(sentences: int, images: int, reason: Reason | None) -> None:
    rules = DocumentRules(min_sentences=4, max_sentences=40, min_images=2, max_images=15)
    gone = replace(SOUND, reject_reason=Reason.IMAGE_NSFW)

    marked = mark_before_placement(DOCUMENT, sentences, (SOUND,) * images + (gone,) * 5, rules)

    assert marked.reject_reason == reason


def placed(*similarities: float) -> tuple[Placement, ...]:
    out = Placement(99, None, 0.9, Reason.UNPLACED_NO_SENTENCE)
    return (*(Placement(i, i, value) for i, value in enumerate(similarities)), out)


@pytest.mark.parametrize(
    ("similarities", "reason", "value"),
    [
        ((0.3,), Reason.DOCUMENT_IMAGES, 1),
        ((0.3,) * 2, None, None),
        ((0.3,) * 15, None, None),
        ((0.3,) * 16, Reason.DOCUMENT_IMAGES, 16),
        ((0.3, 0.3, 0.3, 0.25), None, None),
        ((0.3, 0.3, 0.25, 0.25), Reason.DOCUMENT_WEAK_PLACEMENTS, 0.5),
    ],
)
def test_documents_by_their_placements(
    similarities: tuple[float, ...], reason: Reason | None, value: float | None
) -> None:
    rules = DocumentRules(min_images=2, max_images=15, min_good_share=0.75)

    marked = mark_after_placement(DOCUMENT, placed(*similarities), rules)

    assert (marked.reject_reason, marked.reject_value) == (reason, value)


def test_a_document_without_images_passes_where_none_is_asked_for() -> None:
    rules = DocumentRules(min_images=0, min_good_share=0.75)

    assert mark_after_placement(DOCUMENT, (), rules).reject_reason is None


def test_a_document_keeps_its_first_reason() -> None:
    repeated = replace(DOCUMENT, reject_reason=Reason.DOCUMENT_REPEATED)

    assert mark_before_placement(repeated, 0, (), DocumentRules()) == repeated
    assert mark_after_placement(repeated, (), DocumentRules()) == repeated


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_side_px": 9, "max_side_px": 8},
        {"min_aspect": 3.0},
        {"max_copies": 0},
        {"copies_of_images": 0},
        {"max_hash_distance": 64},
        {"banned_words": ("Logo",)},
        {"extensions": ("JPG",)},
    ],
)
def test_impossible_image_rules_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        ImageRules(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_sentences": 5, "max_sentences": 4},
        {"min_images": -1},
        {"min_good_share": 1.1},
        {"good_similarity": 1.1},
    ],
)
def test_impossible_document_rules_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        DocumentRules(**wrong)
