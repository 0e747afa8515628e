"""Giving a document's images the facts that the archive holds about them. Pure."""

from dataclasses import dataclass, replace

from webdoc.page.document import Document, Node
from webdoc.page.permission import image_refused
from webdoc.permission.signs import Decision
from webdoc.picture.facts import PictureFacts
from webdoc.tables.images import FoundPicture

MISSING = "missing"  # PictureFacts.status: the archive holds nothing under this URL


@dataclass(frozen=True, slots=True)
class DocumentWithFound:
    """A document beside the images found for it: what the images job hands to the pure step."""

    document: Document
    found: tuple[FoundPicture, ...] = ()


def with_found(pair: DocumentWithFound) -> Document:
    """Return the document with status, hash, format and size in each live image.

    An image under whose URL nothing was found has the status MISSING.
    """
    document = pair.document
    if document.reject_reason is not None:
        return document
    by_url = {found.key: found for found in pair.found}
    return replace(document, nodes=tuple(_joined(node, by_url) for node in document.nodes))


def _joined(node: Node, by_url: dict[str, FoundPicture]) -> Node:
    if node.image is None or node.reject_reason is not None:
        return node
    found = by_url.get(node.image.url)
    if found is None:
        return replace(node, image=replace(node.image, facts=PictureFacts(MISSING)))
    node = replace(node, image=replace(node.image, facts=found.facts))
    if found.permission_reason:
        return image_refused(
            node, Decision(False, found.permission_reason, found.permission_source)
        )
    return node
