"""The vectors nearest to others by cosine: exact, by FAISS, an extra (`interleaf[clip]`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.settings import SettingsError, setting

# FAISS sums in an order that depends on how many queries come at once, so its float32 values
# differ by about 1e-7 from run to run. Neighbours closer than this to the last one are looked at
# once more, in float64, and equal ones are told apart by their key.
_CLOSE: Final = 1e-5
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class NearestSettings:
    """How many neighbours, and how the work is cut up; the cut changes nothing in the result."""

    k: int = setting(20, "Neighbours of each query.", source="ours")
    min_similarity: float = setting(
        -1.0, "Cosine; those below it are left out.", source="ours: the placement judges"
    )
    shard_vectors: int = setting(
        200_000,
        "In one index; 768 dimensions of them take 0.6 GB.",
        source="ours: bounds the memory",
        private=True,
    )
    block_queries: int = setting(
        200_000, "That one task puts to one index.", source="ours: bounds the memory", private=True
    )

    def __post_init__(self) -> None:
        if min(self.k, self.shard_vectors, self.block_queries) < 1:
            raise ValueError("k, shard_vectors and block_queries must be 1 or more")
        if not -1 <= self.min_similarity <= 1:
            raise ValueError(f"min_similarity must be in [-1, 1], got {self.min_similarity}")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """NEIGHBOURS: one picture near one query."""

    query_id: str
    sha256: str
    similarity: float  # cosine, rounded to six decimals
    rank: int  # from 1; equal similarities by sha256


def nearest(
    queries: NDArray[np.float32],
    vectors: NDArray[np.float32],
    keys: Sequence[str],
    settings: NearestSettings,
    threads: int = 0,
) -> list[list[tuple[str, float]]]:
    """Return the nearest vectors of each query, nearest first, equal ones by key.

    Args:
        queries: (n, d), of length 1.
        vectors: (m, d), of length 1; m may be 0.
        keys: of the vectors.
        settings: how many, and how near at least.
        threads: of FAISS, for the whole process; 0: as it likes.

    Returns:
        For each query at most k pairs of key and cosine. It depends on nothing but the vectors.

    Raises:
        SettingsError: FAISS is not installed.
        ValueError: queries and vectors are of different lengths.
    """
    if not len(vectors) or not len(queries):
        return [[] for _ in queries]
    if queries.shape[1] != vectors.shape[1]:
        raise ValueError(
            f"queries have {queries.shape[1]} dimensions, vectors {vectors.shape[1]}: "
            "they are not of one model"
        )
    index = _index(vectors, threads)
    fetched = min(settings.k + 8, len(vectors))
    found = zip(queries, *index.search(queries, fetched), strict=True)
    result = []
    for query, scores, places in found:
        while len(places) < len(vectors) and scores[-1] > scores[settings.k - 1] - _CLOSE:
            # What was not fetched could be as near as the k-th of these: fetch more.
            more = min(4 * len(places), len(vectors))
            scores, places = (row[0] for row in index.search(query[None], more))  # noqa: PLW2901
        result.append(_best(query, vectors, keys, places, settings))
    return result


def _best(
    query: NDArray[np.float32],
    vectors: NDArray[np.float32],
    keys: Sequence[str],
    places: NDArray[np.int64],
    settings: NearestSettings,
) -> list[tuple[str, float]]:
    exact = (vectors[places].astype(np.float64) * query.astype(np.float64)).sum(axis=1)
    rounded = np.round(exact, _DECIMALS).tolist()
    pairs = [(keys[at], cosine) for at, cosine in zip(places.tolist(), rounded, strict=True)]
    pairs = [pair for pair in pairs if pair[1] >= settings.min_similarity]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[: settings.k]


def _index(vectors: NDArray[np.float32], threads: int) -> Any:
    try:
        import faiss  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(
            "nearest neighbours need FAISS, which is an extra: "
            "make install, or pip install 'interleaf[clip]'"
        ) from error
    if threads:
        faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    return index
