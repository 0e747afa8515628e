"""What a caption says of its objects: attributes, actions and how they stand to each other.

Source: Radenovic et al. 2023, Filtering, Distillation, and Hard Negatives for Vision-Language
Pre-Training, arXiv:2301.02280, section 3.1, where a rule-based parser gives a graph of objects,
attributes and actions. Here the graph is read off the parts of speech, from left to right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from webdoc.text.part_of_speech import ADJECTIVES, DETERMINERS, NOUNS, VERBS, Word

_PARTICIPLES: Final = frozenset(("VBN", "VBG"))
_BEFORE_A_HEAD: Final = ADJECTIVES | _PARTICIPLES | NOUNS | {"CD", "POS", "RB", "CC"}
_NO_PREPOSITIONS: Final = frozenset((
    "while", "because", "although", "though", "if", "whether", "unless", "that", "lest", "as",
    "than",
))  # fmt: skip
_BE: Final = frozenset(("is", "are", "was", "were", "be", "been", "being", "'s", "’s"))
_BREAKS: Final = frozenset(".!?:;|•")
_MOST_PLACES: Final = 8  # looked ahead from a participle for the noun that it stands before


def most_relations(words: Sequence[Word]) -> int:
    """Return the number of relations of the object of a caption that has most; 0 without any.

    A relation is an attribute (an adjective, a participle or a number before a noun, an adjective
    after `is`), an action that the object does or suffers, or a preposition that joins it to
    another object or to an action. Articles, possessives and parts of a compound are none.

    Args:
        words: of the caption, with their parts of speech.
    """
    graph = _Graph()
    for at in range(len(words)):
        graph.add(words, at)
    return graph.most


def is_preposition(words: Sequence[Word], at: int) -> bool:
    """Tell whether a word is a preposition: no conjunction, and no `to` before a verb."""
    word, tag = words[at]
    if tag == "TO":
        return at + 1 < len(words) and words[at + 1].tag not in VERBS
    return tag == "IN" and word.lower() not in _NO_PREPOSITIONS


@dataclass(slots=True)
class _Graph:
    """The last object of a caption so far, and what has been read behind it."""

    most: int = 0  # relations of one object so far
    relations: int = 0  # of the last object
    has_object: bool = False  # in this part of the caption
    attributes: int = 0  # that wait for their noun
    link: Literal["", "verb", "preposition", "be"] = ""  # between it and the next one

    def add(self, words: Sequence[Word], at: int) -> None:
        """Read one more word."""
        word, tag = words[at]
        if word in _BREAKS:
            self.has_object, self.link, self.attributes = False, "", 0
        elif tag in NOUNS:
            self._noun(words, at)
        elif word.lower() in _BE:
            self.link = self.link or "be"
        elif tag in VERBS and not (tag in _PARTICIPLES and _is_before_noun(words, at)):
            self._relate(self.link in ("", "be"))
            self.link, self.attributes = "verb", 0
        elif tag in ADJECTIVES and self.link == "be" and not _is_before_noun(words, at):
            self._relate(True)
        elif _is_attribute(words[at]):
            self.attributes += 1
        elif is_preposition(words, at):
            self.attributes = 0
            if self.link != "verb" and self.has_object:
                self.link = "preposition"
        elif tag not in DETERMINERS | {"RB", "CC"}:
            self.attributes = 0

    def _noun(self, words: Sequence[Word], at: int) -> None:
        if at + 1 < len(words) and words[at + 1].tag in NOUNS | {"POS"}:
            return  # the head of a compound is its last noun
        self._relate(self.link == "preposition")
        self.has_object = True
        self.relations = self.attributes + (self.link in ("verb", "preposition"))
        self.most = max(self.most, self.relations)
        self.link, self.attributes = "", 0

    def _relate(self, is_related: bool) -> None:
        if self.has_object and is_related:
            self.relations += 1
            self.most = max(self.most, self.relations)


def _is_attribute(word: Word) -> bool:
    if word.tag == "CD":  # two dogs, not the year
        return not (word.text.isdigit() and len(word.text) == 4)
    return word.tag in ADJECTIVES | _PARTICIPLES


def _is_before_noun(words: Sequence[Word], at: int) -> bool:
    """Tell whether an adjective or participle stands before its noun, not behind it."""
    if at and words[at - 1].tag in NOUNS and words[at].tag in _PARTICIPLES:
        return False
    for _, tag in words[at + 1 : at + 1 + _MOST_PLACES]:
        if tag in NOUNS:
            return True
        if tag not in _BEFORE_A_HEAD:
            return False
    return False
