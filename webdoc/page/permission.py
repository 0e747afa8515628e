"""What archives and lists say about the use of a page and its images, as marks. Pure."""

from dataclasses import replace

from webdoc.archive.captures import Capture
from webdoc.page.document import Document, Node
from webdoc.permission.meta_signs import meta_signals
from webdoc.permission.opt_outs import OptOuts
from webdoc.permission.signs import (
    Decision,
    PermissionSettings,
    first_no,
    header_decision,
    header_pairs,
    meta_decision,
)
from webdoc.reasons import Reason


class Permissions:
    """The signs that bind, and the lists of those who opted out; built once a worker."""

    def __init__(self, settings: PermissionSettings) -> None:
        """Read the lists.

        Raises:
            OSError, ValueError: a list is missing, or no list.
        """
        self._settings = settings
        self._opt_outs = OptOuts.load(settings.opt_out_lists, settings.opt_out_hash_distance)

    def marked(self, document: Document, capture: Capture) -> Document:
        """Return a page's document, it or its images marked where somebody says no.

        Args:
            document: before any rule; one that is rejected already stays as it is.
            capture: that it was made from, with its body.
        """
        if document.reject_reason is not None:
            return document
        headers = header_pairs(capture.usage_headers)
        signs = meta_signals(capture.body, self._settings.agents)
        page = first_no(
            (
                self._opt_outs.decide_url(document.url),
                header_decision(headers, self._settings, of="page"),
                meta_decision(signs, self._settings, of="page"),
            )
        )
        if not page.allowed:
            return refused(document, page)
        images = first_no(
            (
                header_decision(headers, self._settings, of="page_images"),
                meta_decision(signs, self._settings, of="page_images"),
            )
        )
        if images.allowed and self._opt_outs.is_empty:
            return document
        return replace(
            document, nodes=tuple(self._image_marked(node, images) for node in document.nodes)
        )

    def of_image(
        self, usage_headers: tuple[str, ...], sha256: str, perceptual_hash: str
    ) -> Decision:
        """Decide on a picture of the archive: by its own answer, and by what its bytes are."""
        headers = header_pairs(usage_headers)
        return first_no(
            (
                header_decision(headers, self._settings, of="image"),
                self._opt_outs.decide_image(sha256, perceptual_hash),
            )
        )

    def _image_marked(self, node: Node, images: Decision) -> Node:
        if node.image is None or node.reject_reason is not None:
            return node
        decision = images if not images.allowed else self._opt_outs.decide_url(node.image.url)
        return node if decision.allowed else image_refused(node, decision)


def refused(document: Document, decision: Decision) -> Document:
    """Return a document that may not be used, with who says so."""
    return replace(
        document,
        reject_reason=Reason.DOCUMENT_NOT_PERMITTED,
        reject_detail=f"{decision.reason}: {decision.source}",
    )


def image_refused(node: Node, decision: Decision) -> Node:
    """Return an image's node that may not be used, with who says so."""
    assert node.image is not None
    image = replace(
        node.image, permission_reason=decision.reason, permission_source=decision.source
    )
    return replace(node, image=image, reject_reason=Reason.IMAGE_NOT_PERMITTED)
