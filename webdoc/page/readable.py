"""A page for a person to read: its live parts as plain text, or as Markdown."""

import re
from collections.abc import Callable
from typing import Final

from webdoc.page.document import Document, Node
from webdoc.release.escaping import clean, code_block, markdown_text

_HEADING: Final = re.compile(r"h([1-6])")
_ADDRESS: Final = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E"})


def plain_text(document: Document) -> str:
    """Return paragraphs and images in reading order, divided by empty lines."""
    return _joined(document, _plain)


def markdown(document: Document) -> str:
    """Return paragraphs and images in reading order as Markdown; no text of the page is markup."""
    return _joined(document, _marked_up)


def _joined(document: Document, shown: Callable[[Node], str]) -> str:
    text, before = "", None
    for node in document.nodes:
        if node.reject_reason is not None:
            continue
        is_list = before is not None and before.tag == node.tag == "li"
        text += ("" if before is None else "\n" if is_list else "\n\n") + shown(node)
        before = node
    return f"{text}\n" if text else ""


def _plain(node: Node) -> str:
    if node.image is None:
        return f"- {clean(node.text)}" if node.tag == "li" else clean(node.text)
    alt = " ".join(clean(node.image.alt_text).split())
    return f"[image: {alt or 'no alternative text'}: {clean(node.image.url)}]"


def _marked_up(node: Node) -> str:
    if node.image is not None:
        url = clean(node.image.url).translate(_ADDRESS)
        return f"![{markdown_text(node.image.alt_text)}]({url})"
    heading = _HEADING.fullmatch(node.tag)
    if heading:
        return f"{'#' * int(heading[1])} {markdown_text(node.text)}"
    if node.tag == "pre":
        return code_block(node.text)
    start = {"li": "- ", "blockquote": "> "}.get(node.tag, "")
    indent = "  " * max(node.level - 1, 0) if node.tag == "li" else ""
    return f"{indent}{start}{markdown_text(node.text)}"
