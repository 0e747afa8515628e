"""How much the caption says of what it names: relations of an object, and actions."""

from collections.abc import Sequence
from typing import Any, Final

from webdoc.reasons import Reason
from webdoc.scores.captions._spacy_graph import SpacyGraph
from webdoc.scores.captions._texts import english_text
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.text.part_of_speech import is_action, tagged
from webdoc.text.relations import most_relations

MODEL: Final = "a spaCy pipeline with a parser, by its name or folder"
WITHOUT_MODEL: Final = "parts of speech by the lexicon of TextBlob"
COLUMNS = (
    ScoreColumn(
        "caption_relations",
        "of the object that its caption says most of: attributes, actions and prepositions that"
        " belong to it. Complexity in DiHT (arXiv:2301.02280, section 3.1), which keeps 1 and more;"
        " none where the caption is not in English",
        Reason.IMAGE_CAPTION_RELATIONS,
    ),
    ScoreColumn(
        "caption_actions",
        "verbs of its caption that say what is done. DiHT (likewise) and Data-Juicer's"
        " text_action_filter keep 1 and more",
        Reason.IMAGE_CAPTION_ACTION,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text", "language")


class CaptionComplexity:
    """Source: Radenovic et al. 2023, arXiv:2301.02280, section 3.1."""

    def __init__(self, spacy_pipeline: str = "") -> None:
        """Load a tagger.

        Args:
            spacy_pipeline: name or folder; "" for the lexicon.

        Raises:
            SettingsError: the tagger's package is not installed, or there is no such pipeline.
        """
        self._graph = SpacyGraph(spacy_pipeline) if spacy_pipeline else None
        self.revision = self._graph.revision if self._graph else "1"
        tagged("")  # says at once what is missing

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return relations and actions of each; None of one without an English text."""
        return [self._scores(english_text(one).strip()) for one in captions]

    def _scores(self, text: str) -> tuple[float | None, ...]:
        if not text:
            return None, None
        if self._graph:
            relations, actions = self._graph.measured(text)
        else:
            words = tagged(text)
            relations = most_relations(words)
            actions = sum(is_action(words, at) for at in range(len(words)))
        return float(relations), float(actions)


def load(*model: Any) -> CaptionComplexity:
    """Load the scorer, with a spaCy pipeline where one is named."""
    return CaptionComplexity(*model)
