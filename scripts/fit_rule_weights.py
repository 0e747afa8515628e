"""Fit the weights of `rule_quality`: python scripts/fit_rule_weights.py PAGES, and print them.

PAGES is a folder of WARC files with *.truth.jsonl beside them. A trigram model of words learns from
the main texts of half the sites; the perplexity of lines is measured on all paragraphs, boilerplate
too, of the pages of the other half.
"""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.labelled_pages import fold_of, labelled_pages, words_of
from webdoc.archive.captures import Capture
from webdoc.page.extract import ExtractSettings
from webdoc.page.read_capture import document_of
from webdoc.reasons import Kind
from webdoc.scores.texts._line_rules import RULES, LineRules, lines_of, rule_weights

_LEARNED_FOLDS: Final = (0, 2)  # of five; the others are measured
_SHARES: Final = (0.6, 0.3, 0.1)  # of the trigram, the bigram and the word alone


class Trigrams:
    """Words after words, counted; a word never seen has the chance of one seen less than once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._ones: Counter[str] = Counter()
        self._twos: Counter[tuple[str, str]] = Counter()
        self._threes: Counter[tuple[str, str, str]] = Counter()
        for text in texts:
            words = ["<s>", "<s>", *words_of(text)]
            self._ones.update(words)
            self._twos.update(pairwise(words))
            self._threes.update(zip(words, words[1:], words[2:], strict=False))
        self._total = self._ones.total()

    def log_likelihood(self, line: str) -> tuple[float, int]:
        """Return the natural logarithm of a line's likelihood, and how many words it has."""
        words = ["<s>", "<s>", *words_of(line)]
        total = 0.0
        for one, two, three in zip(words, words[1:], words[2:], strict=False):
            chances = (
                self._threes[one, two, three] / max(self._twos[one, two], 1),
                self._twos[two, three] / max(self._ones[two], 1),
                (self._ones[three] + 0.5) / (self._total + len(self._ones)),
            )
            total += math.log(sum(s * c for s, c in zip(_SHARES, chances, strict=True)))
        return total, len(words) - 2


def paragraphs(markup: bytes, url: str) -> Iterator[str]:
    """Yield every paragraph of a page, whatever it is."""
    capture = Capture("page", 0, len(markup), kind=Kind.PAGE, url=url, body=markup)
    for node in document_of(capture, ExtractSettings()).nodes:
        if node.kind == "text":
            yield from lines_of(node.text)


def main(pages: str) -> None:
    """Print the perplexities and the weights."""
    learned: list[str] = []
    measured: list[str] = []
    for example in labelled_pages(Path(pages)):
        if fold_of(example.url) in _LEARNED_FOLDS:
            learned.append(example.truth)
        else:
            measured += paragraphs(example.markup, example.url)
    model = Trigrams(learned)
    kept, _ = LineRules().holds(measured, "en")
    found = [model.log_likelihood(line) for line in measured]
    logs = np.array([log for log, _ in found])
    words = np.array([count for _, count in found])

    def perplexity(mask: np.ndarray) -> float | None:
        count = int(words[mask].sum())
        return math.exp(-float(logs[mask].sum()) / count) if count else None

    whole = perplexity(np.ones(len(measured), dtype=bool))
    assert whole
    of_kept = [perplexity(kept[:, rule]) for rule in range(len(RULES))]
    print(f"# {len(learned)} texts learned, {len(measured)} lines measured, perplexity {whole:.1f}")
    for name, own, weight in zip(RULES, of_kept, rule_weights(whole, of_kept), strict=True):
        print(f'    "{name}": {weight:.4f},  # perplexity {own or 0:.1f}')


if __name__ == "__main__":
    main(sys.argv[1])
