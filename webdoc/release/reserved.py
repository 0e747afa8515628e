"""What readers of an export take for a marker of a picture, written by the author of a page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from webdoc.release.published import PublishedDocument

IMAGE_TOKEN: Final = "<image>"


def escape(text: str, tokens: Sequence[str]) -> tuple[str, int]:
    """Return the text with every token's angle brackets as HTML writes them, and how many it had.

    A reader that counts markers then finds as many as there are pictures, and a person still sees
    what the page said.

    >>> escape("The tag <image> is old.", ["<image>"])
    ('The tag &lt;image&gt; is old.', 1)
    """
    count = 0
    for token in tokens:
        found = text.count(token)
        if found:
            count += found
            text = text.replace(token, _harmless(token))
    return text, count


def _harmless(token: str) -> str:
    written = token.replace("<", "&lt;").replace(">", "&gt;")
    # A marker without angle brackets, [IMG] for example, is taken apart by a space.
    return written if written != token else f"{token[:1]} {token[1:]}"


def count_tokens(document: PublishedDocument, tokens: Sequence[str]) -> int:
    """Return how often tokens stand in the texts of a document."""
    texts = [part.text for part in document.parts if part.text is not None]
    return sum(text.count(token) for text in texts for token in tokens)


def without_reserved(document: PublishedDocument, tokens: Sequence[str]) -> PublishedDocument:
    """Return the document with tokens escaped in its texts, also in its fields of MMC4."""
    parts = tuple(
        part if part.text is None else replace(part, text=escape(part.text, tokens)[0])
        for part in document.parts
    )
    placed = dict(document.placed)
    if "text_list" in placed:
        placed["text_list"] = [escape(text, tokens)[0] for text in placed["text_list"]]
    return replace(document, parts=parts, placed=placed)
