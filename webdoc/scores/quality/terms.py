"""Words of a text as weighted stems, and as topics: what texts are compared by without a model.

The table beside this, `terms.npz`, says how rare a stem is and what it is about. It is made by
scripts/train_document_scores.py; docs/decisions/quality.md says of what, and why there is one.
"""

import io
import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.text.characters import UNSPACED
from webdoc.text.language_packs import stopwords

STEM: Final = 6  # characters of a word that are its stem, whatever the language
_WORD: Final = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
_UNSPACED: Final = re.compile(rf"[{UNSPACED}]")
# What says that there is an image, and nothing of what it shows.
_OF_IMAGES: Final = frozenset({"photo", "image", "picture", "img", "jpg", "jpeg", "png", "webp"})


class TermTable:
    """How rare stems are, and what they are about."""

    def __init__(self, stems: list[str], rarity: NDArray[np.float32], topics: NDArray[np.int8]):
        """Take a table.

        Args:
            stems: each once.
            rarity: (n_stems + 1,), log of documents per document that has the stem; the last is
                that of a stem which the table does not have.
            topics: (n_stems, n_topics); zeros where nothing is known.
        """
        self.index = {stem: place for place, stem in enumerate(stems)}
        self.rarity = rarity
        # One row more for stems without topics.
        self.topics = np.vstack([topics, np.zeros_like(topics[:1])]).astype(np.float32)

    def places(self, stems: list[str]) -> NDArray[np.intp]:
        """Return rows of `rarity` and `topics`; the last one for an unknown stem."""
        unknown = len(self.index)
        return np.array([self.index.get(stem, unknown) for stem in stems], dtype=np.intp)


@cache
def term_table() -> TermTable:
    """Return the table of the package, loaded once a process."""
    data = (resources.files("webdoc.scores.quality") / "terms.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        stems = bytes(stored["stems"]).decode("utf-8").split("\n")
        return TermTable(stems, stored["rarity"].astype(np.float32), stored["topics"])


def terms(text: str, language: str = "") -> Counter[str]:
    """Return the stems of a text and how often each occurs, without those that say nothing.

    A stem is the first six characters of a word, lower-cased; in scripts without spaces it is
    each pair of neighbouring characters. Stopwords of the language (of English where there is no
    list of it), single letters and words for image files are left out.

    >>> sorted(terms("The stakeholders of a company, and its Stakeholder Theory").items())
    [('compan', 1), ('stakeh', 2), ('theory', 1)]
    >>> sorted(terms("犬が走る", "ja"))
    ['が走', '犬が', '走る']
    """
    plain = stopwords(language) or stopwords("en")
    found: Counter[str] = Counter()
    for word in _WORD.findall(text.lower()):
        if _UNSPACED.match(word):
            found.update(word[n : n + 2] for n in range(max(len(word) - 1, 1)))
        elif len(word) > 1 and word not in plain and word not in _OF_IMAGES:
            found[word[:STEM]] += 1
    return found
