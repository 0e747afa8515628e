"""The fastText model on the same lines."""

from collections.abc import Callable, Sequence
from typing import Any

from webdoc.scores.scorer import ScoredText


def bare(scorer: Any, texts: Sequence[ScoredText]) -> Callable[[], None]:
    """Return a call of the model on all texts, each as one line."""
    lines = [f"{' '.join(text.text.split())}\n" for text in texts]

    def run() -> None:
        for line in lines:
            scorer.model.predict(line, -1, 0.0, "strict")

    return run
