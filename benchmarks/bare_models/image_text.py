"""RapidOCR on decoded pixels."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from webdoc.scores.pictures.image_text import searched


def bare(scorer: Any, bodies: Sequence[bytes]) -> Callable[[], None]:
    """Return a call of the engine on all pictures."""
    frames = [frame for frame in map(searched, bodies) if frame is not None]
    pixels = [np.ascontiguousarray(np.asarray(frame)[:, :, ::-1]) for frame in frames]

    def run() -> None:
        for one in pixels:
            scorer.engine(one)

    return run
