"""How alike nouns of WordNet are, by what they are both kinds of."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from webdoc.text.wordnet import WordNet


class SynsetSimilarity:
    """Similarity of any synset to each of some synsets, e.g. the classes of a classifier.

    Lin's measure, 2 I(a, b) / (I(a) + I(b)), where I(a, b) is the information of the most telling
    synset that both are kinds of, and the information of a synset is 1 - log(kinds) / log(all
    synsets), its kinds counted with itself.

    Source: Lin 1998, An Information-Theoretic Definition of Similarity; Seco et al. 2004, An
    Intrinsic Information Content Metric for Semantic Similarity in WordNet, equation 2.
    """

    def __init__(self, net: WordNet, synsets: Sequence[int]) -> None:
        """Prepare.

        Args:
            net: WordNet.
            synsets: (n) offsets, at least one.
        """
        self._net = net
        self._information = _information(net)
        self._of_classes = np.array([self._information.get(one, 0.0) for one in synsets])
        self._is_kind: dict[int, NDArray[np.bool_]] = {}
        for place, synset in enumerate(synsets):
            for above in net.ancestors(synset):
                mask = self._is_kind.setdefault(above, np.zeros(len(synsets), dtype=bool))
                mask[place] = True

    def to_each(self, synset: int) -> NDArray[np.float64]:
        """Return (n) float64 in [0, 1]: the similarity to each; all 0 of an unknown synset."""
        shared = np.zeros(len(self._of_classes))
        for above in self._net.ancestors(synset) & self._is_kind.keys():
            np.maximum(shared, self._information.get(above, 0.0) * self._is_kind[above], out=shared)
        both = self._of_classes + self._information.get(synset, 0.0)
        return np.divide(2 * shared, both, out=np.zeros_like(shared), where=both > 0)

    def kinds_of(self, synset: int) -> NDArray[np.bool_]:
        """Return (n) bool: which of them are the synset itself or a kind of it."""
        none = np.zeros(len(self._of_classes), dtype=bool)
        return self._is_kind.get(synset, none)


@cache
def _information(net: WordNet) -> Mapping[int, float]:
    """Return the information of each synset, in [0, 1]; counting all kinds takes a second."""
    kinds = Counter(above for one in net.synsets() for above in net.ancestors(one))
    size = math.log(len(net.synsets()))
    return {one: 1 - math.log(count) / size for one, count in kinds.items()}
