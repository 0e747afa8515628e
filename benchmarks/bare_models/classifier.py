"""The Hugging Face model on the same segments, cut and padded before."""

from collections.abc import Callable, Sequence
from typing import Any

from webdoc.scores.scorer import ScoredText

_BATCH = 32  # as jobs have it


def bare(scorer: Any, texts: Sequence[ScoredText]) -> Callable[[], None]:
    """Return a call of the model on all segments, in the groups that the scorer makes."""
    import torch  # noqa: PLC0415 - an extra, and seconds

    parts = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
    groups = [group for part in parts for group in scorer.groups(part)]
    batches = [scorer.padded([ids for _, ids in group]) for group in groups]

    def run() -> None:
        with torch.inference_mode():
            for batch in batches:
                scorer.model(**batch)

    return run
