"""The nodes that a walk has found so far, and which captions belong to which images."""

from dataclasses import replace

from webdoc.page.document import Node

_MAX_CAPTION_CHARS = 20_000  # of all images of a figure together: each one bears its caption
_MAX_ICON_PX = 32  # CSS pixels of both sides


class WalkedNodes:
    """Collects nodes in page order; the captions of a figure go to all images in it."""

    def __init__(self) -> None:
        self.found: list[Node] = []
        self._figures: list[tuple[list[int], list[str]]] = []  # images and captions, innermost last

    def enter_figure(self) -> None:
        """Note that a figure opens."""
        self._figures.append(([], []))

    def leave_figure(self) -> None:
        """Give the captions of the innermost open figure to its images."""
        if not self._figures:
            return
        images, captions = self._figures.pop()
        images = [place for place in images if not is_icon(self.found[place])] or images
        caption = "\n".join(captions)[: _MAX_CAPTION_CHARS // max(len(images), 1)].strip()
        for place in images:
            self._add_caption(place, caption)

    def in_figure(self) -> bool:
        """Say whether a figure is open."""
        return bool(self._figures)

    def add_caption(self, text: str) -> None:
        """Give a caption to the figure that is open, else to the last node, an image."""
        if self._figures:
            self._figures[-1][1].append(text)
        else:
            self._add_caption(self._last_picture(), text)

    def add_images(self, images: list[Node]) -> None:
        """Add images, which belong to the innermost open figure."""
        for node in images:
            if self._figures:
                self._figures[-1][0].append(len(self.found))
            self.found.append(node)

    def replace_last(self, node: Node) -> Node:
        """Put an image in the place of the last node; return it with the path of that one."""
        last = self.found[-1]
        self.found[-1] = replace(node, dom_path=last.dom_path, tag=last.tag)
        return self.found[-1]

    def end_document(self) -> None:
        """Mark that another text follows the last node."""
        if self.found:
            self.found[-1] = replace(self.found[-1], ends_document=True)

    def _last_picture(self) -> int:
        """Return the place of the last node, or of the picture that its icons belong to."""
        last = place = len(self.found) - 1
        while place >= 0 and self.found[place].image is not None:
            if not is_icon(self.found[place]):
                return place
            place -= 1
        return last

    def _add_caption(self, place: int, text: str) -> None:
        node = self.found[place]
        if text and node.image is not None:
            caption = f"{node.image.caption}\n{text}" if node.image.caption else text
            self.found[place] = replace(node, image=replace(node.image, caption=caption))


def is_icon(node: Node) -> bool:
    """Say whether a page shows an image so small that no caption can mean it.

    Wikipedia puts the icon that enlarges a picture between the picture and its caption.
    """
    image = node.image
    if image is None:
        return False
    width, height = image.rendered_width, image.rendered_height
    return (
        width.isdigit()
        and height.isdigit()
        and int(width) <= _MAX_ICON_PX
        and int(height) <= _MAX_ICON_PX
    )
