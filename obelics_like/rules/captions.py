"""A document's live images beside their captions and the texts around them. Pure."""

from collections.abc import Collection, Iterator

from webdoc.page.document import Document
from webdoc.scores.scored_caption import Need, Part, PlacedCaption, ShownImage, captions_of


def document_captions(document: Document, needs: Collection[Need]) -> list[PlacedCaption]:
    """Return the captions of a document's live images of known bytes; none of a rejected one.

    Args:
        document: any.
        needs: what scorers of captions look at.
    """
    if document.reject_reason is not None:
        return []
    return captions_of(document.doc_id, list(_parts(document)), document.language, needs)


def _parts(document: Document) -> Iterator[Part]:
    for place, node in enumerate(document.nodes):
        if node.reject_reason is not None:
            continue
        if node.image is None:
            yield node.text
        else:
            image, facts = node.image, node.image.facts
            yield ShownImage(
                place, facts.sha256, image.alt_text, image.caption, facts.perceptual_hash
            )
        if node.ends_document:
            yield None
