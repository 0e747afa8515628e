import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from webdoc.duplicates.minhash import (
    MinHashSettings,
    band_starts,
    bands_and_rows,
    candidate_chance,
    differences,
    estimates,
    fingerprint,
    signature,
    with_recall,
)
from webdoc.duplicates.shingles import ShingleSettings, shingle_hash, shingle_texts, shingles

LONG = " ".join(f"w{i * i % 1009}" for i in range(1500))


def datasketch_of(text: str, settings: MinHashSettings) -> MinHash:
    """What datasketch makes of the same shingles, with the same hash function."""
    hashfunc = shingle_hash if settings.shingles.hash == "fast" else None
    made = MinHash(num_perm=settings.permutations, seed=settings.seed, hashfunc=hashfunc)
    parts = shingle_texts(text, settings.shingles)
    made.update_batch([part.encode("utf-8", "surrogatepass") for part in parts])
    return made


def signature_of(text: str, settings: MinHashSettings) -> np.ndarray:
    return signature(shingles(text, settings.shingles), settings)


@pytest.mark.parametrize("permutations", [2, 16, 128, 200])
@pytest.mark.parametrize("seed", [0, 1, 42])
@pytest.mark.parametrize("hash_", ["fast", "sha1"])
def test_bit_for_bit_datasketch(permutations: int, seed: int, hash_: str) -> None:
    """A text of 1,500 words, for several seeds, with our hash function and with datasketch's."""
    shingling = ShingleSettings(hash=hash_)
    settings = MinHashSettings(shingling, permutations=permutations, seed=seed)

    ours = signature_of(LONG, settings)

    theirs = datasketch_of(LONG, settings).hashvalues
    assert ours.dtype == theirs.dtype == np.uint32
    assert ours.tolist() == theirs.tolist()


@given(st.text(max_size=60), st.integers(1, 3))
def test_any_text_is_as_datasketch_has_it(text: str, n: int) -> None:
    """Short texts, and texts without words: datasketch's empty MinHash."""
    settings = MinHashSettings(ShingleSettings(n=n), permutations=16)

    ours = signature_of(text, settings)

    assert ours.tolist() == datasketch_of(text, settings).hashvalues.tolist()


@pytest.mark.parametrize("count", [1, 511, 1025, 4096, 4097, 9000])
@pytest.mark.parametrize("permutations", [2, 31, 128, 1000])
def test_any_number_of_hashes(count: int, permutations: int) -> None:
    """Whatever the parts and blocks in which they are permuted, for the same hash values."""
    hashes = np.random.default_rng(count).integers(0, 2**64, count, dtype=np.uint64)
    theirs = MinHash(num_perm=permutations, hashfunc=lambda value: value)
    theirs.update_batch(value & 0xFFFFFFFF for value in hashes.tolist())

    ours = signature(hashes, MinHashSettings(permutations=permutations))

    assert ours.tolist() == theirs.hashvalues.tolist()


def test_numpy_is_left_as_it_was() -> None:
    """The size of its buffers, which belongs to whoever calls."""
    usual = np.setbufsize(16_384)
    try:
        signature_of(LONG, MinHashSettings())
        assert np.getbufsize() == 16_384
    finally:
        np.setbufsize(usual)


def test_estimate_is_datasketch_jaccard() -> None:
    settings = MinHashSettings()
    texts = [LONG, LONG[: len(LONG) // 2], "something else entirely it is"]
    theirs = [datasketch_of(text, settings) for text in texts]
    ours = np.stack([signature_of(text, settings) for text in texts])

    for a, b in ((0, 0), (0, 1), (1, 2)):
        assert estimates(ours[[a]], ours[[b]]).tolist() == [theirs[a].jaccard(theirs[b])]


@pytest.mark.parametrize(("threshold", "permutations"), [(0.8, 128), (0.5, 128), (0.8, 16)])
def test_bands_are_those_of_datasketch(threshold: float, permutations: int) -> None:
    lsh = MinHashLSH(threshold=threshold, num_perm=permutations)
    settings = MinHashSettings(permutations=permutations, threshold=threshold)

    assert bands_and_rows(settings) == (lsh.b, lsh.r)


def test_given_bands_are_taken() -> None:
    assert bands_and_rows(MinHashSettings(permutations=16, bands=4, rows=4)) == (4, 4)


@pytest.mark.parametrize(
    ("settings", "starts"),
    [
        (MinHashSettings(), [0, 13, 26, 39, 52, 65, 78, 91, 104, 115]),  # 9 x 13, and the last 13
        (MinHashSettings(permutations=16), [0, 8]),  # 2 x 8, nothing left over
        (MinHashSettings(bands=2, rows=3), [0, 3]),  # as asked for
    ],
)
def test_where_bands_start(settings: MinHashSettings, starts: list[int]) -> None:
    assert band_starts(settings) == starts


def test_candidate_chance_by_hand() -> None:
    """Two bands of two rows: 1 - (1 - s^2)^2."""
    settings = MinHashSettings(permutations=4, bands=2, rows=2)

    assert candidate_chance(0.5, settings) == 0.4375
    assert candidate_chance(0.0, settings) == 0.0
    assert candidate_chance(1.0, settings) == 1.0


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (MinHashSettings(permutations=16), ["permutations: 128, there 16"]),
        (MinHashSettings(seed=2), ["seed: 1, there 2"]),
        (MinHashSettings(ShingleSettings(n=4)), ["n: 5, there 4"]),
        (MinHashSettings(ShingleSettings(unit="word")), ["unit: auto, there word"]),
        (MinHashSettings(ShingleSettings(lower=False)), ["lower: True, there False"]),
        (MinHashSettings(ShingleSettings(hash="sha1")), ["hash: fast, there sha1"]),
        (MinHashSettings(threshold=0.5), []),  # only the comparison changes
        (MinHashSettings(bands=8, rows=16), []),
    ],
)
def test_fingerprint_names_what_changes_signatures(
    other: MinHashSettings, named: list[str]
) -> None:
    assert differences(fingerprint(MinHashSettings()), fingerprint(other)) == named


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"permutations": 1}, {"permutations": 2}),
        ({"seed": -1}, {"seed": 0}),
        ({"seed": 2**32}, {"seed": 2**32 - 1}),
        ({"threshold": 0.0}, {"threshold": 0.01}),
        ({"threshold": 1.01}, {"threshold": 1.0}),
        ({"bands": 2}, {"bands": 2, "rows": 64}),
        ({"bands": 2, "rows": 65}, {"bands": 128, "rows": 1}),
        ({"bands": 0, "rows": 1}, {"bands": 1, "rows": 1}),
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, float], right: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|give both|do not fit"):
        MinHashSettings(**wrong)  # type: ignore[arg-type]
    MinHashSettings(**right)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("permutations", "threshold", "recall", "bands", "rows"),
    [
        (128, 0.8, 0.95, 18, 7),  # 16 bands of 8 find 0.947
        (128, 0.8, 0.94, 16, 8),
        (16, 0.8, 0.95, 5, 3),
        (2, 0.1, 0.95, 2, 1),  # even these find 0.19 only
    ],
)
def test_bands_for_a_recall(
    permutations: int, threshold: float, recall: float, bands: int, rows: int
) -> None:
    settings = with_recall(MinHashSettings(permutations=permutations), threshold, recall)

    assert (settings.bands, settings.rows, settings.threshold) == (bands, rows, threshold)
    assert fingerprint(settings) == fingerprint(MinHashSettings(permutations=permutations))
