"""A document as its scores see it: paragraphs and figures in reading order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from webdoc.release.published import PublishedDocument

Vector = NDArray[np.float32]
MAX_CHARS: Final = 4_000  # of a paragraph, a caption or an alternative text that are looked at
MAX_PARAGRAPHS: Final = 400  # of a document, as the next one
MAX_FIGURES: Final = 100
_LEAST_LINE: Final = 20  # characters of a line that may be a part of a longer caption
_NEAR: Final = 2  # paragraphs on either side of an image among which its caption is looked for
_NOTHING: Final[Mapping[str, Vector]] = MappingProxyType({})
_WORD_OF_NAME: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of text."""

    text: str
    vector: Vector | None = None  # of a text model, of length 1; None where there is none


@dataclass(frozen=True, slots=True)
class Figure:
    """One image with what the page says of it."""

    alt_text: str = ""
    caption: str = ""
    file_words: str = ""  # words of the last part of its address, without digits
    key: str = ""  # the same of two figures that show one picture: its SHA-256, else its address
    perceptual_hash: str = ""  # 16 hex digits; "" unknown
    vector: Vector | None = None  # of the image by the same model; None where there is none


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """One document, in reading order."""

    parts: tuple[Paragraph | Figure, ...] = ()
    title: str = ""  # "" unknown, as of every MMC4 document
    language: str = ""  # ISO 639-1; "" unknown
    removed_share: float | None = None  # of its characters, by rules; None unknown


def parts_of(
    document: PublishedDocument,
    *,
    picture_vectors: Mapping[str, Vector] = _NOTHING,
    text_vectors: Mapping[str, Vector] = _NOTHING,
    removed_share: float | None = None,
) -> DocumentParts:
    """Return a row of data/ as its scores see it.

    Every line is a paragraph of its own: releases of both paths divide them by line breaks at
    least. A paragraph that is the caption of an image beside it belongs to the image.

    Args:
        document: of a release of either path.
        picture_vectors: of one model, float32 of length 1, by `sha256`.
        text_vectors: likewise, by the text of a paragraph as it is in the result.
        removed_share: of the characters of the document, by rules.
    """
    parts: list[Paragraph | Figure] = []
    for part in document.parts:
        if part.text is None:
            parts.append(_figure(part.url, part.facts, picture_vectors))
        else:
            lines = (line.strip() for line in part.text.split("\n"))
            cut = (line[:MAX_CHARS] for line in lines if line)
            parts += [Paragraph(line, text_vectors.get(line)) for line in cut]
    return DocumentParts(
        parts=tuple(_without_captions(parts)),
        title=str(document.facts.get("title") or ""),
        language=str(document.facts.get("language") or ""),
        removed_share=removed_share,
    )


def _figure(url: str, facts: Mapping[str, object], vectors: Mapping[str, Vector]) -> Figure:
    digest = str(facts.get("sha256") or "")
    return Figure(
        alt_text=str(facts.get("alt_text") or "")[:MAX_CHARS],
        caption=str(facts.get("caption") or "")[:MAX_CHARS],
        file_words=file_words(url),
        key=digest or url,
        perceptual_hash=str(facts.get("perceptual_hash") or ""),
        vector=vectors.get(digest),
    )


def file_words(url: str) -> str:
    """Return the words of the file that an address names, without digits and ending.

    >>> file_words("https://e.org/2024/redFox-in_snow_1024x768.jpg?w=3")
    'red Fox in snow'
    """
    path = url[:MAX_CHARS].partition("?")[0].partition("#")[0]
    name = unquote(path).rpartition("/")[2].rpartition(".")[0]
    return " ".join(_WORD_OF_NAME.findall(name))


def _without_captions(parts: Sequence[Paragraph | Figure]) -> list[Paragraph | Figure]:
    """Leave out paragraphs that are the caption of an image beside them."""
    captions: set[int] = set()
    for place, part in enumerate(parts):
        caption = " ".join(part.caption.split()) if isinstance(part, Figure) else ""
        near = range(max(place - _NEAR, 0), min(place + _NEAR + 1, len(parts)))
        captions.update(other for other in near if caption and _is_of(parts[other], caption))
    return [part for place, part in enumerate(parts) if place not in captions]


def _is_of(part: Paragraph | Figure, caption: str) -> bool:
    """Tell whether a paragraph is a caption, or a line of one."""
    text = " ".join(part.text.split()) if isinstance(part, Paragraph) else ""
    return text == caption or (len(text) >= _LEAST_LINE and text in caption)
