"""What live documents say and show: their texts, read again in place, and their known pictures."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyspark.sql import DataFrame

from obelics_like.rules.exact_duplicates import paragraph_domain
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import live_text
from obelics_like.rules.marks import Mark, with_marks
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live
from webdoc.page.document import Document


@dataclass(frozen=True, slots=True)
class LiveText:
    """The live paragraphs of a document as one text."""

    doc_id: str
    text: str
    capture_time: str


@dataclass(frozen=True, slots=True)
class LiveParagraph:
    """One of them, and the domain that it stands on."""

    doc_id: str
    node_index: int
    domain: str
    text: str


def live_texts(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return (doc_id, text, capture_time) of live documents, their live paragraphs as one text."""

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[LiveText]:
        text = live_text(with_marks(document, marks))
        yield LiveText(document.doc_id, text, document.capture_time)

    return with_documents(found.heads, found.marks, settings, step, LiveText)


def live_paragraphs(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the live paragraphs of live documents (`LiveParagraph`)."""
    rules = settings.deduplication

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[LiveParagraph]:
        domain = paragraph_domain(document.url, rules)
        for place, node in enumerate(with_marks(document, marks).nodes):
            if node.kind == "text" and node.reject_reason is None:
                yield LiveParagraph(document.doc_id, place, domain, node.text)

    return with_documents(found.heads, found.marks, settings, step, LiveParagraph)


def shown_images(found: Live) -> DataFrame:
    """Return the images of known bytes that live documents show.

    Returns:
        (doc_id, node_index, sha256, perceptual_hash, width_px, height_px).
    """
    names = ("sha256", "perceptual_hash", "width_px", "height_px")
    known = found.marks.where("facts.sha256 != ''").select(
        "doc_id", "node_index", *(f"facts.{name}" for name in names)
    )
    images = found.nodes.where("is_image").select("doc_id", "node_index")
    return images.join(known, ["doc_id", "node_index"])
