"""What is written of a document beside it: enough for every later job, and no text."""

from dataclasses import replace

import pytest

from obelics_like import record_rows
from obelics_like.funnel import funnel_of
from obelics_like.heads import (
    Head,
    LiveNode,
    ReadCounts,
    StoredCount,
    StoredDocument,
    StoredSignature,
    stored,
)
from obelics_like.record_rows import document_rows
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish, live_text
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason

SETTINGS = load_settings()
RULES = Rules.load(SETTINGS)
SPAM = "Subscribe newsletter login cookies password email privacy terms register click"
PAGE = Document(
    "1" * 32,
    "https://www.bread.org/a",
    capture_time="2024",
    language="en",
    nodes=(
        Node("text", "Cut", "p", reject_reason=Reason.PARAGRAPH_WORDS),
        Node("text", "The oven is hot and the stone is hotter still.", "p"),
        Node("image", image=Image("https://bread.org/1.png", rendered_width="640")),
        Node("image", image=Image("https://bread.org/1.png")),
        Node("text", SPAM, "p"),
    ),
)


def test_a_live_document_has_a_head_its_live_nodes_and_a_signature() -> None:
    document, head, *others = document_rows(PAGE, SETTINGS, RULES)
    assert document == StoredDocument(
        **{n: getattr(PAGE, n) for n in Document.__slots__}, kind="live"
    )
    assert isinstance(head, Head)
    assert (head.doc_id, head.domain) == (PAGE.doc_id, "bread.org")
    texts = [node.text for node in PAGE.nodes if node.kind == "text"]
    assert (head.words, head.text_bytes) == (
        sum(len(text.split()) for text in texts),
        sum(map(len, texts)),
    )
    nodes = [row for row in others if isinstance(row, LiveNode)]
    assert [node.node_index for node in nodes] == [1, 2, 3, 4]
    assert [node.is_image for node in nodes] == [False, True, True, False]
    assert nodes[1].key == nodes[2].key != nodes[0].key
    assert (nodes[1].url, nodes[1].url_key) == (
        "https://bread.org/1.png",
        "bread.org/1.png",
    )
    assert (nodes[1].rendered_width, nodes[2].rendered_width) == ("640", "")
    after = finish(PAGE, RULES)
    assert [node.late_reason for node in nodes] == [
        after.nodes[i].reject_reason for i in (1, 2, 3, 4)
    ]
    assert nodes[2].late_reason is Reason.IMAGE_REPEATED_IN_DOCUMENT
    (signature,) = [row for row in others if isinstance(row, StoredSignature)]
    assert signature.length == len(live_text(after))


def test_equal_paragraphs_have_one_key_on_a_domain_and_another_on_another() -> None:
    def key(url: str) -> bytes:
        rows = document_rows(replace(PAGE, url=url), SETTINGS, RULES)
        return next(row.key for row in rows if isinstance(row, LiveNode) and not row.is_image)

    assert key("https://bread.org/b") == key("http://www.bread.org/c")
    assert key("https://bread.org/b") != key("https://oven.org/b")


def test_a_rejected_document_is_written_whole_and_alone() -> None:
    dead = replace(PAGE, reject_reason=Reason.DOCUMENT_WORDS)
    (document,) = document_rows(dead, SETTINGS, RULES)
    assert isinstance(document, StoredDocument)
    assert (document.kind, document.nodes) == ("rejected", PAGE.nodes)


def test_a_document_that_cannot_be_finished_is_a_row_with_what_went_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("odd page")

    monkeypatch.setattr(record_rows, "heads_of", fails)
    (document,) = document_rows(PAGE, SETTINGS, RULES)
    assert isinstance(document, StoredDocument)
    assert (document.kind, document.nodes) == ("rejected", PAGE.nodes)
    assert document.reject_reason is Reason.INTERNAL_ERROR
    assert document.reject_detail.startswith("ValueError at tests/")
    assert document.reject_detail.endswith(": odd page")


def test_counts_hold_what_is_left_out_and_nothing_that_is_live() -> None:
    """With the live rows they add up to the funnel of all documents."""
    refused = replace(
        PAGE, reject_reason=Reason.DOCUMENT_NOT_PERMITTED, reject_detail="noai: page header"
    )
    no_image = replace(
        PAGE.nodes[2],
        image=Image("u", permission_reason="tdm"),
        reject_reason=Reason.IMAGE_NOT_PERMITTED,
    )
    live = replace(PAGE, nodes=(*PAGE.nodes, no_image))
    counts = ReadCounts()
    for document in (refused, live):
        counts.add(document)
    found = {(row.level, row.reason): row.count for row in counts.rows()}
    expected = {(row.level, row.reason): row.count for row in funnel_of([refused])}
    expected["text", "paragraph_words"] += 1
    expected["image", "image_not_permitted"] = 1
    assert found == expected | {("refused_document", "noai"): 1, ("refused_image", "tdm"): 1}
    assert all(isinstance(row, StoredCount) for row in counts.rows())
    assert stored(live).kind == "live"
