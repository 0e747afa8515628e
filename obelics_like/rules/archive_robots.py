"""What robots.txt in the archives says about pages and their images, as marks. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from webdoc.page.document import Document, Node
from webdoc.page.permission import image_refused, refused
from webdoc.permission.archive_robots import Refusal
from webdoc.permission.signs import Decision


def heeded(document: Document, refusals: Sequence[Refusal]) -> Document:
    """Return a document marked, or its live images, where a robots.txt refuses them."""
    if not refusals or document.reject_reason is not None:
        return document
    said = {refusal.url: Decision(False, refusal.reason, refusal.source) for refusal in refusals}
    if page := said.get(document.url):
        return refused(document, page)

    def marked(node: Node) -> Node:
        if node.image is None or node.reject_reason is not None:
            return node
        decision = said.get(node.image.url)
        return image_refused(node, decision) if decision else node

    return replace(document, nodes=tuple(map(marked, document.nodes)))
