"""k-means over vectors, by FAISS: trained on a sample, then each vector to its nearest centre."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.clip.vectors import unit
from webdoc.settings import SettingsError, setting

_CANDIDATES: Final = 4  # nearest by FAISS, of which the nearest is found exactly
_VECTORS_A_CLUSTER: Final = 100


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """How vectors are clustered.

    Source: DataComp, arXiv:2304.14108, image-based filtering: 100,000 clusters, 20 iterations,
    seed 0.
    """

    clusters: int = setting(
        0,
        "How many clusters; 0: one for each 100 vectors, at most 100,000.",
        source="DataComp: 100,000",
        differs="100,000 clusters are too many for a small corpus",
    )
    iterations: int = setting(20, "Of k-means.", source="DataComp, its code")
    seed: int = setting(0, "Of the sample and of k-means.", source="DataComp, its code")
    train_vectors: int = setting(
        1_000_000,
        "Vectors that k-means is trained on, at most, chosen by hashes; the driver holds them.",
        source="ours",
    )

    def __post_init__(self) -> None:
        if self.clusters < 0 or self.seed < 0:
            raise ValueError("clusters and seed must be 0 or more")
        if self.iterations < 1 or self.train_vectors < 1:
            raise ValueError("iterations and train_vectors must be 1 or more")

    def of(self, vectors: int) -> int:
        """Return how many clusters so many vectors have.

        >>> ClusterSettings().of(50), ClusterSettings().of(1000), ClusterSettings(7).of(5)
        (1, 10, 5)
        """
        wanted = self.clusters or min(100_000, max(1, vectors // _VECTORS_A_CLUSTER))
        return min(wanted, vectors, self.train_vectors)


def check_faiss() -> None:
    """Refuse before anything runs.

    Raises:
        SettingsError: the extra with FAISS is not installed.
    """
    _faiss()


def _faiss() -> Any:
    try:
        import faiss  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(
            "Clusters need faiss-cpu, which is not installed. Type: pip install"
            ' "interleaf[signals]"'
        ) from error
    return faiss


def centres_of(
    vectors: NDArray[np.float32], k: int, settings: ClusterSettings
) -> NDArray[np.float32]:
    """Train spherical k-means.

    Args:
        vectors: (n, d) of length 1, in an order that depends on nothing but their keys; n >= k.
        k: how many centres, 1 or more.
        settings: seed and iterations.

    Returns:
        (k, d) float32 of length 1.
    """
    faiss = _faiss()
    trained = faiss.Kmeans(
        vectors.shape[1],
        k,
        niter=settings.iterations,
        seed=settings.seed,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=len(vectors),  # all: the sample is drawn already
    )
    trained.train(np.ascontiguousarray(vectors, np.float32))
    return unit(trained.centroids)


class Centres:
    """Finds the nearest of some centres: the same one whatever else is asked with it."""

    def __init__(self, centres: NDArray[np.float32]) -> None:
        """Take (k, d) float32 of length 1."""
        self._centres = np.ascontiguousarray(centres, np.float32)
        self._index = _faiss().IndexFlatIP(centres.shape[1])
        self._index.add(self._centres)

    def nearest(
        self, vectors: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest centre of each vector, by the cosine, and that cosine.

        FAISS works on many vectors at once, and how many changes its last bits. So it gives a few
        candidates, and the nearest of them is found one vector at a time, in float64; of two that
        are as near the one of the lower number.

        Args:
            vectors: (n, d) of length 1.
        """
        if not len(vectors):
            return np.zeros(0, np.int64), np.zeros(0)
        rows = np.ascontiguousarray(vectors, np.float32)
        _, found = self._index.search(rows, min(_CANDIDATES, len(self._centres)))
        found = np.sort(found, axis=1)
        products = self._centres[found].astype(np.float64) * rows[:, None, :]
        cosines = products.sum(axis=2)
        best = cosines.argmax(axis=1)
        each = np.arange(len(rows))
        return found[each, best], cosines[each, best]
