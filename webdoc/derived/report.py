"""The report of a release made of another one: counts, history and some of its documents."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from webdoc.derived.card import DerivedFacts
from webdoc.release.rendering import render_html
from webdoc.release.report_examples import ExampleLimits, pictures_within
from webdoc.release.report_page import page_html

_SENTENCES: Final[Mapping[str, str]] = {
    "record": "Every record of every archive file, and what it was.",
    "document": "Every document that the first run looked at.",
    "text": "Every paragraph that was read.",
    "image": "Every image that was looked at.",
    "word": "The words of those texts.",
}


def derived_report(facts: DerivedFacts, limits: ExampleLimits | None = None) -> str:
    """Return the page.

    Args:
        facts: of the release.
        limits: how much of its documents is shown.
    """
    return page_html(
        "webdoc.derived",
        "derived_report.html.j2",
        facts.shared,
        sentences=dict(_SENTENCES),
        own_sections=(
            ("history", "Version history"),
            ("spread", "What is in it"),
            ("examples", "Documents"),
        ),
        examples=_examples(facts, limits or ExampleLimits()),
        distributions=facts.distributions,
        history=facts.history,
    )


def _examples(facts: DerivedFacts, limits: ExampleLimits) -> Markup:
    shown = facts.examples.documents[: limits.max_documents]
    uses = (
        str(part.facts.get("sha256", ""))
        for document in shown
        for part in document.parts[: limits.max_nodes]
    )
    return render_html(
        "webdoc.derived",
        "derived_examples.html.j2",
        documents=shown,
        pictures=pictures_within(uses, facts.examples.thumbnails, limits),
        limits=limits,
    )
