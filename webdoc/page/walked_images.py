"""What an image element of a page says about its picture, while the page is walked."""

import re
from collections import Counter
from enum import IntEnum

from webdoc.page.document import Image, Node
from webdoc.page.image_source import picked_source, rendered_size
from webdoc.page.tree import Page, attributes_of
from webdoc.reasons import Reason
from webdoc.urls import absolute_url

_PIXELS = frozenset(["0", "1", "2"])  # CSS pixels of an image that counts visits
_MAX_SOURCE_CHARS = 2_000  # of an address as written: a data: URI can hold a whole picture
# The other sources of a picture show the same in a format that more programs read.
_UNREADABLE = frozenset(["image/avif", "image/jxl"])
_AVATAR = re.compile(r"(?<![a-z])avatar(?![a-z])", re.IGNORECASE)
_MAX_IMAGES_OF_PICTURE = 4  # it holds one, and that once more for readers without scripts
_MAX_TAGS_BETWEEN_TWINS = 4  # between a picture and the same one for readers without scripts
_MIN_REPEATED = 3  # lazily loaded images with one src: that src is their placeholder


class Twin(IntEnum):
    """What an image is to the one read before it."""

    NONE = 0  # another picture
    BETTER = 1  # the same picture, for readers without scripts: this one's address is the true one
    SAME = 2  # the same picture once more


class ImageReader:
    """Makes nodes of image elements; remembers the elements around the one being read."""

    def __init__(self, page: Page, base: str) -> None:
        self._page = page
        self._base = base
        self._sources: list[str] = []  # srcset of the picture being read
        self._picture_images = 0  # that were read with these sources
        self._noscript = 0  # open noscript elements
        self._last_place = -9  # of the tag of the image read last
        self._last_in_noscript = False
        self._placeholders: frozenset[str] | None = None

    def enter(self, name: str) -> None:
        """Note that a noscript or picture opens; other names say nothing about images."""
        if name == "noscript":
            self._noscript += 1
        elif name == "picture":
            self._sources, self._picture_images = [], 0

    def leave(self, name: str) -> None:
        """Note that a noscript or picture ends."""
        if name == "noscript":
            self._noscript = max(self._noscript - 1, 0)
        elif name == "picture":
            self._sources = []

    def add_source(self, attributes: str) -> None:
        """Note a source element: one more size or format of the picture around it."""
        found = attributes_of(attributes)
        srcset = found.get("srcset") or found.get("data-srcset")
        if srcset and found.get("type", "").lower() not in _UNREADABLE:
            self._sources.append(srcset)

    def node_of(self, name: str, attributes: str, found: dict[str, str], path: str) -> Node:
        """Return the node of an img or amp-img.

        Args:
            attributes: as written; `found` holds them by name.
            path: DOM path of the element.
        """
        self._picture_images += 1
        if self._picture_images > _MAX_IMAGES_OF_PICTURE:
            self._sources = []
        source = picked_source(found, self._sources, self._repeated(attributes))
        # an empty address, or a fragment, would mean the page itself
        url = absolute_url(source, self._base) if source and source[0] != "#" else ""
        width, height = rendered_size(found)
        reason = None
        if source[:5].lower() == "data:":
            reason = Reason.IMAGE_INLINE
        elif not url:
            reason = Reason.IMAGE_NO_URL
        elif is_pixel(width, height):
            reason = Reason.IMAGE_TRACKING_PIXEL
        image = Image(
            url=url,
            source_url=source if url else source[:_MAX_SOURCE_CHARS],
            alt_text=" ".join(found.get("alt", "").split()),
            rendered_width=width,
            rendered_height=height,
        )
        return Node("image", tag=name, dom_path=path, image=image, reject_reason=reason)

    def twin(self, place: int, node: Node, last: Node | None) -> Twin:
        """Say what an image is to the node before it, None where it stands in a row of a table.

        Args:
            place: of the tag of the image; each is asked about once, in page order.
        """
        near = place - self._last_place <= _MAX_TAGS_BETWEEN_TWINS and last is not None
        before_in_noscript = self._last_in_noscript
        self._last_place, self._last_in_noscript = place, bool(self._noscript)
        if near and last is not None:
            if self._noscript and last.kind == "image":
                return Twin.BETTER
            if before_in_noscript and last.image == node.image:
                return Twin.SAME
        return Twin.NONE

    def _repeated(self, attributes: str) -> frozenset[str]:
        """Return the src values that stand for pictures loaded later, when this one may be such."""
        if "data-" not in attributes:
            return frozenset()
        if self._placeholders is None:
            counts = Counter(
                [
                    attributes_of(other).get("src", "").strip()
                    for name, other, _ in self._page.tags
                    if name == "img" and "data-" in other
                ]
            )
            self._placeholders = frozenset(
                src for src, count in counts.items() if count >= _MIN_REPEATED
            )
        return self._placeholders


def is_pixel(width: str, height: str) -> bool:
    """Say whether an image is shown so small that it only counts visits.

    Both sides must be so small, or one where the page is silent about the other: a height of 0
    beside a width of 570 is a picture that a script unfolds.
    """
    return (width in _PIXELS and (not height or height in _PIXELS)) or (
        not width and height in _PIXELS
    )


def is_shown(found: dict[str, str]) -> bool:
    """Say whether an image element is shown, and no picture of who wrote something."""
    return not (
        "display:none" in found.get("style", "").replace(" ", "")
        or "hidden" in found
        or _AVATAR.search(found.get("class", ""))
    )
