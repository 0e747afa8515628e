"""An image of a document beside its texts: what scorers of captions look at. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import sentencex  # type: ignore[import-untyped]

WORDS_BY: Final = "image_text"  # the scorer of pictures that reads the words in them
# What a scorer of captions may ask for, in its NEEDS, and the fields of `ScoredCaption` that are
# filled for it. The SHA-256 always is.
Need = Literal["alt_text", "caption", "sentences", "language", "earlier", "picture", "words"]
FIELDS: Final[dict[Need, tuple[str, ...]]] = {
    "alt_text": ("alt_text",),
    "caption": ("caption",),
    "sentences": ("before", "after"),
    "language": ("language",),
    "earlier": ("perceptual_hash", "earlier"),
    "picture": ("picture",),
    "words": ("words",),
}
_MOST_EARLIER: Final = 100  # pictures of a document
_MAX_SENTENCE_CHARS: Final = 1_000  # of a paragraph, as much as is looked at for its sentence
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A run of words in one line of a picture, as a scorer of pictures read it."""

    text: str
    confidence: float  # of the recognition, in [0, 1]
    # Corners of the line's box, clockwise from its upper left one: x and y as shares of width and
    # height of the picture as its bytes have it, in [0, 1]; eight numbers.
    corners: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredCaption:
    """One image of a document, the texts that go with it there, and what its picture is.

    A scorer finds only those fields filled that its NEEDS name, so that its scores depend on
    nothing else: two images that are equal in them are scored once, wherever they stand.
    """

    sha256: str = ""  # of the picture's bytes
    alt_text: str = ""  # NEEDS alt_text; "" where the page gives none
    caption: str = ""  # NEEDS caption: of the figure around it; "" where there is none
    before: str = ""  # NEEDS sentences: the last one before the image; "" where it is the first
    after: str = ""  # the first sentence after it; neither is the caption once more
    language: str = ""  # NEEDS language: code of the document's language; "" unknown
    perceptual_hash: str = ""  # NEEDS earlier: 16 hex digits, webdoc.picture.perceptual_hash; ""
    earlier: tuple[str, ...] = ()  # likewise, of the last 100 pictures before it
    words: tuple[ReadWord, ...] = ()  # NEEDS words: lines that `image_text` reads in the picture
    picture: bytes = b""  # NEEDS picture: as captured, of any format; it may not decode

    @property
    def texts(self) -> tuple[str, ...]:
        """Caption and alternative text, where there are any."""
        return tuple(text for text in (self.caption, self.alt_text) if text.strip())


_BLANK: Final = ScoredCaption()


@dataclass(frozen=True, slots=True)
class PlacedCaption:
    """A caption, and where its image stands."""

    doc_id: str
    place: int  # index of the image in its document: of nodes, of candidates or of data/'s lists
    shown: ScoredCaption  # without its picture and the words in it


@dataclass(frozen=True, slots=True)
class ShownImage:
    """An image among the parts of a document, as far as the document knows it."""

    place: int
    sha256: str  # "" where its bytes were never seen: it is not scored
    alt_text: str = ""
    caption: str = ""
    perceptual_hash: str = ""


Part = str | ShownImage | None  # a paragraph, an image, or None: what follows is another text


def captions_of(
    doc_id: str, parts: Sequence[Part], language: str, needs: Collection[Need]
) -> list[PlacedCaption]:
    """Return the images of a document beside their texts, in reading order.

    Args:
        doc_id: of the document.
        parts: its live paragraphs and images, in reading order.
        language: code; "" unknown.
        needs: what is filled; pictures and their words never are.

    Returns:
        One for each image whose SHA-256 is known.
    """
    found = []
    hashes: list[str] = []  # of the images so far
    befores = _nearest_texts(parts)
    afters = _nearest_texts(parts[::-1])[::-1]
    for part, before, after in zip(parts, befores, afters, strict=True):
        if not isinstance(part, ShownImage) or not part.sha256:
            continue
        shown = shown_caption(part, language, hashes, needs)
        if "sentences" in needs:
            sides = (_first_other(before, part.caption), _first_other(after, part.caption))
            shown = replace(
                shown,
                before=edge_sentence(sides[0], language, last=True),
                after=edge_sentence(sides[1], language, last=False),
            )
        found.append(PlacedCaption(doc_id, part.place, shown))
        if part.perceptual_hash:
            hashes.append(part.perceptual_hash)
    return found


def _nearest_texts(parts: Iterable[Part]) -> list[tuple[str, ...]]:
    """Return for each part up to two texts before it, the nearest first."""
    found = []
    near: tuple[str, ...] = ()
    for part in parts:
        found.append(near)
        if part is None:
            near = ()
        elif isinstance(part, str) and part.strip():
            near = (part, *near[:1])
    return found


def _first_other(texts: tuple[str, ...], caption: str) -> str:
    words = caption.split()
    return next((text for text in texts if text.split() != words), "")


def shown_caption(
    image: ShownImage, language: str, hashes: Sequence[str], needs: Collection[Need]
) -> ScoredCaption:
    """Return what is needed of an image, but for the sentences around it.

    Args:
        image: it.
        language: of its document.
        hashes: those that are known of the pictures before it.
        needs: what is filled.
    """
    whole = ScoredCaption(
        image.sha256,
        image.alt_text,
        image.caption,
        language=language,
        perceptual_hash=image.perceptual_hash,
        earlier=tuple(hashes[-_MOST_EARLIER:]),
    )
    others = filled(FIELDS) - filled(needs)
    return replace(whole, **{name: getattr(_BLANK, name) for name in others})


def filled(needs: Iterable[Need]) -> set[str]:
    """Return the names of the fields of `ScoredCaption` that are filled, beside the SHA-256."""
    return {name for need in needs for name in FIELDS[need]}


def edge_sentence(text: str, language: str, *, last: bool) -> str:
    """Return the first or the last sentence of a text; "" of a blank one.

    Lines are divided too: a heading is a sentence. Of a line only 1,000 characters are looked at.

    >>> edge_sentence("A heading\\nOne bird. Two birds.", "en", last=True)
    'Two birds.'
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    line = lines[-1 if last else 0]
    piece = line[-_MAX_SENTENCE_CHARS:] if last else line[:_MAX_SENTENCE_CHARS]
    whole = _LONE_SURROGATE.sub("\ufffd", piece)
    found = [one.strip() for one in sentencex.segment(language or "en", whole)]
    found = [one for one in found if one]
    return found[-1 if last else 0] if found else ""
