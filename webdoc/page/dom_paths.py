"""The DOM path of a block or an image: /html[1]/body[1]/div[2]/p[3]."""

from webdoc.page.elements import VOID
from webdoc.page.tree import Page

_MAX_STEPS = 200  # deeper elements bear the path of their ancestor there


class Paths:
    """Paths within one page, made when asked for: few elements become a node."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._block_at = {block.start: place for place, block in enumerate(page.blocks)}
        self._steps: dict[int, dict[int, str]] = {}
        self._paths: dict[int, tuple[str, int]] = {-1: ("", 0)}

    def block_at(self, tag: int) -> int | None:
        """Return the place in Page.blocks of the block that a tag opens."""
        return self._block_at.get(tag)

    def of_block(self, block: int) -> str:
        """Return the path of a block."""
        if block in self._paths:
            return self._paths[block][0]
        chain = []
        while block not in self._paths:
            chain.append(block)
            block = self._page.blocks[block].parent
        path, depth = self._paths[block]
        for place in reversed(chain):
            child = self._page.blocks[place]
            if depth < _MAX_STEPS:
                path += self._steps_in(child.parent).get(child.start, f"/{child.name}")
                depth += 1
            self._paths[place] = path, depth
        return path

    def of_image(self, tag: int, block: int) -> str:
        """Return the path of an image whose nearest block is `block`."""
        path = self.of_block(block)
        return (
            path + self._steps_in(block).get(tag, "/img")
            if self._paths[block][1] < _MAX_STEPS
            else path
        )

    def _steps_in(self, block: int) -> dict[int, str]:
        """Return the steps from a block to the blocks and images in it, by place of their tag."""
        if block not in self._steps:
            self._steps[block] = self._walked(block)
        return self._steps[block]

    def _walked(self, block: int) -> dict[int, str]:
        tags, blocks, block_at = self._page.tags, self._page.blocks, self._block_at.get
        steps: dict[int, str] = {}
        place = blocks[block].start + 1 if block >= 0 else 0
        end = blocks[block].end if block >= 0 else len(tags)
        step_before, counts = "", dict[str, int]()  # of the innermost open inline element
        around: list[tuple[str, dict[str, int]]] = []  # of those around it
        while place < end:
            name = tags[place][0]
            if name[0] == "/":
                if around:
                    step_before, counts = around.pop()
            else:
                nth = counts[name] = counts.get(name, 0) + 1
                inner = block_at(place)
                if inner is not None:
                    steps[place] = f"{step_before}/{name}[{nth}]"
                    place = blocks[inner].end
                elif name in VOID:
                    if name == "img":
                        steps[place] = f"{step_before}/img[{nth}]"
                else:
                    around.append((step_before, counts))
                    if len(around) < _MAX_STEPS:
                        step_before = f"{step_before}/{name}[{nth}]"
                    counts = {}
                    if name == "amp-img":
                        steps[place] = step_before
            place += 1
        return steps
