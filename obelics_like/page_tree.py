"""A parsed page as one flat list of tags, and the blocks found in it.

Walking Lexbor's tree from Python costs an object for each node and a second one for its attributes.
The tree written out by Lexbor and cut by one regular expression gives name, attributes and text of
a tag in a third of that time, already in reading order, and a depth of 100,000 is no recursion.
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from obelics_like.names import Look, look_at

# Elements whose content is never text of the page, or that Lexbor writes out without escaping.
STRIPPED = (
    "script",
    "style",
    "template",
    "svg",
    "iframe",
    "xmp",
    "plaintext",
    "noembed",
    "noframes",
    "object",
    "canvas",
    "select",
    "textarea",
    "datalist",
    "dialog",
)
VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
INLINE = frozenset(
    "a abbr acronym amp-img annotation b bdi bdo big blink button cite code data del dfn em font i "
    "ins kbd label maction math mark menclose merror mfenced mfrac mi mmultiscripts mn mo mover "
    "mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtext munder munderover "
    "nobr noscript output picture q rb rp rt rtc ruby s samp semantics small span strike strong "
    "sub sup time tt u var video audio".split()
)
# Their text is a label or a fallback; pictures in them count.
MUTE = frozenset(("button", "noscript", "video", "audio", "annotation", "rp"))

# Lexbor escapes < and > in texts and in attribute values, so > ends a tag.
_TAG = re.compile(r"<(/?[a-z][^\s>]*)([^>]*)>([^<]*)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<\?[^>]*>", re.DOTALL)
_COMMA = re.compile(r"[,\u060C\u3001\uFE50\uFE10\uFF0C]")

Tag = tuple[str, str, str]  # "p" or "/p", attributes as written, text up to the next tag


class Block:
    """One block element. Numbers count what stands in it; children are added in `main_content`."""

    __slots__ = (
        "chars",
        "children",
        "commas",
        "depth",
        "end",
        "images",
        "inputs",
        "items",
        "link_chars",
        "look",
        "name",
        "paragraphs",
        "parent",
        "score",
        "start",
        "steps",
    )

    def __init__(self, name: str, parent: int, start: int, look: Look, steps: str) -> None:
        self.name = name
        self.parent = parent  # place of the parent in Page.blocks; -1 for the first
        self.start = start  # place of its tags in Page.tags
        self.end = start
        self.look = look
        self.steps = steps  # path from the parent block
        self.depth = 0
        self.chars = 0
        self.link_chars = 0
        self.commas = 0
        self.images = 0
        self.inputs = 0
        self.items = 0
        self.paragraphs = 0
        self.children = 0
        self.score = 0.0


@dataclass(slots=True)
class Run:
    """Text and images of one block that no other block interrupts: mostly one paragraph."""

    block: int  # place in Page.blocks
    start: int  # place of its first tag in Page.tags
    chars: int
    link_chars: int
    commas: int
    images: int


@dataclass(slots=True)
class Page:
    """A parsed page. Places are indices into the lists."""

    tags: list[Tag]
    blocks: list[Block]  # in page order; each comes after its parent
    runs: list[Run]  # in page order
    image_steps: dict[int, str]  # path of each image from its block, by its place in tags
    title: str
    base: str  # href of the first base element, as written
    language: str  # lang of the html element, as written


def read_page(markup: bytes | str) -> Page:
    """Parse a page and find its blocks."""
    parser = LexborHTMLParser(markup)
    parser.strip_tags(list(STRIPPED))
    title = parser.css_first("title")
    base = parser.css_first("base[href]")
    root = parser.root
    html = parser.html or ""
    tags = _TAG.findall(_COMMENT.sub("", html))
    blocks, runs, image_steps = _blocks_of(tags)
    return Page(
        tags=tags,
        blocks=blocks,
        runs=runs,
        image_steps=image_steps,
        title=" ".join(title.text().split()) if title else "",
        base=(base.attributes.get("href") or "") if base else "",
        language=((root.attributes.get("lang") or "") if root else "").strip(),
    )


def _blocks_of(tags: list[Tag]) -> tuple[list[Block], list[Run], dict[int, str]]:
    """Find blocks, runs and images in one pass. Lexbor writes a balanced tree, so a stack is enough."""
    blocks: list[Block] = []
    runs: list[Run] = []
    image_steps: dict[int, str] = {}
    counts: list[dict[str, int]] = [{}]  # for each open element, its children so far by name
    inline: list[str] = []  # steps of all open inline elements
    marks: list[int] = []  # for each open block, how many inline elements stood open before it
    current, mark = -1, 0
    start = chars = link_chars = commas = images = 0  # of the run being read
    in_link = mute = 0
    for place, (name, attributes, text) in enumerate(tags):
        if name[0] == "/":
            name = name[1:]
            if name in INLINE:
                counts.pop()
                inline.pop()
                if name == "a":
                    in_link -= 1
                elif name in MUTE:
                    mute -= 1
            else:
                if chars or images:
                    runs.append(Run(current, start, chars, link_chars, commas, images))
                    chars = link_chars = commas = images = 0
                counts.pop()
                block = blocks[current]
                block.end = place
                current = block.parent
                marks.pop()
                mark = marks[-1] if marks else 0
        else:
            siblings = counts[-1]
            nth = siblings[name] = siblings.get(name, 0) + 1
            if name in INLINE:
                counts.append({})
                inline.append(f"/{name}[{nth}]")
                if name == "a":
                    in_link += 1
                elif name in MUTE:
                    mute += 1
            elif name not in VOID:
                if chars or images:
                    runs.append(Run(current, start, chars, link_chars, commas, images))
                    chars = link_chars = commas = images = 0
                steps = "".join(inline[mark:]) + f"/{name}[{nth}]"
                blocks.append(Block(name, current, place, look_at(attributes), steps))
                current = len(blocks) - 1
                counts.append({})
                mark = len(inline)
                marks.append(mark)
            elif name == "input":
                blocks[current].inputs += 1
            if name in ("img", "amp-img"):
                image_steps[place] = "".join(inline[mark:]) + (
                    f"/img[{nth}]" if name == "img" else ""
                )
                if not mute:
                    if not (chars or images):
                        start = place
                    images += 1
        if text and not mute:
            size = len(text.strip())
            if size:
                if not (chars or images):
                    start = place
                chars += size
                if in_link:
                    link_chars += size
                if "," in text or not text.isascii():
                    commas += len(_COMMA.findall(text))
    return blocks, runs, image_steps
