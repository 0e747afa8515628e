"""A published document as paragraphs and figures that can be moved, and back again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from webdoc.release.published import PublishedPart

_BLANK_LINE: Final = "\n\n"
_NEAR: Final = 2  # paragraphs on either side of an image among which its caption is looked for


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or a figure: an image with the paragraphs that are its caption."""

    text: str = ""  # of a paragraph; "" of a figure
    image: PublishedPart | None = None  # of a figure
    above: tuple[str, ...] = ()  # paragraphs of the figure's caption that stand before its image
    below: tuple[str, ...] = ()  # and behind it


@dataclass(frozen=True, slots=True)
class Units:
    """A document taken apart."""

    units: tuple[Unit, ...]
    separator: str = (
        _BLANK_LINE  # what divides paragraphs of one text: a blank line or a line break
    )

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """Places of the paragraphs."""
        return tuple(n for n, unit in enumerate(self.units) if unit.image is None)

    @property
    def figures(self) -> tuple[int, ...]:
        """Places of the figures."""
        return tuple(n for n, unit in enumerate(self.units) if unit.image is not None)


def taken_apart(parts: Sequence[PublishedPart]) -> Units:
    """Return the paragraphs and figures of a document, in reading order.

    Paragraphs are divided by blank lines; where a document has none, by line breaks.
    """
    separator = _BLANK_LINE if any(_BLANK_LINE in (p.text or "") for p in parts) else "\n"
    units: list[Unit] = []
    for part in parts:
        if part.text is None:
            units.append(Unit(image=part))
        else:
            units += [Unit(text) for text in part.text.split(separator) if text.strip()]
    return Units(tuple(_with_captions(units)), separator)


def _with_captions(units: Sequence[Unit]) -> Iterable[Unit]:
    """Yield units, the paragraphs of captions inside their figures."""
    owner: dict[int, int] = {}  # place of a paragraph -> place of the figure whose caption it is
    for place, unit in enumerate(units):
        caption = _folded(str(unit.image.facts.get("caption") or "")) if unit.image else ""
        for near in (place + step for n in range(1, _NEAR + 1) for step in (n, -n)):
            is_there = 0 <= near < len(units) and near not in owner
            if caption and is_there and _folded(units[near].text) == caption:
                owner[near] = place
                break
    for place, unit in enumerate(units):
        if place in owner:
            continue
        if unit.image is None:
            yield unit
            continue
        own = sorted(near for near, figure in owner.items() if figure == place)
        above = tuple(units[near].text for near in own if near < place)
        below = tuple(units[near].text for near in own if near > place)
        yield Unit(image=unit.image, above=above, below=below)


def _folded(text: str) -> str:
    return " ".join(text.split())


def put_together(document: Units) -> tuple[PublishedPart, ...]:
    """Return the parts of a document again; neighbouring paragraphs become one text."""
    parts: list[PublishedPart] = []
    run: list[str] = []
    for unit in document.units:
        if unit.image is None:
            run.append(unit.text)
            continue
        run += unit.above
        if run:
            parts.append(PublishedPart(document.separator.join(run)))
        parts.append(unit.image)
        run = list(unit.below)
    if run:
        parts.append(PublishedPart(document.separator.join(run)))
    return tuple(parts)
