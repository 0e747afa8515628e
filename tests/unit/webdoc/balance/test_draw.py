"""MetaCLIP's draw, beside a second, plain writing of it."""

from collections import Counter
from hashlib import blake2b
from math import sqrt
from random import Random

import pytest

from webdoc.balance.draw import (
    Chance,
    DocumentEntries,
    ImageEntries,
    chance_of,
    draw,
    limits_by_language,
    t_of_share,
    tail_share,
)

NAMES = ["common", "often", "rare"]


def one(doc_id: str, *images: tuple[int, ...], language: str = "") -> DocumentEntries:
    found = tuple(ImageEntries(number, own) for number, own in enumerate(images))
    return DocumentEntries(doc_id, language, found)


def corpus() -> list[DocumentEntries]:
    """2,000 documents of one to three images: `common` in most, `rare` in few, some with none."""
    dice, share = Random(7), (0.7, 0.2, 0.02)
    return [
        one(f"{n:032x}", *(
            tuple(e for e in range(3) if dice.random() < share[e] / 2)
            for _ in range(dice.randint(1, 3))
        ))
        for n in range(2000)
    ]  # fmt: skip


def plainly_drawn(documents: list[DocumentEntries], t: int, seed: int) -> dict[str, set[int]]:
    """Return which images of which documents are drawn: the algorithm in its own words."""
    counts = Counter(e for d in documents for e in {e for i in d.images for e in i.entries})
    drawn: dict[str, set[int]] = {}
    for document in documents:
        for image in document.images:
            for entry in image.entries:
                text = f"{seed}\x00{document.doc_id}\x00{NAMES[entry]}".encode()
                high = int(blake2b(text, digest_size=8).hexdigest(), 16) // 2048
                if high * max(counts[entry], t) < t * 2**53:
                    drawn.setdefault(document.doc_id, set()).add(image.image)
    return drawn


@pytest.mark.parametrize(("t", "seed"), [(100, 0), (100, 1), (1, 3), (5000, 0)])
def test_the_draw_is_that_of_a_plain_writing(t: int, seed: int) -> None:
    documents = corpus()
    counts = Counter(e for d in documents for e in {e for i in d.images for e in i.entries})
    frequent = {
        ("", e): Chance(NAMES[e], chance_of(count, t)) for e, count in counts.items() if count > t
    }
    expected = plainly_drawn(documents, t, seed)
    for document in documents:
        found = draw(document, frequent, seed)
        assert set(found.images) == expected.get(document.doc_id, set())
        assert found.stays == (document.doc_id in expected)


def test_a_concept_keeps_about_t_documents() -> None:
    """Within five standard deviations of min(count, t), and another seed draws others."""
    documents, t = [one(f"{n}", (0,)) for n in range(5000)], 400
    frequent = {("", 0): Chance("common", chance_of(5000, t))}
    kept = {
        seed: {d.doc_id for d in documents if draw(d, frequent, seed).stays} for seed in range(3)
    }
    deviation = sqrt(t * (1 - t / 5000))
    assert all(abs(len(ids) - t) < 5 * deviation for ids in kept.values())
    assert kept[0] != kept[1]
    assert len(kept[0] & kept[1]) < t / 4  # of two draws that have nothing to do with each other


def test_what_is_said_of_a_document() -> None:
    never, often = Chance("common", 0.0), Chance("often", 1e-9)
    frequent = {("", 0): never, ("", 1): often}
    lost = draw(one("d", (0, 1), (0,)), frequent, 0)
    assert (lost.stays, lost.chance, lost.entry, lost.images) == (False, 1e-9, "often", ())
    rare = draw(one("d", (0,), (2, 1)), frequent, 0)
    assert (rare.stays, rare.chance, rare.images) == (True, 1.0, (1,))
    nothing = draw(one("d", (), ()), frequent, 0)
    assert (nothing.stays, nothing.chance, nothing.entry) == (False, 0.0, "no entry")
    assert draw(one("d"), frequent, 0).stays  # no image: nothing to balance it by
    other = draw(one("d", (0,), language="de"), frequent, 0)
    assert other.stays  # frequent elsewhere only


def test_chances_lie_on_both_sides_of_t() -> None:
    assert [chance_of(count, 10) for count in (0, 10, 11, 40)] == [1.0, 1.0, 10 / 11, 0.25]


def test_a_language_has_the_tail_of_the_reference() -> None:
    """English: 60 of 240 mentions are of concepts below 20, a quarter; German by its own counts."""
    english = [(1, 40), (10, 2), (20, 4), (100, 1)]
    german = [(1, 5), (5, 1), (10, 3)]  # a quarter of 40 is 10: up to the count 5
    assert tail_share(english, 20) == 0.25
    assert t_of_share(german, 0.25) == 5
    limits = limits_by_language({"en": english, "de": german, "xx": []}, 20, "en")
    assert limits == {"en": 20, "de": 5, "xx": 1}
    assert limits_by_language({"de": german}, 20, "en") == {"de": 20}
    assert tail_share([], 20) == 0
