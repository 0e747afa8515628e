"""From chosen blocks to nodes."""

import re
from collections import Counter
from dataclasses import replace

from obelics_like.page_tree import INLINE, VOID, Page, attributes_of, unescaped
from obelics_like.paths import Paths
from obelics_like.records import Image, Node, Reason
from webdoc.image_source import picked_source, rendered_size
from webdoc.urls import absolute_url

_BREAK = "\0"
_ATTR = re.compile(r' ([^\s="]+)="([^"]*)"')
_SKIPPED = frozenset(("title",))


class Walker:
    def __init__(self, page, dropped, base, data):
        self.page = page
        self.dropped = dropped
        self.base = base
        self.nodes = []
        self.parts = []
        self.pre = 0
        self.mute = 0
        self.noscript = 0
        self.sources = []
        self.data = data
        self.in_row = 0
        self.pending = []
        self.paths = Paths(page)
        self.figures = []

    def flush(self, i):
        if not self.parts:
            return
        text = unescaped("".join(self.parts))
        self.parts.clear()
        if self.pre:
            lines = [l.rstrip() for l in text.replace(_BREAK, "\n").split("\n")]
            while lines and not lines[0]:
                lines.pop(0)
            while lines and not lines[-1]:
                lines.pop()
            paras = ["\n".join(lines)]
        elif _BREAK in text:
            paras = []
            lines = []
            for piece in text.split(_BREAK):
                piece = " ".join(piece.split())
                if piece:
                    lines.append(piece)
                elif lines:
                    paras.append("\n".join(lines))
                    lines = []
            paras.append("\n".join(lines))
        else:
            paras = [" ".join(text.split())]
        for p in paras:
            if p:
                tag, level = self.context(i)
                self.nodes.append(
                    Node("text", text=p, tag=tag, level=level, dom_path=self.paths.of_block(i))
                )
                if tag == "figcaption" and self.figures:
                    self.figures[-1][1].append(p)

    def context(self, i):
        blocks = self.page.blocks
        name = blocks[i].name
        tag = name
        j = i
        for _ in range(3):
            if tag in ("p", "div", "section", "span") and j >= 0:
                j = blocks[j].parent
                if j >= 0 and blocks[j].name in (
                    "li",
                    "blockquote",
                    "figcaption",
                    "dd",
                    "dt",
                    "summary",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                ):
                    name = blocks[j].name
                    break
                tag = blocks[j].name
            else:
                break
        if name[0] == "h" and name[1:].isdigit():
            return name, int(name[1:])
        if name == "li":
            level = 0
            while j >= 0:
                if blocks[j].name in ("ul", "ol"):
                    level += 1
                j = blocks[j].parent
            return name, max(1, level)
        return name, 0

    def image(self, place, name, attributes, block):
        attrs = attributes_of(attributes)
        raw = picked_source(attrs, self.sources)
        url = absolute_url(raw, self.base)
        w, h = rendered_size(attrs)
        reason = None
        if raw[:5].lower() == "data:":
            reason = Reason.IMAGE_INLINE
        elif not url:
            reason = Reason.IMAGE_NO_URL
        elif w in ("0", "1", "2") or h in ("0", "1", "2"):
            reason = Reason.IMAGE_TRACKING_PIXEL
        node = Node(
            "image",
            tag=name,
            dom_path=self.paths.of_image(place, block),
            image=Image(
                url=url,
                source_url=raw[:2000],
                alt_text=" ".join(attrs.get("alt", "").split()),
                rendered_width=w,
                rendered_height=h,
            ),
            reject_reason=reason,
        )
        if self.noscript and self.nodes and self.nodes[-1].kind == "image":
            last = self.nodes[-1]
            if last.reject_reason or last.image.url == url or self.last_image_fallbackable:
                if not reason:
                    self.nodes[-1] = node
                return
        if self.nodes and url and any(n.image and n.image.url == url for n in self.nodes[-3:]):
            return
        self.nodes.append(node)
        if self.figures:
            self.figures[-1][0].append(len(self.nodes) - 1)

    last_image_fallbackable = False

    def walk(self, top):
        page = self.page
        blocks = page.blocks
        tags = page.tags
        place = blocks[top].start
        end = blocks[top].end
        current = blocks[top].parent
        while place <= end:
            name, attributes, text = tags[place]
            if name[0] == "/":
                name = name[1:]
                if name in INLINE:
                    if name in page.mute:
                        self.mute -= 1
                    if name == "noscript":
                        self.noscript -= 1
                    elif name == "picture":
                        self.sources = []
                else:
                    b = blocks[current]
                    if self.in_row and name != "tr":
                        self.parts.append(" ")
                    else:
                        self.flush(current)
                    if name == "tr" and self.in_row == current + 1:
                        self.in_row = 0
                        self.nodes += self.pending
                        self.pending = []
                    if name == "pre":
                        self.pre -= 1
                    if name == "figure" and self.figures:
                        imgs, caps = self.figures.pop()
                        c = "\n".join(caps)
                        if c:
                            for k in imgs:
                                self.nodes[k] = replace(
                                    self.nodes[k], image=replace(self.nodes[k].image, caption=c)
                                )
                    current = b.parent
            elif name in INLINE:
                if place in page.hidden_inline:
                    place = page.hidden_inline[place]
                    if not self.mute:
                        self.parts.append(tags[place][2])
                    place += 1
                    continue
                if name in page.mute:
                    self.mute += 1
                if name == "noscript":
                    self.noscript += 1
                elif name == "picture":
                    self.sources = []
                elif name == "amp-img":
                    self.flush(current)
                    self.image(place, name, attributes, current)
            elif name in VOID:
                if name == "br":
                    self.parts.append(_BREAK)
                elif name == "img":
                    if not self.in_row:
                        self.flush(current)
                    self.image(place, name, attributes, current)
                elif name == "source":
                    s = attributes_of(attributes).get("srcset") or attributes_of(attributes).get(
                        "data-srcset"
                    )
                    if s:
                        self.sources.append(s)
                elif name == "hr":
                    self.flush(current)
            else:
                i = self.paths.block_at(place)
                b = blocks[i]
                if not self.in_row:
                    self.flush(current)
                if i in self.dropped or name == "title" or name == "head":
                    if b.look.more_link and self.nodes:
                        self.nodes[-1] = replace(self.nodes[-1], ends_document=True)
                    place = b.end
                    text = tags[place][2]
                    if self.mute == 0 and text:
                        self.parts.append(text)
                    place += 1
                    continue
                current = i
                if name == "pre":
                    self.pre += 1
                elif name == "figure":
                    self.figures.append(([], []))
                elif name == "tr" and not self.in_row and self.is_data(i):
                    self.in_row = i + 1
                elif name in ("td", "th") and self.in_row:
                    if self.parts:
                        self.parts.append(" | ")
            if text and not self.mute:
                self.parts.append(text)
            if place == end:
                break
            place += 1
        self.parts.clear()

    def is_data(self, i):
        p = self.page.blocks[i].parent
        while p >= 0 and self.page.blocks[p].name != "table":
            p = self.page.blocks[p].parent
        return p in self.data
