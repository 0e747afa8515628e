"""What is published of a document: its live nodes, in OBELICS' columns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.release.row import formatted_filename, release_row
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

IMAGE = Image(
    "https://e.org/a.jpg",
    source_url="/a.jpg",
    alt_text="A fox",
    rendered_width="640",
    rendered_height="50%",
    facts=PictureFacts(
        status="ok",
        sha256="ab",
        perceptual_hash="c3e18e9e38978768",
        format="jpeg",
        width_px=800,
        height_px=600,
    ),
)


def page(*nodes: Node) -> Document:
    return Document("d1", "https://e.org/p", warc_filename="x.warc.gz", nodes=nodes)


def test_neighbouring_paragraphs_become_one_text() -> None:
    row = release_row(page(Node("text", "One."), Node("text", "Two."), Node("image", image=IMAGE)))
    assert row.texts == ("One.\n\nTwo.", None)
    assert row.images == (None, "https://e.org/a.jpg")


def test_marked_nodes_stay_behind_and_their_neighbours_meet() -> None:
    dropped = Node("image", image=IMAGE, reject_reason=Reason.IMAGE_SIZE)
    row = release_row(page(Node("text", "One."), dropped, Node("text", "Two.")))
    assert (row.texts, row.images) == (("One.\n\nTwo.",), (None,))


def test_an_end_divides_texts_and_is_told_by_its_index() -> None:
    nodes = (
        Node("text", "One."),
        Node("text", "Two.", ends_document=True),
        Node("text", "Three."),
        Node("image", image=IMAGE, ends_document=True),
        Node("text", "Four."),
    )
    row = release_row(page(*nodes))
    assert row.texts == ("One.\n\nTwo.", "Three.", None, "Four.")
    assert json.loads(row.general_metadata)["ends_after"] == [0, 2]


def test_metadata_of_an_image_has_the_keys_of_obelics() -> None:
    row = release_row(page(Node("image", image=IMAGE, dom_path="/html/body/img")))
    assert json.loads(row.metadata) == [
        {
            "document_url": "https://e.org/p",
            "unformatted_src": "/a.jpg",
            "src": "https://e.org/a.jpg",
            "alt_text": "A fox",
            "rendered_width": 640,
            "rendered_height": "50%",
            "original_width": 800,
            "original_height": 600,
            "format": "jpeg",
            "dom_path": "/html/body/img",
            "fetch_status": "ok",
            "sha256": "ab",
            "perceptual_hash": "c3e18e9e38978768",
        }
    ]


def test_what_is_unknown_is_left_out() -> None:
    row = release_row(page(Node("image", image=Image("https://e.org/a.jpg"))))
    assert set(json.loads(row.metadata)[0]) == {"document_url", "unformatted_src", "src"}


def test_scores_are_published_where_there_are_any() -> None:
    image = Image(
        "https://e.org/a.jpg", facts=PictureFacts(graphic_score=0.0, nsfw_score=0.25, faces=())
    )

    published = json.loads(release_row(page(Node("image", image=image))).metadata)[0]

    assert (published["graphic_score"], published["nsfw_score"]) == (0.0, 0.25)
    assert published["faces"] == 0


NODES = st.one_of(
    st.builds(
        Node,
        kind=st.just("text"),
        text=st.text("ab", min_size=1, max_size=3),
        ends_document=st.booleans(),
        reject_reason=st.sampled_from([None, None, Reason.PARAGRAPH_WORDS]),
    ),
    st.builds(
        Node,
        kind=st.just("image"),
        image=st.builds(Image, st.sampled_from(["https://e.org/1", "https://e.org/2"])),
        ends_document=st.booleans(),
        reject_reason=st.sampled_from([None, None, Reason.IMAGE_SIZE]),
    ),
)


@given(st.lists(NODES, max_size=8))
def test_lists_are_aligned_and_nothing_live_is_lost(nodes: list[Node]) -> None:
    row = release_row(page(*nodes))
    metadata = json.loads(row.metadata)
    assert len(row.images) == len(row.texts) == len(metadata)
    for image, text, facts in zip(row.images, row.texts, metadata, strict=True):
        assert (image is None) != (text is None)
        assert (facts is None) == (image is None)
    live = [n for n in nodes if n.reject_reason is None]
    assert [i for i in row.images if i] == [n.image.url for n in live if n.image]
    paragraphs = [p for text in row.texts if text is not None for p in text.split("\n\n")]
    assert paragraphs == [n.text for n in live if n.kind == "text"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://e.org/a/red_fox-in-snow.jpg", "red fox in snow"),
        ("https://e.org/fox-1024x768.jpg?size=2", "fox"),
        ("https://e.org/red%20fox%2Bsnow.png", "red fox snow"),
        ("https://e.org/12345.jpg", ""),
        ("https://e.org/a.jpg", ""),
        ("https://e.org/", ""),
        ("https://[broken", ""),
    ],
)
def test_words_of_a_file_name(url: str, words: str) -> None:
    assert formatted_filename(url) == words
