"""How many words of the caption or alternative text name a class of ImageNet-22k."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.settings import SettingsError

COLUMNS = (
    ScoreColumn(
        "imagenet_words",
        "different words of its caption, or else of its alternative text, whose first sense in"
        " WordNet is one of the 21,841 classes of ImageNet-22k. DataComp's text-based sampling"
        " keeps 1 and more",
        Reason.IMAGE_NO_CONCEPT,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LIST: Final = "data/_info/imagenet22k_synsets.txt"  # of timm: "n02084071" a line
_MOST_WORDS: Final = 1_000  # of a text that are looked up


class ImagenetWords:
    """Source: DataComp, arXiv:2304.14108, appendix on text-based filtering.

    DataComp splits at blanks and asks NLTK's WordNet 3.0 for the first synset of each word, of any
    part of speech; here words are divided at all that is no letter, and nouns are looked up, in
    singular and plural: every class is a noun.
    """

    revision = "1"

    def __init__(self, classes: frozenset[int]) -> None:
        """Take the offsets of the classes in WordNet 3.0."""
        self._classes = classes

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the number of words of each; None without any text."""
        return [self._of(next(iter(one.texts), "")) for one in captions]

    def _of(self, text: str) -> tuple[float | None]:
        if not text.strip():
            return (None,)
        words = {match.group().lower() for match in _WORD.finditer(text)}
        return (float(sum(self._names_class(word) for word in sorted(words)[:_MOST_WORDS])),)

    def _names_class(self, word: str) -> bool:
        from webdoc.text.wordnet import wordnet  # noqa: PLC0415 - half a second

        senses = wordnet().senses(wordnet().noun(word))
        return bool(senses) and senses[0] in self._classes


@cache
def imagenet_classes() -> frozenset[int]:
    """Return the offsets of ImageNet-22k's classes in WordNet 3.0, as timm lists them.

    Raises:
        SettingsError: timm, which comes with the extra for CLIP, is not installed.
    """
    found = find_spec("timm")  # its list alone is read: to import it would load torch
    for folder in (found.submodule_search_locations or ()) if found else ():
        file = Path(folder) / _LIST
        if file.is_file():
            names = file.read_text("utf-8").split()
            return frozenset(int(name.removeprefix("n")) for name in names)
    raise SettingsError(
        "imagenet_words reads the classes of ImageNet-22k from timm, which is not installed. Type:"
        ' pip install "interleaf[clip]"'
    )


def load() -> ImagenetWords:
    """Return the scorer; there is no model.

    Raises:
        SettingsError: as of `imagenet_classes`.
    """
    return ImagenetWords(imagenet_classes())
