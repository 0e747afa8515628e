"""A parsed page as one flat list of tags, and the blocks found in it."""

import re
from dataclasses import dataclass

from webdoc.page.class_names import Look

LONG_RUN = 100  # characters; shorter ones are headings, labels, prices, names of links

_ATTRIBUTE = re.compile(r' ([^\s="]+)="([^"]*)"')
_ESCAPES = (("&nbsp;", "\xa0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))

Tag = tuple[str, str, str]  # "p" or "/p", attributes as written, text up to the next tag


class Block:
    """One block element. The numbers count what stands in it, but not in a block inside it."""

    __slots__ = (
        "chars",
        "children",
        "commas",
        "end",
        "images",
        "inputs",
        "link_chars",
        "links",
        "long_chars",
        "look",
        "name",
        "parent",
        "runs",
        "start",
    )

    def __init__(self, name: str, parent: int, start: int, look: Look) -> None:
        self.name = name
        self.parent = parent  # place of the parent in Page.blocks; -1 for the first
        self.start = start  # place of its tags in Page.tags
        self.end = start
        self.look = look
        self.children = 0  # blocks directly inside it
        self.runs = 0
        self.chars = 0
        self.link_chars = 0
        self.links = 0
        self.long_chars = 0  # of runs of LONG_RUN or more
        self.commas = 0
        self.images = 0
        self.inputs = 0


@dataclass(slots=True)
class Page:
    """A parsed page. Places are indices into the lists."""

    tags: list[Tag]
    blocks: list[Block]  # in page order; each comes after its parent
    runs: list[tuple[int, int, int]]  # paragraphs of any kind: block, characters, commas
    hidden_inline: dict[int, int]  # first and last tag of inline elements that are not shown
    tables: frozenset[int]  # blocks that are tables of data
    mute: frozenset[str]  # elements whose text is not read
    title: str = ""
    base: str = ""  # href of the first base element, as written
    language: str = ""  # lang of the html element, as written
    said: int = 0  # what it says it is, as bits (`declared.py`)


@dataclass(slots=True)
class Choice:
    """What to keep of a page. Numbers are places in Page.blocks."""

    kept: list[int]  # in page order, none inside another
    dropped: set[int]  # blocks inside them that are left out, with all that stands in them
    chars: int  # of the text that is left
    long_chars: int  # likewise, in long runs only


def unescaped(text: str) -> str:
    """Undo what Lexbor escapes in texts and attribute values."""
    if "&" not in text:
        return text
    for name, character in _ESCAPES:
        text = text.replace(name, character)
    return text


def attributes_of(tag: str) -> dict[str, str]:
    """Return the attributes of a tag by name; the first of a name counts, as in a browser."""
    return {name: unescaped(value) for name, value in _ATTRIBUTE.findall(tag)}
