"""Spoiling: what each kind changes, and that it changes nothing else."""

from collections import Counter

import numpy as np
import pytest

from webdoc.release.published import PublishedPart
from webdoc.scores.spoiling.boilerplate_lines import BOILERPLATE_LINES
from webdoc.scores.spoiling.kinds import Donors, Doses, SpoilKind, spoiled
from webdoc.scores.spoiling.units import Unit, Units, put_together, taken_apart


def image(name: str, caption: str = "") -> PublishedPart:
    return PublishedPart(None, f"https://e.org/{name}.jpg", facts={"caption": caption})


PARTS = (
    PublishedPart("Title\n\nFirst paragraph of it"),
    image("a", "Caption of a"),
    PublishedPart("Caption of a\n\nSecond paragraph of it\n\nThird paragraph of it"),
    image("b"),
    PublishedPart("Fourth paragraph of it"),
)
OWN = taken_apart(PARTS)
OTHER = taken_apart([PublishedPart("Other one\n\nOther two"), image("x", "c"), image("y")])
DONORS = Donors([OTHER], [OTHER], BOILERPLATE_LINES)


def spoil(kind: SpoilKind, document: Units = OWN, donors: Donors = DONORS, seed: int = 0) -> Units:
    copy = spoiled(kind, document, donors, Doses(), np.random.default_rng(seed))
    assert copy is not None
    return copy


def texts(document: Units) -> list[str]:
    return [unit.text for unit in document.units if unit.image is None]


def images(document: Units) -> list[str]:
    return [unit.image.url[14] for unit in document.units if unit.image]


def test_a_document_is_put_together_as_it_was() -> None:
    assert put_together(OWN) == PARTS
    lines = (PublishedPart("one\ntwo"), image("a"), PublishedPart("three"))
    assert put_together(taken_apart(lines)) == lines
    assert len(taken_apart(lines).paragraphs) == 3


def test_a_caption_goes_with_its_image() -> None:
    assert OWN.units[2] == Unit(image=PARTS[1], below=("Caption of a",))
    assert OWN.figures == (2, 5)


@pytest.mark.parametrize("kind", [SpoilKind.IMAGES_FOREIGN, SpoilKind.IMAGES_SAME_DOMAIN])
def test_foreign_images_stand_where_its_own_stood(kind: SpoilKind) -> None:
    copy = spoil(kind)
    assert copy.figures == OWN.figures
    assert sorted(images(copy)) == ["x", "y"]
    assert texts(copy) == texts(OWN)
    assert spoiled(kind, OWN, Donors(), Doses(), np.random.default_rng(0)) is None


def test_shuffled_images_all_move() -> None:
    copy = spoil(SpoilKind.IMAGES_SHUFFLED)
    assert images(copy) == ["b", "a"]
    assert texts(copy) == texts(OWN)
    single = taken_apart([*PARTS[:3], image("a")])
    dice = np.random.default_rng(0)
    assert spoiled(SpoilKind.IMAGES_SHUFFLED, single, DONORS, Doses(), dice) is None


def test_half_of_the_paragraphs_are_foreign() -> None:
    copy = spoil(SpoilKind.PARAGRAPHS_FOREIGN)
    foreign = [text for text in texts(copy) if text.startswith("Other")]
    assert len(foreign) == round(len(OWN.paragraphs) / 2)
    assert images(copy) == images(OWN)


def test_shuffled_paragraphs_are_the_same_ones() -> None:
    copy = spoil(SpoilKind.PARAGRAPHS_SHUFFLED)
    assert texts(copy) != texts(OWN)
    assert Counter(texts(copy)) == Counter(texts(OWN))
    assert copy.figures == OWN.figures


def test_boilerplate_comes_between() -> None:
    copy = spoil(SpoilKind.BOILERPLATE)
    added = [text for text in texts(copy) if text not in texts(OWN)]
    assert len(added) == 3
    assert set(added) <= set(BOILERPLATE_LINES)
    assert [text for text in texts(copy) if text not in added] == texts(OWN)


def test_shuffled_words_are_the_same_ones() -> None:
    copy = spoil(SpoilKind.WORDS_SHUFFLED)
    assert texts(copy) != texts(OWN)
    for before, after in zip(texts(OWN), texts(copy), strict=True):
        assert Counter(before.split()) == Counter(after.split())


@pytest.mark.parametrize("kind", SpoilKind)
def test_the_same_seed_gives_the_same_copy(kind: SpoilKind) -> None:
    assert spoil(kind, seed=7) == spoil(kind, seed=7)


@pytest.mark.parametrize("kind", SpoilKind)
def test_of_an_empty_document_there_is_no_copy(kind: SpoilKind) -> None:
    assert spoiled(kind, Units(()), DONORS, Doses(), np.random.default_rng(0)) is None


@pytest.mark.parametrize("doses", [{"paragraphs": 0.0}, {"paragraphs": 1.1}, {"boilerplate": -1.0}])
def test_doses_that_cannot_be_are_refused(doses: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Doses(**doses)  # type: ignore[arg-type]
