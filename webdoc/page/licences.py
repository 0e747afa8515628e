"""The licences of a page and of its images, as the page names them. Pure."""

from dataclasses import replace

from webdoc.archive.captures import Capture
from webdoc.page.document import Document, Node
from webdoc.rights.licences import (
    NONE,
    Licence,
    caption_licence,
    image_licences,
    may_name_licence,
    page_licence,
)
from webdoc.urls import absolute_url


def with_licences(document: Document, capture: Capture) -> Document:
    """Return a document with the licences that its page names, and where each stands.

    Args:
        document: of the page, before any rule.
        capture: that it was made from, with its body.
    """
    of_page, of_images = NONE, {}
    if may_name_licence(capture.body):
        of_page = page_licence(capture.body)
        written = image_licences(capture.body)
        of_images = {absolute_url(url, document.url): found for url, found in written.items()}
    nodes = tuple(_licensed(node, of_images) for node in document.nodes)
    if of_page == NONE and nodes == document.nodes:
        return document
    return replace(document, nodes=nodes, licence=of_page.name, licence_source=of_page.source)


def _licensed(node: Node, of_images: dict[str, Licence]) -> Node:
    image = node.image
    if image is None:
        return node
    found = of_images.get(image.url, NONE)
    if found == NONE and image.caption:
        found = caption_licence(image.caption)
    if found == NONE:
        return node
    image = replace(image, licence=found.name, licence_source=found.source, credit=found.credit)
    return replace(node, image=image)
