"""Nearest vectors against brute force: the same keys in the same order, ties included."""

from importlib.util import find_spec
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from webdoc.clip.nearest_vectors import NearestSettings, nearest
from webdoc.clip.vectors import matrix_of, sentence_key, to_bytes, unit
from webdoc.settings import SettingsError

needs_faiss = pytest.mark.skipif(
    find_spec("faiss") is None, reason="FAISS of the extra interleaf[clip] is not installed"
)
Floats = NDArray[np.float32]


def vectors(count: int, seed: int, copies: int = 1) -> Floats:
    """Random vectors as tables store them, each so many times."""
    rows = np.random.default_rng(seed).normal(size=(count, 16))
    stored = matrix_of([to_bytes(row) for row in unit(rows)])
    return np.repeat(stored, copies, axis=0)


def brute(
    queries: Floats, others: Floats, keys: list[str], k: int
) -> list[list[tuple[str, float]]]:
    """All cosines, one by one."""
    found = []
    for query in queries.tolist():
        cosines = [
            round(sum(a * b for a, b in zip(query, other, strict=True)), 6)
            for other in others.tolist()
        ]
        found.append(sorted(zip(keys, cosines, strict=True), key=lambda p: (-p[1], p[0]))[:k])
    return found


@needs_faiss
@pytest.mark.parametrize("copies", [1, 7, 60])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_nearest_are_those_of_brute_force(copies: int, k: int) -> None:
    """Many copies of a picture are many equal neighbours: the smallest keys of them count."""
    others, queries = vectors(300 // copies, 1, copies), vectors(9, 2)
    keys = [f"{number:03x}" for number in range(len(others))]
    Random(3).shuffle(keys)

    found = nearest(queries, others, keys, NearestSettings(k=k), threads=1)

    expected = brute(queries, others, keys, k)
    assert [[key for key, _ in row] for row in found] == [[key for key, _ in r] for r in expected]
    flat = [
        (a[1], b[1])
        for x, y in zip(found, expected, strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    assert max(abs(a - b) for a, b in flat) <= 1.1e-6


@needs_faiss
def test_far_ones_are_left_out() -> None:
    others = np.eye(3, 16, dtype=np.float32)
    query = np.array([[0.8, 0.6, *[0] * 14]], np.float32)

    def found(least: float) -> list[list[tuple[str, float]]]:
        return nearest(query, others, ["a", "b", "c"], NearestSettings(min_similarity=least))

    assert found(0.6) == [[("a", 0.8), ("b", 0.6)]]
    assert found(0.61) == [[("a", 0.8)]]
    assert found(0.9) == [[]]


@needs_faiss
def test_nothing_is_near_nothing() -> None:
    some, none = vectors(2, 5), np.zeros((0, 0), np.float32)
    assert nearest(some, none, [], NearestSettings()) == [[], []]
    assert nearest(none, some, ["a", "b"], NearestSettings()) == []
    with pytest.raises(ValueError, match="queries have 4 dimensions, vectors 16"):
        nearest(np.ones((1, 4), np.float32), some, ["a", "b"], NearestSettings())


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(SettingsError, match=r"pip install 'interleaf\[clip\]'"):
        nearest(vectors(1, 1), vectors(1, 1), ["a"], NearestSettings())


@pytest.mark.parametrize(
    "wrong", [{"k": 0}, {"shard_vectors": 0}, {"block_queries": 0}, {"min_similarity": 1.01}]
)
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        NearestSettings(**wrong)  # type: ignore[arg-type]


def test_stored_vectors_by_hand() -> None:
    """3 and 4 of 5 are 0.6 and 0.8: in float16, 0x38cd and 0x3a66."""
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert to_bytes(rows[0]).hex() == "cd38663a"
    assert matrix_of([bytes.fromhex("003c0000"), bytes.fromhex("000000bc")]).tolist() == [
        [1, 0],
        [0, -1],
    ]
    assert matrix_of([]).shape == (0, 0)
    for wrong in ([b"\0\0", b"\0\0\0\0"], [b""]):
        with pytest.raises(ValueError, match="not of one model"):
            matrix_of(wrong)


def test_a_sentence_key_is_a_hash_of_the_sentence() -> None:
    # sha256("abc"), FIPS 180-2
    assert sentence_key("abc") == "ba7816bf8f01cfea414140de5dae2223"
    assert sentence_key("abc ") != sentence_key("abc")
