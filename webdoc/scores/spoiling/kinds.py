"""The ways in which a document is spoiled: each takes one thing away that a good document has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from webdoc.scores.spoiling.units import Unit, Units

_LEAST_WORDS: Final = 3  # of a paragraph that is worth shuffling
_LEAST_PARAGRAPHS: Final = 3  # of a document whose paragraphs are exchanged or shuffled


class SpoilKind(StrEnum):
    """What is wrong with a spoiled copy."""

    IMAGES_FOREIGN = "images_foreign"  # images of other documents
    IMAGES_SAME_DOMAIN = "images_same_domain"  # images of other documents of its own site
    IMAGES_SHUFFLED = "images_shuffled"  # its own images, each at the place of another one
    PARAGRAPHS_FOREIGN = "paragraphs_foreign"  # paragraphs of other documents among its own
    PARAGRAPHS_SHUFFLED = "paragraphs_shuffled"  # its own paragraphs in another order
    BOILERPLATE = "boilerplate"  # cookie lines, menus and share bars between its paragraphs
    WORDS_SHUFFLED = "words_shuffled"  # the words of each paragraph in another order


@dataclass(frozen=True, slots=True)
class Donors:
    """What is taken from elsewhere."""

    foreign: Sequence[Units] = ()  # other documents, of other sites while there are such
    same_domain: Sequence[Units] = ()  # other documents of its own site
    boilerplate: Sequence[str] = ()  # lines


@dataclass(frozen=True, slots=True)
class Doses:
    """How much is spoiled."""

    paragraphs: float = 0.5  # share of a document's paragraphs that foreign ones stand for
    boilerplate: float = 0.25  # lines that are inserted for each paragraph
    boilerplate_lines: int = 3  # and at least so many

    def __post_init__(self) -> None:
        if not 0 < self.paragraphs <= 1 or self.boilerplate < 0 or self.boilerplate_lines < 1:
            raise ValueError(f"impossible doses: {self}")


def spoiled(
    kind: SpoilKind, document: Units, donors: Donors, doses: Doses, dice: np.random.Generator
) -> Units | None:
    """Return a spoiled copy; None where nothing of the kind can be done to this document.

    Args:
        kind: what is spoiled.
        document: stays as it is.
        donors: of other documents; a kind that needs none does not look at them.
        doses: how much is spoiled.
        dice: the only chance there is.
    """
    copy: Units | None
    match kind:
        case SpoilKind.IMAGES_FOREIGN:
            copy = _with_images_of(document, donors.foreign, dice)
        case SpoilKind.IMAGES_SAME_DOMAIN:
            copy = _with_images_of(document, donors.same_domain, dice)
        case SpoilKind.IMAGES_SHUFFLED:
            copy = _images_shuffled(document, dice)
        case SpoilKind.PARAGRAPHS_FOREIGN:
            copy = _with_paragraphs_of(document, donors.foreign, doses, dice)
        case SpoilKind.PARAGRAPHS_SHUFFLED:
            copy = _paragraphs_shuffled(document, dice)
        case SpoilKind.BOILERPLATE:
            copy = _with_lines(document, donors.boilerplate, doses, dice)
        case SpoilKind.WORDS_SHUFFLED:
            copy = _words_shuffled(document, dice)
    return None if copy is None or copy.units == document.units else copy


def _with_images_of(
    document: Units, donors: Sequence[Units], dice: np.random.Generator
) -> Units | None:
    """Put figures of other documents in the places of all figures, each at most once."""
    own = {_key(document.units[place]) for place in document.figures}
    strange = {
        _key(unit): unit
        for donor in donors
        for unit in donor.units
        if unit.image is not None and _key(unit) not in own
    }
    if not own or len(strange) < len(document.figures):
        return None
    pool = list(strange.values())
    drawn = dice.permutation(len(pool))[: len(document.figures)]
    return _replaced(document, dict(zip(document.figures, (pool[n] for n in drawn), strict=True)))


def _images_shuffled(document: Units, dice: np.random.Generator) -> Units | None:
    """Move every figure to the place of the next one in a circle drawn by lot."""
    places = document.figures
    if len({_key(document.units[place]) for place in places}) < 2:
        return None
    circle = dice.permutation(places).tolist()
    from_where = [circle[-1], *circle[:-1]]
    moved = {to: document.units[one] for to, one in zip(circle, from_where, strict=True)}
    return _replaced(document, moved)


def _key(unit: Unit) -> str:
    """Return what is the same of two figures that show one picture."""
    assert unit.image is not None
    return str(unit.image.facts.get("sha256") or unit.image.url)


def _with_paragraphs_of(
    document: Units, donors: Sequence[Units], doses: Doses, dice: np.random.Generator
) -> Units | None:
    """Put paragraphs in the places of some, each of another document while there are others."""
    places = document.paragraphs
    count = round(len(places) * doses.paragraphs)
    able = [donor for donor in donors if donor.paragraphs]
    if not able or len(places) < _LEAST_PARAGRAPHS or not count:
        return None
    taken = []
    for n in _drawn(len(able), count, dice):
        paragraphs = able[n].paragraphs
        taken.append(able[n].units[paragraphs[dice.integers(len(paragraphs))]])
    chosen = sorted(dice.choice(places, count, replace=False).tolist())
    return _replaced(document, dict(zip(chosen, taken, strict=True)))


def _paragraphs_shuffled(document: Units, dice: np.random.Generator) -> Units | None:
    places = document.paragraphs
    if len(places) < _LEAST_PARAGRAPHS:
        return None
    order = dice.permutation(places).tolist()
    moved = {place: document.units[one] for place, one in zip(places, order, strict=True)}
    return _replaced(document, moved)


def _with_lines(
    document: Units, lines: Sequence[str], doses: Doses, dice: np.random.Generator
) -> Units | None:
    """Insert lines at places drawn by lot."""
    if not lines or not document.paragraphs:
        return None
    count = max(round(len(document.paragraphs) * doses.boilerplate), doses.boilerplate_lines)
    gaps = sorted(dice.integers(len(document.units) + 1, size=count).tolist(), reverse=True)
    units = list(document.units)
    for gap, line in zip(gaps, _drawn(len(lines), count, dice), strict=True):
        units.insert(gap, Unit(lines[line]))
    return replace(document, units=tuple(units))


def _words_shuffled(document: Units, dice: np.random.Generator) -> Units | None:
    moved = {}
    for place in document.paragraphs:
        words = re.findall(r"\S+", document.units[place].text)
        if len(words) >= _LEAST_WORDS:
            moved[place] = Unit(" ".join(words[n] for n in dice.permutation(len(words))))
    return _replaced(document, moved) if moved else None


def _drawn(items: int, count: int, dice: np.random.Generator) -> list[int]:
    """Return numbers of items, none again before all the others were drawn."""
    rounds = [dice.permutation(items).tolist() for _ in range(0, count, items)]
    return [n for one in rounds for n in one][:count]


def _replaced(document: Units, units: Mapping[int, Unit]) -> Units:
    new = (units.get(n, unit) for n, unit in enumerate(document.units))
    return replace(document, units=tuple(new))
