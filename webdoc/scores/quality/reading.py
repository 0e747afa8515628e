"""A document read once: how alike its paragraphs and figures are, by words and by vectors."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from webdoc.scores.quality.parts import (
    MAX_FIGURES,
    MAX_PARAGRAPHS,
    DocumentParts,
    Figure,
    Paragraph,
)
from webdoc.scores.quality.terms import TermTable, term_table, terms

Matrix = NDArray[np.float64]
# A text with less weight than this counts as one of this weight, so that two short lines that
# share a word are not the same thing. About three rare words.
_LEAST_LENGTH: Final = 12.0
# Weight of shared stems against shared topics, in [0, 1] each: a shared rare word says more.
_TERMS: Final = 4.0
LEAST_MASS: Final = 15.0  # summed rarity of a paragraph's stems from which it says what it is about


class DocumentReading:
    """What features of a document are made of; each part is worked out when it is asked for."""

    def __init__(self, document: DocumentParts, table: TermTable | None = None) -> None:
        """Read a document; of a long one only the beginning is looked at."""
        self.document = document
        self._table = table or term_table()
        self.paragraphs: list[Paragraph] = []
        self.figures: list[Figure] = []
        places = []
        for part in document.parts:
            if isinstance(part, Paragraph):
                if len(self.paragraphs) == MAX_PARAGRAPHS:
                    break
                self.paragraphs.append(part)
            elif len(self.figures) < MAX_FIGURES:
                self.figures.append(part)
                places.append(len(self.paragraphs))
        # (n_figures,): how many paragraphs stand before each
        self.places: NDArray[np.intp] = np.array(places, dtype=np.intp)

    @cached_property
    def paragraph_terms(self) -> list[Counter[str]]:
        """Stems of each paragraph."""
        return [terms(one.text, self.document.language) for one in self.paragraphs]

    @cached_property
    def title_terms(self) -> Counter[str]:
        """Stems of the title."""
        return terms(self.document.title, self.document.language)

    @cached_property
    def figure_terms(self) -> list[Counter[str]]:
        """Stems of what is said of each figure: alternative text, caption, name of its file."""
        language = self.document.language
        return [
            terms(f"{one.alt_text} {one.caption} {one.file_words}", language)
            for one in self.figures
        ]

    @cached_property
    def masses(self) -> Matrix:
        """(n_paragraphs,), summed rarity of the distinct stems of each."""
        return np.array([self.mass(found) for found in self.paragraph_terms])

    def mass(self, found: Counter[str]) -> float:
        """Return the summed rarity of distinct stems."""
        return float(self.rarity(list(found)).sum())

    def rarity(self, stems: Sequence[str]) -> NDArray[np.float32]:
        """Return how rare stems are, (n_stems,)."""
        return self._table.rarity[self._table.places(list(stems))]

    @cached_property
    def _weighted(self) -> tuple[csr_matrix, Matrix]:
        """Stems and topics of paragraphs, then figures, then the title; no row longer than 1."""
        rows = [*self.paragraph_terms, *self.figure_terms, self.title_terms]
        stems = list({stem: None for found in rows for stem in found})
        column = {stem: place for place, stem in enumerate(stems)}
        places = self._table.places(stems)
        rarity = self._table.rarity[places]
        indices = [column[stem] for found in rows for stem in found]
        counts = np.array([count for found in rows for count in found.values()], dtype=float)
        bounds = np.cumsum([0, *map(len, rows)])
        weights = (1 + np.log(counts)) * rarity[indices] if indices else counts
        matrix = csr_matrix((weights, indices, bounds), shape=(len(rows), max(len(stems), 1)))
        topics = matrix @ self._table.topics[places] if stems else np.zeros((len(rows), 1))
        topics /= np.maximum(np.linalg.norm(topics, axis=1, keepdims=True), 1e-9)
        squares = matrix.multiply(matrix).sum(axis=1)
        lengths = np.maximum(np.sqrt(np.asarray(squares)).ravel(), _LEAST_LENGTH)
        scale = np.repeat(1 / lengths, np.diff(bounds))
        shorter = csr_matrix((weights * scale, indices, bounds), shape=matrix.shape)
        return shorter, topics

    def _alike(self, left: slice, right: slice) -> Matrix:
        matrix, topics = self._weighted
        by_terms = np.asarray((matrix[left] @ matrix[right].T).todense())
        return np.asarray(topics[left] @ topics[right].T + _TERMS * by_terms, dtype=float)

    @cached_property
    def paragraph_topics(self) -> Matrix:
        """(n_paragraphs, n_topics), of length 1, or 0 where no stem has any."""
        return self._weighted[1][: len(self.paragraphs)]

    @cached_property
    def figure_topics(self) -> Matrix:
        """(n_figures, n_topics), likewise."""
        first = len(self.paragraphs)
        return self._weighted[1][first : first + len(self.figures)]

    @cached_property
    def text_similarity(self) -> Matrix:
        """(n_paragraphs, n_paragraphs), in [-1, 1 + 4]; zeros on the diagonal."""
        own = slice(len(self.paragraphs))
        found = self._alike(own, own)
        np.fill_diagonal(found, 0.0)
        return found

    @cached_property
    def title_similarity(self) -> Matrix | None:
        """(n_paragraphs,), likewise with the title; None without one."""
        if not self.title_terms or not self.paragraphs:
            return None
        return self._alike(slice(len(self.paragraphs)), slice(-1, None))[:, 0]

    @cached_property
    def figure_similarity(self) -> Matrix:
        """(n_figures, n_paragraphs), by words; a figure of which nothing is said has zeros."""
        first = len(self.paragraphs)
        return self._alike(slice(first, first + len(self.figures)), slice(first))

    @cached_property
    def figure_cosines(self) -> Matrix | None:
        """(n_figures, n_paragraphs), by vectors; NaN where one is missing; None without any."""
        images = [one.vector for one in self.figures]
        texts = [one.vector for one in self.paragraphs]
        return cosines(images, texts)


def cosines(
    left: Sequence[NDArray[np.float32] | None], right: Sequence[NDArray[np.float32] | None]
) -> Matrix | None:
    """Return (n_left, n_right) cosines of unit vectors; NaN where one is missing; None for none.

    Raises:
        ValueError: vectors of different lengths, so of different models; or one that is not finite.
    """
    there = [one for one in (*left, *right) if one is not None]
    if not any(one is not None for one in left) or not any(one is not None for one in right):
        return None
    sizes = sorted({len(one) for one in there})
    if len(sizes) > 1:
        raise ValueError(f"vectors of {sizes[0]} and {sizes[1]} numbers are of different models")
    if not all(np.isfinite(one).all() for one in there):
        raise ValueError("a vector has a NaN inside")
    missing = np.full(sizes[0], np.nan, dtype=np.float32)
    sides = [np.stack([missing if one is None else one for one in side]) for side in (left, right)]
    return np.asarray(sides[0] @ sides[1].T, dtype=float)
