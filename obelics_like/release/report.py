"""The report of a release: one HTML page that stands alone."""

from typing import Final

from obelics_like.release.examples import examples_html, found_by, shown_documents
from obelics_like.release.facts import ReleaseFacts, shared_facts
from webdoc.release.report_examples import ExampleLimits
from webdoc.release.report_page import page_html

_LEVEL_SENTENCES: Final = {
    "record": "Every record of every archive file, and what it was.",
    "document": "Every web page among the records.",
    "text": "Every paragraph that was read from them.",
    "image": "Every image that they show in what was read.",
    "word": "The words of those paragraphs.",
}


def report_html(facts: ReleaseFacts, limits: ExampleLimits | None = None) -> str:
    """Return the page.

    Args:
        facts: of the release.
        limits: how much of the examples is shown; the page stays below about
            `max_documents * max_nodes * max_text_chars` characters plus `max_picture_bytes`.
    """
    limits = limits or ExampleLimits()
    shown = shown_documents(facts, limits)
    limits = limits.shared_by(len(shown))
    return page_html(
        "obelics_like.release",
        "obelics_report.html.j2",
        shared_facts(facts),
        sentences=_LEVEL_SENTENCES,
        own_sections=(("spread", "What is in it"), ("examples", "Pages")),
        examples=examples_html(facts, limits),
        found=[found_by(document) for document in shown],
        thumbnails=facts.thumbnails,
        limits=limits,
        distributions=facts.distributions,
    )
