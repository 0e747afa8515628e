"""Rules on an image that look at the page around it: how often it stands there, and beside what."""

import re
from collections import Counter
from collections.abc import Sequence

from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.marks import marked
from webdoc.page.document import Node
from webdoc.reasons import Reason

# The place of an image that is alone in its link: what holds the link, and which link it is.
_IN_LINK = re.compile(r"(.*)/a\[[0-9]+\]/img\[1\]")


def repeated_images_marked(nodes: Sequence[Node], rules: ImageRules) -> list[Node]:
    """Mark every live image that an earlier live one shows: the same URL, or the same bytes.

    Where nobody knows the size of an image, it goes whole if it stands too often in the page, as
    a star does, and with all others of its row if links without words stand side by side.
    """
    times = Counter(node.image.url for node in nodes if node.image is not None)
    rows = Counter(row for row in map(_link_row, nodes) if row)
    seen: set[str] = set()
    result = []
    for node in nodes:
        if node.image is None or node.reject_reason is not None:
            result.append(node)
            continue
        image, row = node.image, _link_row(node)
        keys = {image.url}
        if rules.same_content and image.facts.sha256:
            keys.add(image.facts.sha256)
        often = 0 if image.facts.width_px else times[image.url]
        if rules.max_in_document is not None and often > rules.max_in_document:
            result.append(marked(node, Reason.IMAGE_OFTEN_IN_DOCUMENT, often))
        elif rules.max_link_row is not None and row and rows[row] > rules.max_link_row:
            result.append(marked(node, Reason.IMAGE_LINK_ROW, rows[row]))
        elif not seen.isdisjoint(keys):
            result.append(marked(node, Reason.IMAGE_REPEATED_IN_DOCUMENT, None))
        else:
            result.append(node)
        seen |= keys
    return result


def _link_row(node: Node) -> str:
    """Return the place that holds the link of an image of unknown size and without words."""
    image = node.image
    if image is None or image.facts.width_px or image.alt_text or image.caption:
        return ""
    if image.rendered_width or image.rendered_height:
        return ""
    found = _IN_LINK.fullmatch(node.dom_path)
    return found[1] if found else ""


def mark_images_without_text(nodes: list[Node]) -> None:
    """Mark each live image in `nodes` whose text is gone.

    That is where a paragraph stands right before or after it, and every such paragraph is marked.
    """
    for place, node in enumerate(nodes):
        if node.image is None or node.reject_reason is not None:
            continue
        beside = [*nodes[max(place - 1, 0) : place], *nodes[place + 1 : place + 2]]
        texts = [other for other in beside if other.kind == "text"]
        if texts and all(other.reject_reason is not None for other in texts):
            nodes[place] = marked(node, Reason.IMAGE_WITHOUT_TEXT, None)
