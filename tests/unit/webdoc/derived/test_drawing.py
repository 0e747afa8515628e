"""Drawing documents by a number of each: against plain second implementations."""

import random
from collections import Counter
from hashlib import sha256
from math import exp, log, sqrt

import numpy as np
import pytest

from webdoc.derived.drawing import (
    Spread,
    cells_of,
    density_key,
    gumbel_key,
    number_of,
    pareto_keeps,
    place_of,
)


def spread(values: list[float]) -> Spread:
    mean = sum(values) / len(values)
    deviation = sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return Spread(len(values), mean, deviation, min(values), max(values))


def test_a_place_is_a_part_of_a_hash() -> None:
    digits = sha256(b"7:abc").hexdigest()[:13]

    assert place_of("abc", 7) == pytest.approx(int(digits, 16) / 16**13, abs=1e-15)
    assert 0 < place_of("abc", 7) < 1


def test_the_largest_gumbel_key_falls_as_often_as_the_softmax_says() -> None:
    """Of three documents the first drawn one is document i with exp(z_i / 2) / sum exp(z / 2)."""
    values = [0.0, 1.0, 4.0]
    found = spread(values)
    z = [(v - found.mean) / found.deviation for v in values]
    expected = [exp(one / 2) / sum(exp(other / 2) for other in z) for one in z]
    firsts = Counter(
        max(range(3), key=lambda i: gumbel_key(values[i], found, 2.0, place_of(f"{i}", seed)))
        for seed in range(4_000)
    )

    assert [firsts[i] / 4_000 for i in range(3)] == pytest.approx(expected, abs=0.03)


def test_equal_values_are_drawn_by_hashes_alone() -> None:
    assert gumbel_key(3.0, Spread(9, 3.0, 0.0), 2.0, 0.25) == pytest.approx(-log(-log(0.25)))


def test_a_pareto_number_keeps_what_the_published_line_keeps() -> None:
    """NeMo Curator: np.random.pareto(3) > 1 - score. Kept shares of scores agree with that line."""
    dice = np.random.default_rng(0)
    places = [place_of(f"{n}", 0) for n in range(4_000)]
    for score in (0.0, 0.5, 0.9):
        published = float((dice.pareto(3, 40_000) > 1 - score).mean())
        kept = sum(pareto_keeps(score, place) for place in places) / len(places)
        assert kept == pytest.approx(published, abs=0.025)
    assert all(pareto_keeps(1.0, place) for place in places)


def test_the_cells_of_texts_estimate_how_alike_a_corpus_is() -> None:
    """The mean share of cells is the mean of J ** 2 over the corpus, counted word by word."""
    dice = random.Random(1)
    words = [f"word{n}" for n in range(40)]
    texts = [" ".join(dice.sample(words, 20)) for _ in range(30)] + ["word1 word2 word3"] * 2
    cells = [cells_of([text]) for text in texts]
    counts = Counter(
        (n, int(c)) for found in cells if found is not None for n, c in enumerate(found)
    )
    for n in (0, 30):
        own = set(texts[n].split())
        plain = sum(
            (len(own & set(t.split())) / len(own | set(t.split()))) ** 2 for t in texts
        ) / len(texts)
        found = cells[n]
        assert found is not None
        estimate = sum(counts[k, int(c)] for k, c in enumerate(found)) / len(found) / len(texts)
        assert estimate == pytest.approx(plain, abs=0.05)
    assert cells_of(["", None, " \n"]) is None


def test_of_two_places_the_rarer_text_has_the_larger_key() -> None:
    assert density_key(0.01, 0.5) > density_key(0.5, 0.5)
    assert density_key(0.5, 0.5) - density_key(1.0, 0.5) == pytest.approx(log(2))


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3.0), (0.25, 0.25), (True, None), ("3", None), (None, None), (float("nan"), None)],
)
def test_what_is_no_number_is_not_drawn(value: object, number: float | None) -> None:
    assert number_of(value) == number
