"""The CLIP model on the same pictures, the painted ones prepared, and on the same captions."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from webdoc.scores.captions.clip_masked import masked
from webdoc.scores.scored_caption import ScoredCaption


def bare(scorer: Any, captions: Sequence[ScoredCaption]) -> Callable[[], None]:
    """Return a call of the model on all pictures, painted pictures and captions."""
    pictures = [one.picture for one in captions]
    painted = [masked(one.picture, one.words) for one in captions if one.words]
    texts = [one.texts[0] for one in captions if one.texts]

    def run() -> None:
        for found in (
            scorer.model.encode_images(pictures),
            scorer.model.encode_images(painted),
            scorer.model.encode_texts(texts),
        ):
            deque(found, maxlen=0)

    return run
