"""A parsed page as one flat list of tags, and the blocks found in it.

Walking Lexbor's tree from Python costs an object for each node and a second one for its attributes.
The tree written out by Lexbor and cut by one regular expression gives name, attributes and text of
each tag in a third of that time, in reading order, and a depth of 100,000 needs no recursion.
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from obelics_like.names import Look, look_at

# Elements whose content is never text of the page, or that Lexbor writes out without escaping.
STRIPPED = (
    "script style template svg iframe xmp plaintext noembed noframes object canvas select textarea "
    "datalist dialog"
).split()
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

LONG_RUN = 100  # characters; shorter ones are headings, labels, prices, names of links

# Lexbor escapes < and > in texts and in attribute values, so > ends a tag.
_TAG = re.compile(r"<(/?[a-z][^\s>]*)([^>]*)>([^<]*)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<\?[^>]*>", re.DOTALL)
_HIDDEN = re.compile("hidden|none")
_COMMA = re.compile(r"[,\u060C\u3001\uFE50\uFE10\uFF0C]")

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
        "steps",
    )

    def __init__(self, name: str, parent: int, start: int, look: Look, steps: str) -> None:
        self.name = name
        self.parent = parent  # place in Page.blocks; -1 for the first
        self.start = start  # place of its tags in Page.tags
        self.end = start
        self.look = look
        self.steps = steps  # path from the parent block: /div[2], or /a[1]/div[2]
        self.children = 0  # blocks directly inside it
        self.runs = 0
        self.chars = 0
        self.link_chars = 0
        self.links = 0
        self.long_chars = 0  # of runs that are as long as a sentence or more
        self.commas = 0
        self.images = 0
        self.inputs = 0


@dataclass(slots=True)
class Run:
    """Text and images of one block that no other block interrupts: mostly one paragraph."""

    block: int  # place in Page.blocks
    chars: int
    commas: int


@dataclass(slots=True)
class Page:
    """A parsed page. Places are indices into the lists."""

    tags: list[Tag]
    blocks: list[Block]  # in page order; each comes after its parent
    runs: list[Run]  # in page order
    image_steps: dict[int, str]  # path of each image from its block, by its place in tags
    hidden_inline: dict[int, int]  # first and last tag of inline elements that are not shown
    mute: frozenset[str]  # elements whose text is not read
    title: str
    base: str  # href of the first base element, as written
    language: str  # lang of the html element, as written


@dataclass(slots=True)
class Choice:
    """What to keep of a page. Numbers are places in Page.blocks."""

    kept: list[int]  # in page order, none inside another
    dropped: set[int]  # blocks inside them that are left out, with all that stands in them
    chars: int  # of the text that is left
    long_chars: int  # likewise, in long runs only


def read_page(markup: bytes | str) -> Page:
    """Parse a page and find its blocks."""
    parser = LexborHTMLParser(markup)
    parser.strip_tags(STRIPPED)
    title = parser.css_first("title")
    base = parser.css_first("base[href]")
    root = parser.root
    html = parser.html or ""
    if "<!--" in html or "<?" in html:
        html = _COMMENT.sub("", html)
    tags = _TAG.findall(html)
    mute = MUTE
    blocks, runs, image_steps, hidden_inline, muted_chars = _blocks_of(tags, mute)
    if muted_chars > 2 * sum(run.chars for run in runs):
        # forums that are drawn by a script keep their whole text in noscript
        mute = MUTE - {"noscript"}
        blocks, runs, image_steps, hidden_inline, _ = _blocks_of(tags, mute)
    return Page(
        tags=tags,
        blocks=blocks,
        runs=runs,
        image_steps=image_steps,
        hidden_inline=hidden_inline,
        mute=mute,
        title=" ".join(title.text().split()) if title else "",
        base=(base.attributes.get("href") or "") if base else "",
        language=((root.attributes.get("lang") or "") if root else "").strip(),
    )


def _blocks_of(
    tags: list[Tag], mute_names: frozenset[str]
) -> tuple[list[Block], list[Run], dict[int, str], dict[int, int], int]:
    """Find blocks, runs and images in one pass; Lexbor writes a balanced tree, so a stack will do."""
    blocks: list[Block] = []
    runs: list[Run] = []
    image_steps: dict[int, str] = {}
    hidden_inline: dict[int, int] = {}
    hiding: list[tuple[int, int]] = []  # place and depth of the hidden inline elements now open
    counts: list[dict[str, int]] = [{}]  # for each open element, its children so far by name
    inline: list[str] = []  # steps of all open inline elements
    marks: list[int] = [0]  # for each open block, how many inline elements stood open before it
    current = -1
    block = Block("", -1, 0, look_at(""), "")  # what stands outside of html: nothing
    chars = link_chars = links = commas = images = 0  # of the run being read
    in_link = mute = muted_chars = 0

    def end_run() -> None:
        nonlocal chars, link_chars, links, commas, images
        runs.append(Run(current, chars, commas))
        block.runs += 1
        block.chars += chars
        if chars >= LONG_RUN:
            block.long_chars += chars
        block.link_chars += link_chars
        block.links += links
        block.commas += commas
        block.images += images
        chars = link_chars = links = commas = images = 0

    for place, (name, attributes, text) in enumerate(tags):
        if name[0] == "/":
            name = name[1:]
            counts.pop()
            if name in INLINE:
                inline.pop()
                if name == "a":
                    in_link -= 1
                elif name in mute_names:
                    mute -= 1
                if hiding and hiding[-1][1] == len(inline):
                    hidden_inline[hiding.pop()[0]] = place
                    mute -= 1
            else:
                if chars or images:
                    end_run()
                block.end = place
                current = block.parent
                block = blocks[current]
                marks.pop()
        else:
            siblings = counts[-1]
            nth = siblings[name] = siblings.get(name, 0) + 1
            if name in INLINE:
                counts.append({})
                if attributes and _HIDDEN.search(attributes) and look_at(attributes).hidden:
                    hiding.append((place, len(inline)))
                    mute += 1
                inline.append(f"/{name}[{nth}]")
                if name == "a":
                    in_link += 1
                elif name in mute_names:
                    mute += 1
            elif name not in VOID:
                if chars or images:
                    end_run()
                block.children += 1
                steps = "".join(inline[marks[-1] :]) + f"/{name}[{nth}]"
                block = Block(name, current, place, look_at(attributes), steps)
                current = len(blocks)
                blocks.append(block)
                counts.append({})
                marks.append(len(inline))
            elif name == "input":
                block.inputs += 1
            if name in ("img", "amp-img"):
                steps = "".join(inline[marks[-1] :])
                image_steps[place] = steps if name == "amp-img" else f"{steps}/img[{nth}]"
                images += not mute
        if text:
            size = len(text.strip())
            if not size:
                continue
            if mute:
                muted_chars += size
                continue
            chars += size
            if in_link:
                link_chars += size
                links += name == "a"
            if "," in text or not text.isascii():
                commas += len(_COMMA.findall(text))
    return blocks, runs, image_steps, hidden_inline, muted_chars
