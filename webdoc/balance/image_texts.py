"""The texts that say what an image is about: its own, and a sentence on either side. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from webdoc.scores.scored_caption import edge_sentence

_BLANK_LINE: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class ImageTexts:
    """What stands at one image of a document: alternative text, caption, two sentences."""

    image: int  # its number among the images of the document, from 0
    texts: tuple[str, ...]  # without empty ones


@dataclass(frozen=True, slots=True)
class DocumentTexts:
    """What stands at the images of a document."""

    doc_id: str
    language: str  # "" unknown
    title: str
    images: tuple[ImageTexts, ...]


def document_texts(
    texts: Sequence[str | None], metadata: str, general_metadata: str
) -> DocumentTexts:
    """Return what stands at each image of a row of data/.

    Beside the alternative text and the caption, these are the last sentence before the image and
    the first one behind it, not beyond a point where the page says that a text ends, and not in
    the paragraph that repeats the caption.

    Args:
        texts: as the next two, a column of data/.
        metadata: JSON.
        general_metadata: JSON.

    Raises:
        ValueError: lists of unequal length, or JSON that is none: no release of ours.
    """
    facts: list[dict[str, Any] | None] = json.loads(metadata)
    general: dict[str, Any] = json.loads(general_metadata)
    language = _unicode(general.get("language"))
    ends = frozenset(general.get("ends_after") or ())
    images: list[ImageTexts] = []
    for place, (text, fact) in enumerate(zip(texts, facts, strict=True)):
        if text is not None or fact is None:
            continue
        caption = _unicode(fact.get("caption"))
        before = _other(reversed(_before(texts, place, ends)), caption)
        behind = _other(_behind(texts, place, ends), caption)
        found = (
            _unicode(fact.get("alt_text")),
            caption,
            edge_sentence(before, language, last=True),
            edge_sentence(behind, language, last=False),
        )
        images.append(ImageTexts(len(images), tuple(one for one in found if one.strip())))
    return DocumentTexts(
        _unicode(general.get("doc_id")),
        language,
        _unicode(general.get("title")),
        tuple(images),
    )


def _before(texts: Sequence[str | None], place: int, ends: frozenset[int]) -> list[str]:
    """Return the paragraphs of the nearest text before a place, in their order."""
    for index in range(place - 1, -1, -1):
        if index in ends:
            return []
        if (text := texts[index]) is not None and text.strip():
            return text.split(_BLANK_LINE)
    return []


def _behind(texts: Sequence[str | None], place: int, ends: frozenset[int]) -> list[str]:
    for index in range(place + 1, len(texts)):
        if index - 1 in ends:
            return []
        if (text := texts[index]) is not None and text.strip():
            return text.split(_BLANK_LINE)
    return []


def _other(paragraphs: Iterable[str], caption: str) -> str:
    """Return the first paragraph that says anything and does not repeat the caption."""
    words = caption.split()
    return next((one for one in paragraphs if one.split() not in ([], words)), "")


def _unicode(value: object) -> str:
    """Return a text of JSON; half a surrogate pair, which has no bytes, becomes a question mark."""
    return str(value or "").encode("utf-8", "replace").decode()
