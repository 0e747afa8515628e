"""Marks on images: by their bytes, by models, by equal ones, and what notes say of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.mark_document import Rules, finish, mark_images
from obelics_like.rules.settings import RuleSettings
from tests.unit.obelics_like.rules.test_mark_document import (
    DEFAULT,
    ENGLISH,
    p,
    page,
    picture,
    reasons,
)
from webdoc.page.document import Image, Node
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import Face
from webdoc.picture.safety import Policy, SafetySettings
from webdoc.reasons import Reason


def test_notes_say_what_is_not_judged() -> None:
    no_limit = RuleSettings(documents=DocumentRules(max_perplexity=None))

    assert DEFAULT.notes() == [
        "perplexity: not judged, no model given (perplexity.kenlm_model)",
        "unsafe images: not judged, no model given (safety.model)",
    ]
    assert Rules.load(no_limit).notes()[0] == "perplexity: not judged, no limit is set"


class NoModel:
    """Stands for a safety model that nobody asks."""

    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        raise AssertionError(images)


@pytest.mark.parametrize(
    ("policy", "source", "notes"),
    [
        ("drop_image", "warc", []),
        ("drop_document", "warc", []),
        ("keep", "warc", ["unsafe images: scored only (safety.policy)"]),
        (
            "drop_image",
            "none",
            ["unsafe images: not judged, no bytes are looked at (images.source)"],
        ),
    ],
)
def test_notes_on_unsafe_images(policy: Policy, source: str, notes: list[str]) -> None:
    settings = RuleSettings(
        images=ImageRules(source=source),  # type: ignore[arg-type]
        safety=SafetySettings("opennsfw", policy=policy),
    )

    assert Rules(settings, safety=NoModel()).notes()[1:] == notes


@pytest.mark.parametrize(
    ("policy", "score", "image_reason", "document_reason"),
    [
        ("drop_image", 0.81, Reason.IMAGE_UNSAFE, None),
        ("drop_document", 0.81, Reason.IMAGE_UNSAFE, Reason.DOCUMENT_UNSAFE_IMAGE),
        ("drop_document", 0.8, None, None),
        ("keep", 0.81, None, None),
        ("drop_document", None, None, None),
    ],
)
def test_unsafe_images(
    policy: Policy,
    score: float | None,
    image_reason: Reason | None,
    document_reason: Reason | None,
) -> None:
    rules = Rules(RuleSettings(safety=SafetySettings(policy=policy)))

    after = mark_images(page(picture(), picture("b", nsfw_score=score)), rules)

    assert reasons(after) == [None, image_reason]
    assert after.reject_reason == document_reason
    assert after.reject_value == (score if document_reason else None)


def test_the_least_safe_image_speaks_for_the_document() -> None:
    rules = Rules(RuleSettings(safety=SafetySettings(policy="drop_document")))

    after = mark_images(page(*(picture(nsfw_score=score) for score in (0.9, 0.99, 0.85))), rules)

    assert after.reject_value == 0.99


@pytest.mark.parametrize(("limit", "score"), [(0.7, 0.7), (1.0, 1.0), (None, 1.0), (0.7, None)])
def test_graphics_up_to_the_limit_stay(limit: float | None, score: float | None) -> None:
    rules = Rules(RuleSettings(images=ImageRules(max_graphic_score=limit)))

    assert reasons(mark_images(page(picture(graphic_score=score)), rules)) == [None]


FACE = Face(0.1, 0.1, 0.2, 0.2, 0.99)


@pytest.mark.parametrize(
    ("faces", "max_faces", "reason"),
    [
        (3, 2, Reason.IMAGE_FACES),
        (2, 2, None),
        (1, 0, Reason.IMAGE_FACES),
        (0, 0, None),
        (None, 0, None),
        (9, None, None),
    ],
)
def test_faces_up_to_the_limit_stay(
    faces: int | None, max_faces: int | None, reason: Reason | None
) -> None:
    rules = Rules(RuleSettings(faces=FaceSettings("mtcnn", max_faces=max_faces)))

    after = mark_images(page(picture(faces=None if faces is None else (FACE,) * faces)), rules)

    assert reasons(after) == [reason]
    assert after.nodes[0].reject_value == (faces if reason else None)


def test_a_graphic_is_marked_once_it_is_safe() -> None:
    rules = Rules(RuleSettings(images=ImageRules(max_graphic_score=0.7)))

    after = mark_images(
        page(picture(graphic_score=0.71), picture(graphic_score=0.71, nsfw_score=0.9)), rules
    )

    assert reasons(after) == [Reason.IMAGE_GRAPHIC, Reason.IMAGE_UNSAFE]
    assert [node.reject_value for node in after.nodes] == [0.71, 0.9]


def test_images_are_judged_by_their_bytes_unless_there_are_none() -> None:
    missing = Node("image", image=Image("https://e.org/b.jpg"))
    urls_only = Rules.load(
        replace(DEFAULT.settings, images=replace(DEFAULT.settings.images, source="none"))
    )
    before = page(p(ENGLISH), picture(), missing)

    assert reasons(mark_images(before, DEFAULT)) == [None, None, Reason.IMAGE_MISSING]
    assert mark_images(before, urls_only) == before


def test_the_first_of_equal_images_stays() -> None:
    rejected = replace(picture(), reject_reason=Reason.IMAGE_TOO_FREQUENT)
    nodes = [
        rejected,
        picture(sha256="1"),
        picture("https://e.org/b.jpg", sha256="2"),
        picture(),
        picture("https://e.org/c.jpg", sha256="2"),
        p(ENGLISH),
    ]
    by_url = replace(DEFAULT.settings, images=replace(DEFAULT.settings.images, same_content=False))
    again = Reason.IMAGE_REPEATED_IN_DOCUMENT

    first = [Reason.IMAGE_TOO_FREQUENT, None, None, again]
    assert reasons(finish(page(*nodes), DEFAULT)) == [*first, again, None]
    assert reasons(finish(page(*nodes), Rules.load(by_url))) == [*first, None, None]
