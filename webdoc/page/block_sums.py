"""What stands in a block and in the blocks inside it that are kept."""

from webdoc.page.elements import HEADINGS
from webdoc.page.tree import Block

_MIN_LINKS = 3
_MIN_HEADLINE_CHARS = 25  # links of this length on average are a list of texts, not a menu
_MIN_COMMAS = 10


class Sums:
    """Counts of one block, to which those of its kept children are added, innermost first."""

    __slots__ = (
        "chars",
        "commas",
        "heading_chars",
        "images",
        "inputs",
        "items",
        "link_chars",
        "links",
        "list_chars",
        "long_chars",
        "paragraphs",
    )

    def __init__(self, block: Block) -> None:
        name = block.name
        self.chars = block.chars
        self.link_chars = block.link_chars
        self.links = block.links
        self.long_chars = block.long_chars
        self.commas = block.commas
        self.images = block.images
        self.inputs = block.inputs
        self.items = 1 if name == "li" else 0
        self.paragraphs = block.runs if name in ("p", "div") else 0
        self.heading_chars = block.chars if name in HEADINGS else 0
        self.list_chars = 0

    def add(self, other: "Sums") -> None:
        """Add what stands in a block inside this one."""
        if other.chars:
            self.chars += other.chars
            self.long_chars += other.long_chars
            self.commas += other.commas
            self.heading_chars += other.heading_chars
            self.list_chars += other.list_chars
        if other.link_chars:
            self.link_chars += other.link_chars
            self.links += other.links
        self.images += other.images
        self.inputs += other.inputs
        self.items += other.items
        self.paragraphs += other.paragraphs  # those of images, too

    def link_share(self) -> float:
        """Return the share of characters that stand in links, 0.0 without any."""
        return self.link_chars / self.chars if self.chars else 0.0


def is_menu(sums: Sums) -> bool:
    """Say whether the links of a block are short, as in a menu, and nothing else is in it."""
    return (
        sums.links >= _MIN_LINKS
        and sums.link_chars < _MIN_HEADLINE_CHARS * sums.links
        and not sums.heading_chars
        and sums.commas < _MIN_COMMAS
    )
