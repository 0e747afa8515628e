"""Relations and actions of a caption by a spaCy pipeline of the user's own."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

from webdoc.settings import SettingsError

_OBJECTS: Final = frozenset(("NOUN", "PROPN"))
_ACTION_TAGS: Final = frozenset(("VB", "VBP", "VBZ", "VBD", "VBG", "VBN", "VV"))
# Edges from an object to what belongs to it, and edges by which an object belongs to an action or
# to another object: names of spaCy's English pipelines (ClearNLP's labels).
_BELOW: Final = frozenset(("amod", "nummod", "acl", "relcl", "prep"))
_ABOVE: Final = frozenset(("nsubj", "nsubjpass", "dobj", "pobj", "attr", "agent"))


class SpacyGraph:
    """Source: the forms of Data-Juicer's text_action_filter and text_entity_dependency_filter."""

    def __init__(self, name: str) -> None:
        """Load a pipeline.

        Raises:
            SettingsError: spaCy is not installed, there is no such pipeline, or it has no parser.
        """
        try:
            spacy = import_module("spacy")  # no extra of ours brings it
        except ImportError as error:
            raise SettingsError(
                f"the pipeline {name} needs spaCy: pip install spacy, or leave"
                " scores.models.caption_complexity out."
            ) from error
        try:
            self._pipeline: Any = spacy.load(name, exclude=["ner", "lemmatizer"])
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"{name} is no spaCy pipeline that is installed, and no folder of one:"
                f" {str(error).splitlines()[0]}"
            ) from error
        if "parser" not in self._pipeline.pipe_names:
            raise SettingsError(f"the spaCy pipeline {name} has no parser, which relations need.")
        meta = self._pipeline.meta
        self.revision = f"spacy-{meta.get('lang')}-{meta.get('name')}-{meta.get('version')}"

    def measured(self, text: str) -> tuple[int, int]:
        """Return the relations of the object that has most, and the number of actions."""
        words = list(self._pipeline(text))
        return most_relations_of(words), actions_of(words)


def most_relations_of(words: Iterable[Any]) -> int:
    """Return the relations of the object that has most, of spaCy's tokens."""
    counts = [
        sum(child.dep_ in _BELOW for child in word.children) + (word.dep_ in _ABOVE)
        for word in words
        if word.pos_ in _OBJECTS
    ]
    return max(counts, default=0)


def actions_of(words: Iterable[Any]) -> int:
    """Return the number of verbs, of spaCy's tokens, that are no auxiliaries."""
    return sum(word.pos_ == "VERB" and word.tag_ in _ACTION_TAGS for word in words)
