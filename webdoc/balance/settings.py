"""The settings of balancing over concepts."""

from dataclasses import dataclass
from typing import Final

from webdoc.settings import setting

FROM: Final = ("wordnet", "titles", "words", "pairs")  # where entries may come from
_PAPER: Final = "MetaCLIP, arXiv:2309.16671"
_ENTRIES: Final = f"{_PAPER}, section 3.1"


@dataclass(frozen=True, slots=True)
class BalanceSettings:
    """How documents are balanced over the concepts that their images are about.

    Source: MetaCLIP, arXiv:2309.16671, and for languages MetaCLIP 2, arXiv:2507.22062.
    """

    t: int = setting(
        0,
        "About how many documents a concept keeps: one that t documents or fewer have keeps all of"
        " them, another keeps each with the chance t / count. 0: nothing is balanced.",
        source=f"ours, off: t depends on how large a corpus is; {_PAPER}, section 3.3, has 20,000"
        " for 400 million pairs",
    )
    seed: int = setting(0, "Another one draws other documents.", source="ours")
    entries: str = setting(
        "",
        "A file of concepts: one a line, or a JSON list of texts. Empty: the list is made by"
        " `entries_from`.",
        source="the user's",
        private="folders",
    )
    entries_from: tuple[str, ...] = setting(
        FROM,
        "What the list is made of without a file: `wordnet`, names in WordNet; `titles` of the"
        " corpus; `words` and `pairs` of words that are frequent around its images.",
        source=_ENTRIES,
        private=False,
    )
    min_word_documents: int = setting(
        100,
        "In how many documents of its language a word or pair stands at least.",
        source=f"{_ENTRIES}: words of Wikipedia that occur 100 times",
    )
    min_pair_bits: float = setting(
        5.0,
        "Least pointwise mutual information of a pair of words, in bits, by the documents that have"
        " both: log2(n * both / (first * second)).",
        source=f"ours; {_ENTRIES}, has 30, but a pair that stands in 100 of a million documents has"
        " at most 13.3 bits",
    )
    min_title_documents: int = setting(
        2,
        "How many documents have a title at least.",
        source=f"ours; {_ENTRIES}, has titles of Wikipedia with 70 views, which other pages do not"
        " count",
    )
    max_title_words: int = setting(
        5, "Longer titles are sentences, and no concepts.", source="ours"
    )
    max_entries: int = setting(
        1_000_000,
        "The most entries; of a corpus the most frequent ones stay. A worker holds them in about"
        " 470 bytes each.",
        source="ours; MetaCLIP has 500,000",
    )
    match_case: bool = setting(
        False,
        "Whether Polish and polish are two concepts.",
        source="ours: alternative texts begin with a capital letter, whatever they name; in the"
        " code of MetaCLIP they are",
    )
    per_language: bool = setting(
        False,
        "Whether each language has a t of its own: the one by which the rare concepts have the same"
        " share of all mentions as in `reference_language`.",
        source="MetaCLIP 2, arXiv:2507.22062, section 3.2",
    )
    reference_language: str = setting(
        "en", "The language that `t` is meant for.", source="MetaCLIP 2", private=False
    )

    def __post_init__(self) -> None:
        wrong = [name for name in self.entries_from if name not in FROM]
        if wrong:
            raise ValueError(f"no entries from {wrong[0]!r}. There are: {', '.join(FROM)}")
        if not self.entries and not self.entries_from:
            raise ValueError("there are no concepts: give entries or entries_from")
        for name in ("t", "seed", "max_title_words"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more")
        for name in ("min_word_documents", "min_title_documents", "max_entries"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more")
