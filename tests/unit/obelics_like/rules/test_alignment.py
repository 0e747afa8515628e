"""Images of a document beside their texts: what is compared, and what the limits mark."""

import sys
from dataclasses import replace

import pytest

from obelics_like.release.row import release_row
from obelics_like.rules.alignment import (
    ComparingSettings,
    DocumentWithCosines,
    NodeCosine,
    aligned,
    comparisons_of,
)
from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.judge import Rules
from obelics_like.rules.settings import RuleSettings
from obelics_like.settings import ObelicsSettings, load_settings, stored_settings
from spark_jobs import obelics, obelics_alignment
from webdoc.clip.alignment import AlignmentRules
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.settings import SettingsError

RULES = Rules(RuleSettings(documents=DocumentRules(min_images=1, min_words=1)))


def shown(name: str, caption: str = "", alt_text: str = "") -> Node:
    url = f"https://e.org/{name}.png"
    return Node(
        "image",
        image=Image(url, alt_text=alt_text, caption=caption, facts=PictureFacts(sha256=name)),
    )


def page(*nodes: Node) -> Document:
    return Document("d", "https://e.org/", language="en", nodes=nodes)


def pairs(document: Document) -> list[tuple[int, str, str, str]]:
    return [(c.node_index, c.kind, c.sha256, c.text) for c in comparisons_of(document)]


def test_an_image_is_compared_with_its_own_texts_and_the_live_ones_around_it() -> None:
    document = page(
        Node("text", "Far."),
        Node("text", "Near."),
        Node("text", "Left out.", reject_reason=Reason.PARAGRAPH_WORDS),
        Node("text", " \n"),
        shown("a", caption="A caption", alt_text=" "),
        shown("b", alt_text="An alt"),
        Node("text", "Next."),
        Node("text", "Later."),
    )

    assert pairs(document) == [
        (4, "caption", "a", "A caption"),
        (4, "neighbour", "a", "Near."),
        (4, "neighbour", "a", "Next."),
        (5, "alt_text", "b", "An alt"),
        (5, "neighbour", "b", "Near."),
        (5, "neighbour", "b", "Next."),
    ]


def test_the_caption_is_no_neighbour_too() -> None:
    """The page shows it as a paragraph beside the image, mostly below it."""
    document = page(
        Node("text", "Before."),
        shown("a", caption="A fox, \n running."),
        Node("text", "A fox, running.", tag="figcaption"),
        Node("text", "After."),
        shown("b", caption="Only this."),
        Node("text", "Only this.", tag="figcaption", ends_document=True),
        Node("text", "Another text."),
    )

    assert [pair for pair in pairs(document) if pair[1] == "neighbour"] == [
        (1, "neighbour", "a", "Before."),
        (1, "neighbour", "a", "After."),
        (4, "neighbour", "b", "After."),
    ]


def test_another_text_of_the_page_is_no_neighbour() -> None:
    """The page says where a text ends."""
    document = page(
        Node("text", "One.", ends_document=True),
        shown("a"),
        Node("text", "Two."),
        replace(shown("b"), ends_document=True),
        Node("text", "Three."),
    )

    assert pairs(document) == [(1, "neighbour", "a", "Two."), (3, "neighbour", "b", "Two.")]


def test_what_is_out_or_unknown_is_not_compared() -> None:
    unseen = replace(shown("c"), image=Image("https://e.org/c.png"))
    gone = replace(shown("d"), reject_reason=Reason.IMAGE_SIZE)
    text = Node("text", "Words.")

    assert comparisons_of(page(text, unseen, gone)) == []
    assert comparisons_of(page(shown("a"))) == []  # no text at all
    assert comparisons_of(page(text)) == []
    out = replace(page(text, shown("a")), reject_reason=Reason.DOCUMENT_WORDS)
    assert comparisons_of(out) == []


DOCUMENT = page(Node("text", "Some words stand here."), shown("a"), shown("b"), shown("c"))
COSINES = (
    NodeCosine(1, "neighbour", 0.1),
    NodeCosine(1, "caption", 0.25),
    NodeCosine(1, "neighbour", 0.2),
    NodeCosine(2, "alt_text", 0.5),
)


def after(document: Document = DOCUMENT, **limits: float) -> Document:
    return aligned(DocumentWithCosines(document, COSINES), AlignmentRules(**limits), RULES)


def test_cosines_are_columns_and_mark_nothing_without_a_limit() -> None:
    found = after()

    image = found.nodes[1].image
    assert image is not None
    assert (image.clip_caption, image.clip_alt_text, image.clip_neighbour) == (0.25, None, 0.2)
    assert (found.clip_mean, found.clip_min) == (0.375, 0.25)
    assert [node.reject_reason for node in found.nodes] == [None] * 4
    assert found.reject_reason is None
    assert found.nodes[3] == DOCUMENT.nodes[3]  # nothing was compared


@pytest.mark.parametrize(("limit", "reason"), [(0.25, None), (0.26, Reason.IMAGE_ALIGNMENT)])
def test_an_image_at_the_limit_stays(limit: float, reason: Reason | None) -> None:
    """By its best text; the mean is that of the images that are left."""
    found = after(min_image=limit)

    assert [node.reject_reason for node in found.nodes] == [None, reason, None, None]
    assert found.nodes[1].reject_value == (0.25 if reason else None)
    assert (found.clip_mean, found.clip_min) == ((0.5, 0.5) if reason else (0.375, 0.25))


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ({"min_document_mean": 0.375}, None),
        ({"min_document_mean": 0.38}, 0.375),
        ({"min_document_min": 0.25}, None),
        ({"min_document_min": 0.26}, 0.25),
    ],
)
def test_a_document_at_the_limit_stays(limits: dict[str, float], value: float | None) -> None:
    found = after(**limits)

    assert found.reject_value == value
    assert found.reject_reason == (None if value is None else Reason.DOCUMENT_ALIGNMENT)
    assert (found.clip_mean, found.clip_min) == (0.375, 0.25)


def test_a_document_whose_images_all_go_has_too_few() -> None:
    found = after(replace(DOCUMENT, nodes=DOCUMENT.nodes[:3]), min_image=0.6)

    assert [node.reject_reason for node in found.nodes[1:]] == [Reason.IMAGE_ALIGNMENT] * 2
    assert found.reject_reason == Reason.DOCUMENT_IMAGES
    assert (found.clip_mean, found.clip_min) == (None, None)


def test_a_rejected_document_stays_as_it_is() -> None:
    out = replace(DOCUMENT, reject_reason=Reason.DOCUMENT_NEAR_COPY)

    assert after(out, min_image=0.9) == out


def test_the_release_holds_the_cosines_and_only_where_there_are_any() -> None:
    row = release_row(after())

    assert '"clip_caption":0.25,"clip_neighbour":0.2}' in row.metadata
    assert row.general_metadata.endswith('"ends_after":[],"clip_mean":0.375,"clip_min":0.25}')
    before = release_row(DOCUMENT)
    assert "clip_" not in before.metadata + before.general_metadata


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match=r"give clip\.model"):
        ObelicsSettings(alignment=AlignmentRules(min_image=0.3))
    with pytest.raises(ValueError, match="min_image must lie"):
        AlignmentRules(min_image=2.0)
    with pytest.raises(ValueError, match="batch"):
        ComparingSettings(model="ViT-B-32:openai", batch=-1)
    with pytest.raises(ValueError, match="looks at no pictures"):
        ObelicsSettings(
            images=ImageRules(source="none"), clip=ComparingSettings(model="ViT-B-32:openai")
        )


def test_the_model_has_the_name_that_it_has_in_the_other_path() -> None:
    with pytest.raises(SettingsError, match=r"alignment\.model is now called clip\.model: write"):
        load_settings(assignments=["alignment.model=ViT-B-32:openai"])
    before = {"alignment": {"model": "ViT-B-32:openai", "batch": 8, "min_image": 0.3}}
    stored = stored_settings(before)
    assert (stored.clip.model, stored.clip.batch) == ("ViT-B-32:openai", 8)
    assert stored.alignment.min_image == 0.3


def test_the_step_is_taken_only_where_it_is_asked_for() -> None:
    asked = ObelicsSettings(clip=ComparingSettings(model="ViT-B-32:openai"))

    names = [name for name, _ in obelics.steps_of(asked)]

    assert names[-2:] == ["comparing images with their texts", "publishing"]
    assert obelics_alignment.run not in [step for _, step in obelics.steps_of(ObelicsSettings())]


def test_a_run_without_its_model_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ObelicsSettings(clip=ComparingSettings(model="local-dir:/nowhere"))

    with pytest.raises(SettingsError, match=r"/nowhere is no folder|which are an extra"):
        obelics.check(asked)
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(SettingsError, match="which are an extra: make install"):
        obelics.check(asked)
    obelics.check(ObelicsSettings())
