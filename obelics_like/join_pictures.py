"""Giving a document's images the facts that are known about their bytes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import mark_images
from obelics_like.rules.marks import WHOLE, Mark, marks_between
from webdoc.page.document import Document, Image, Node
from webdoc.page.permission import image_refused
from webdoc.permission.signs import Decision
from webdoc.picture.facts import PictureFacts
from webdoc.tables.images import FoundPicture

MISSING = "missing"  # PictureFacts.status: the archive holds nothing under this URL


@dataclass(frozen=True, slots=True)
class ShownImage:
    """A live image of a document, as far as rules on bytes need it."""

    node_index: int
    url: str
    rendered_width: str
    rendered_height: str


@dataclass(frozen=True, slots=True)
class ImagesWithFound:
    """The live images of a document beside what was found: what the job hands to the pure step."""

    doc_id: str
    images: tuple[ShownImage, ...]
    found: tuple[FoundPicture, ...] = ()


def image_marks(pair: ImagesWithFound, rules: Rules) -> list[Mark]:
    """Return what the bytes of a document's images say: facts, refusals and broken rules.

    An image under whose URL nothing was found has the status MISSING.
    """
    shown = sorted(pair.images, key=lambda image: image.node_index)
    before = Document(
        pair.doc_id,
        "",
        nodes=tuple(
            Node("image", image=Image(i.url, "", "", "", i.rendered_width, i.rendered_height))
            for i in shown
        ),
    )
    after = mark_images(with_found(before, pair.found), rules)
    return [
        mark
        if mark.node_index == WHOLE
        else replace(mark, node_index=shown[mark.node_index].node_index)
        for mark in marks_between(before, after)
    ]


def with_found(document: Document, pictures: Sequence[FoundPicture]) -> Document:
    """Return a live document with status, hash, format and size in each live image.

    An image under whose URL nothing was found has the status MISSING.
    """
    if document.reject_reason is not None:
        return document
    by_url = {found.key: found for found in pictures}
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
