"""The funnel, the history and the card of a release made of another one."""

import pytest
from huggingface_hub import DatasetCard

from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts, shared_facts
from webdoc.derived.card import DerivedFacts, Examples, derived_card, sections
from webdoc.derived.facts import Sums, funnel_after, funnel_sum
from webdoc.derived.history import Version, first_version, history_lines, read_history
from webdoc.derived.report import derived_report
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.published import published_document

FUNNEL = [
    FunnelRow("record", "page", 9),
    FunnelRow("document", "kept", 5, 50, 300),
    FunnelRow("document", "document_removed", 1, 10, 60),
    FunnelRow("text", "kept", 20, 48, 290),
    FunnelRow("image", "kept", 8),
    FunnelRow("image", "image_size", 2),
]
HISTORY = (
    first_version(5, 8),
    Version(2, "interleaf remove", 'A list, "so called".', 3, 5, "f" * 64),
)


def test_what_goes_moves_to_its_reason_and_levels_add_up() -> None:
    gone = Sums(documents=2, paragraphs=6, words=15, text_bytes=90, images=3)
    after = funnel_after(FUNNEL, gone, 1, Reason.DOCUMENT_REMOVED)
    assert after == [
        FunnelRow("record", "page", 9),
        FunnelRow("document", "kept", 3, 35, 210),
        FunnelRow("document", "document_removed", 3, 25, 150),
        FunnelRow("text", "kept", 14, 33, 200),
        FunnelRow("text", "in_rejected_document", 6, 15, 90),
        FunnelRow("image", "kept", 4),
        FunnelRow("image", "in_rejected_document", 3),
        FunnelRow("image", "image_size", 2),
        FunnelRow("image", "image_removed", 1),
    ]


def test_never_more_goes_than_there_is() -> None:
    """A paragraph with an empty line of its own is counted as two in a release."""
    gone = Sums(5, 21, 60, 400, 8)
    after = {(r.level, r.reason): r for r in funnel_after(FUNNEL, gone, 0, Reason.DOCUMENT_REMOVED)}
    assert after["text", "kept"] == FunnelRow("text", "kept", 0, 0, 0)
    assert after["document", "kept"].words == 0


def test_funnels_add_up() -> None:
    twice = {(row.level, row.reason): row for row in funnel_sum([*FUNNEL, *FUNNEL])}
    assert twice["document", "kept"] == FunnelRow("document", "kept", 10, 100, 600)
    assert len(twice) == len(FUNNEL)


def test_history_is_read_as_it_was_written() -> None:
    assert read_history(history_lines(HISTORY)) == HISTORY
    with pytest.raises(KeyError):
        read_history("a,b\n1,2\n")


def test_the_card_keeps_what_was_said_and_counts_anew(facts: ReleaseFacts) -> None:
    before = card_text(facts)
    assert "One row" in before
    document = published_document(
        ("https://e.org/new.png", None),
        (None, "A new *text*"),
        '[{"src": "https://e.org/new.png"}, null]',
        '{"doc_id": "9", "url": "https://e.org/new", "title": "<script>"}',
        {},
    )
    own = DerivedFacts(
        shared_facts(facts), HISTORY, Sums(3, 9, 35, 200, 5), (), Examples((document,), ())
    )

    card = derived_card(DatasetCard(before), own)

    old = {part.heading: part.text for part in sections(DatasetCard(before).text)}
    new = {part.heading: part.text for part in sections(DatasetCard(card).text)}
    for heading in ("Reading it", "Permission", "How it was made"):
        assert new[heading] == old[heading]
    rights = next(heading for heading in old if heading.startswith("Rights"))
    assert new[rights] == old[rights]
    assert "https://e.org/new.png" in new["One row"]
    assert facts.examples[0].title[:8] not in new["One row"]
    assert '| 2 | interleaf remove | A list, "so called". | 3 | 5 |' in new["Version history"]
    names = {one["config_name"] for one in DatasetCard(card).data["configs"]}
    assert names == {"default", "images"}
    report = derived_report(own)
    assert "&lt;script&gt;" in report
    assert "<script>" not in report
    assert "A new *text*" in report


def test_code_that_looks_like_a_heading_is_no_section() -> None:
    found = sections("# T\n## A\n````\n## x\n```\n## y\n````\n## B\nb")
    assert [part.heading for part in found] == ["", "A", "B"]


def test_pictures_that_are_taken_out_have_a_reason_of_their_own() -> None:
    reasons = (Reason.DOCUMENT_SEMANTIC_COPY, Reason.IMAGE_SEMANTIC_COPY)
    after = {(r.level, r.reason): r.count for r in funnel_after(FUNNEL, Sums(), 2, *reasons)}
    before = {(r.level, r.reason): r.count for r in FUNNEL}
    assert after["image", "image_semantic_copy"] == 2
    assert after["image", "kept"] == before["image", "kept"] - 2
    assert ("document", "document_semantic_copy") not in after
