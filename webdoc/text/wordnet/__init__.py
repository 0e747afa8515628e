"""Nouns of WordNet 3.0 and what they are kinds of; which words can be verbs or adjectives.

Built by scripts/build_wordnet.py; WordNet's licence stands beside the tables.
Source: Fellbaum 1998, WordNet: An Electronic Lexical Database; morphy(7WN) for base forms.
"""

import lzma
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Final

_NOUN_ENDINGS: Final = (
    ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("men", "man"), ("ies", "y"),
)  # fmt: skip
_VERB_ENDINGS: Final = (
    ("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"),
    ("ing", ""),
)  # fmt: skip
_LONGEST_WORD: Final = 100  # characters; WordNet's longest lemma has 71


class WordNet:
    """The tables, in memory: about 80 MB, read in half a second. Take `wordnet()`."""

    def __init__(self) -> None:
        synsets: list[int] = []
        self._above: dict[int, tuple[int, ...]] = {}
        ranked: dict[str, list[tuple[int, int]]] = {}
        last = 0
        for row in _table("nouns").splitlines():
            step, back, *lemmas = row.split(" ")
            last += int(step)
            self._above[last] = () if back == "-" else tuple(map(int, back.split(",")))
            synsets.append(last)
            for lemma in lemmas:
                name, _, rank = lemma.partition("%")
                ranked.setdefault(name, []).append((int(rank or 0), last))
        for line, offset in enumerate(synsets):
            self._above[offset] = tuple(synsets[line - back] for back in self._above[offset])
        self._senses = {name: tuple(o for _, o in sorted(own)) for name, own in ranked.items()}
        verbs, adjectives, *irregular = _table("words").splitlines()
        self.verbs = frozenset(verbs.split(" "))  # base forms, single words
        self.adjectives = frozenset(adjectives.split(" "))  # single words
        self._irregular_nouns, self._irregular_verbs = (
            dict(pair.split("=") for pair in row.split(" ")) for row in irregular
        )

    def lemmas(self) -> Iterator[str]:
        """Yield all lemmas of nouns, lower-cased, with _ between their words."""
        yield from self._senses

    def synsets(self) -> Collection[int]:
        """Return all synsets of nouns, as offsets."""
        return self._above.keys()

    def senses(self, lemma: str) -> tuple[int, ...]:
        """Return the synsets of a noun, the most frequent first; none of an unknown one.

        Args:
            lemma: lower-cased, with _ between its words.

        Returns:
            Offsets in WordNet 3.0: ImageNet's id n02084071 is 2084071.
        """
        return self._senses.get(lemma, ())

    def hypernyms(self, synset: int) -> tuple[int, ...]:
        """Return what a synset is a kind or an instance of; none of the root or an unknown one."""
        return self._above.get(synset, ())

    @lru_cache(maxsize=20_000)  # noqa: B019 - there is one WordNet a process
    def ancestors(self, synset: int) -> frozenset[int]:
        """Return a synset and all that it is a kind of; kept of the last 20,000 asked for."""
        found, waiting = {synset}, [synset]
        while waiting:
            new = [up for up in self.hypernyms(waiting.pop()) if up not in found]
            found.update(new)
            waiting += new
        return frozenset(found)

    def noun(self, word: str) -> str:
        """Return the lemma of a noun, singular or plural; "" for no noun.

        Args:
            word: lower-cased; words of a compound with _ between them.
        """
        if len(word) > _LONGEST_WORD:
            return ""
        head, joint, last = word.rpartition("_")
        irregular = head + joint + self._irregular_nouns.get(last, last)
        bases = [word, irregular]
        bases += [word.removesuffix(e) + base for e, base in _NOUN_ENDINGS if word.endswith(e)]
        return next((base for base in bases if base in self._senses), "")

    def verb(self, word: str) -> str:
        """Return the base form of a verb in any of its forms; "" for no verb.

        Args:
            word: a single one, lower-cased.
        """
        if len(word) > _LONGEST_WORD:
            return ""
        bases = [self._irregular_verbs.get(word, word)]
        for ending, base in _VERB_ENDINGS:
            if word.endswith(ending):
                stem = word.removesuffix(ending) + base
                bases += [stem, stem[:-1]] if _is_doubled(stem) else [stem]  # planned: plan
        return next((base for base in bases if base in self.verbs), "")


@cache
def wordnet() -> WordNet:
    """Return WordNet, read once a process."""
    return WordNet()


def _is_doubled(stem: str) -> bool:
    return len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiou"


def _table(name: str) -> str:
    packed = (resources.files(__package__) / f"{name}.txt.xz").read_bytes()
    return lzma.decompress(packed).decode()
