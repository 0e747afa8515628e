"""CLIP vectors of pictures and texts, by open_clip: an extra (`interleaf[clip]`)."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from webdoc.clip.devices import (
    MOST_AT_ONCE,
    decoding_threads,
    device_for,
    fitting_batch,
    gpu_count,
    is_full_memory,
)
from webdoc.clip.prefetch import prepared_ahead
from webdoc.clip.text import fitting
from webdoc.clip.vectors import unit
from webdoc.clip.weights import Loaded, import_clip, load
from webdoc.picture.measure import OK
from webdoc.picture.rgb import rgb
from webdoc.settings import SettingsError, setting

Item = TypeVar("Item")

# Larger ones gain nothing on a CPU, and the last batch of a task is filled up to this size.
_CPU_BATCH: Final = 16
_PROBE: Final = 8  # in the batch that shows how much memory one takes


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """Which model makes the vectors, and how.

    ViT-L-14 of OpenAI is MMC4's model: the thresholds of that paper are cosines of its vectors.
    """

    model: str = setting(
        "ViT-L-14:openai",
        "NAME:PRETRAINED of open_clip, a file of weights, or `local-dir:FOLDER`, as"
        " `webdoc.clip.weights.model_source` reads it.",
        source="MMC4: the limits of that paper are cosines of its vectors",
        private="folders",
    )
    batch: int = setting(
        0, "Pictures or texts at a time; 0: by memory.", source="ours", private=True
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = setting(
        "auto", "auto: bf16 on a GPU, else fp32.", source="ours"
    )
    device: str = setting(
        "auto", "auto: a GPU where there is one; cpu, cuda, cuda:1.", source="ours", private=True
    )
    decoding_threads: int = setting(
        0,
        "That open pictures while the model works; 0: by cores and GPUs.",
        source="ours",
        private=True,
    )
    max_pixels: int = setting(
        50_000_000, "Of a picture; a larger one is not decoded.", source="ours: bounds the memory"
    )

    def __post_init__(self) -> None:
        if not self.model:
            raise ValueError("model must name a model, such as ViT-L-14:openai or local-dir:FOLDER")
        if self.batch < 0 or self.decoding_threads < 0 or self.max_pixels < 1:
            raise ValueError(
                "batch and decoding_threads must be 0 or more, max_pixels must be 1 or more"
            )


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """What became of one picture."""

    vector: NDArray[np.float16] | None  # (d,), of length 1; None where there is none
    status: str  # webdoc.picture.measure.OK, UNREADABLE, or webdoc.picture.rgb.TOO_LARGE


@dataclass(frozen=True, slots=True)
class EncodedText:
    """What became of one text."""

    vector: NDArray[np.float16]  # (d,), of length 1
    is_cut: bool  # the model saw only its beginning


class ClipModel:
    """A model on one device, loaded once a process; it must not be pickled."""

    def __init__(
        self,
        settings: ClipSettings,
        *,
        slot: int = 0,
        threads: int = 0,
        loaded: Loaded | None = None,
    ) -> None:
        """Load the model.

        Args:
            settings: which model, and how.
            slot: which of several GPUs, where the settings leave it open; taken modulo their
                number.
            threads: of torch on the CPU, for the whole process; 0: as torch likes.
            loaded: a model that is in memory already.

        Raises:
            SettingsError: as `webdoc.clip.weights.load`, or no such device.
        """
        self._torch, _ = import_clip()
        if threads:
            self._torch.set_num_threads(threads)
        self._settings = settings
        self._parts = loaded or load(settings.model)
        self.device = device_for(settings.device, slot)
        self._on_gpu = self.device.startswith("cuda")
        auto = "bf16" if self._on_gpu else "fp32"
        self.precision = auto if settings.precision == "auto" else settings.precision
        try:
            self._model = self._parts.model.to(self.device)
        except (RuntimeError, AssertionError) as error:
            raise SettingsError(f"device {self.device} cannot be used: {error}") from error
        self._decoding_threads = settings.decoding_threads or decoding_threads(
            os.cpu_count() or 1, gpu_count() if self._on_gpu else 0
        )
        self._batches: dict[str, int] = {}  # inputs at a time, by method of the model

    @property
    def name(self) -> str:
        """The model as tables and cards call it."""
        return self._parts.label

    @property
    def revision(self) -> str:
        """16 hex digits of weights and preprocessing."""
        return self._parts.revision

    def leave_device(self) -> None:
        """Make room on a GPU for others; the model must not be used any more."""
        if self._on_gpu:
            self._model.to("cpu")
            self._torch.cuda.empty_cache()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a CLIP model is loaded in each process, never sent to one")

    def encode_images(self, bodies: Iterable[bytes]) -> Iterator[EncodedImage]:
        """Yield one vector a picture, in order; others are read and decoded meanwhile.

        Three batches are in memory at most. `bodies` is read by another thread.
        """
        size = self._most_at_once()
        with (
            closing(prepared_ahead(bodies, self._prepared, self._decoding_threads, size)) as opened,
            closing(prepared_ahead(_groups(opened, size), self._stacked, 1, 2)) as stacked,
        ):
            for inputs, statuses in stacked:
                vectors = iter(() if inputs is None else self._encoded(inputs, "encode_image"))
                for status in statuses:
                    yield EncodedImage(next(vectors) if status == OK else None, status)

    def _stacked(self, group: list[tuple[Any, str]]) -> tuple[Any, list[str]]:
        """Return the good pictures of a group as one tensor, None where there is none."""
        good = [tensor for tensor, _ in group if tensor is not None]
        return self._torch.stack(good) if good else None, [status for _, status in group]

    def encode_texts(self, texts: Iterable[str]) -> Iterator[EncodedText]:
        """Yield one vector a text, in order; a text longer than the context is cut at a word.

        Two batches are in memory at most. `texts` is read by another thread.
        """
        groups = _groups(texts, self._most_at_once())
        with closing(prepared_ahead(groups, self._tokenised, threads=1, most=2)) as tokenised:
            for tokens, cuts in tokenised:
                yield from map(EncodedText, self._encoded(tokens, "encode_text"), cuts)

    def _tokenised(self, texts: list[str]) -> tuple[Any, list[bool]]:
        """Return what the model reads of some texts, and which of them were cut."""
        tokenizer = self._parts.tokenizer
        shown = [fitting(text, tokenizer) for text in texts]
        return tokenizer([text for text, _ in shown]), [is_cut for _, is_cut in shown]

    def _prepared(self, body: bytes) -> tuple[Any, str]:
        """Return the tensor that the model wants, or None and why there is none."""
        picture, status = rgb(body, self._settings.max_pixels, self._parts.side_px)
        return (None if picture is None else self._parts.preprocess(picture)), status

    def _most_at_once(self) -> int:
        return self._settings.batch or (MOST_AT_ONCE if self._on_gpu else _CPU_BATCH)

    def _encoded(self, inputs: Any, kind: str) -> list[NDArray[np.float16]]:
        """Return unit vectors of the inputs; a batch too large for the memory is halved.

        Args:
            inputs: tensor, (n, ...), n at least 1.
            kind: the method of the model, encode_image or encode_text.
        """
        encode = getattr(self._model, kind)
        if kind not in self._batches:
            self._batches[kind] = self._settings.batch or self._fitting_batch(inputs, encode)
        done: list[NDArray[np.float16]] = []
        while len(done) < len(inputs):
            size = self._batches[kind]
            few = inputs[len(done) : len(done) + size]
            # Always the same shape: processors sum in another order in batches of another size,
            # and a vector must not depend on how pictures were dealt over tasks.
            vectors = self._tried(self._filled(few, size), encode)
            if vectors is not None:
                done.extend(vectors[: len(few)])
            elif size == 1:
                raise SettingsError(f"{self.device} has no memory for one input of {self.name}")
            else:
                self._batches[kind] = size // 2
                self._torch.cuda.empty_cache()
        return done

    def _filled(self, inputs: Any, size: int) -> Any:
        """Return a batch of exactly that size, the last input repeated at its end."""
        missing = size - len(inputs)
        if not missing:
            return inputs
        return self._torch.cat([inputs, inputs[-1:].expand(missing, *inputs.shape[1:])])

    def _tried(self, inputs: Any, encode: Callable[[Any], Any]) -> NDArray[np.float16] | None:
        """Return vectors, None where the memory of the device was not enough."""
        torch = self._torch
        low = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(self.precision)
        kind = self.device.partition(":")[0]
        try:
            with torch.inference_mode(), torch.autocast(kind, dtype=low, enabled=low is not None):
                features = encode(inputs.to(self.device, non_blocking=True))
            return unit(features.float().cpu().numpy()).astype(np.float16)
        except RuntimeError as error:
            if not is_full_memory(error):
                raise
            return None

    def _fitting_batch(self, inputs: Any, encode: Callable[[Any], Any]) -> int:
        """Return how many inputs the memory holds, judged by what a few of them take."""
        if not self._on_gpu:
            return _CPU_BATCH
        cuda, few = self._torch.cuda, inputs[:_PROBE]
        cuda.reset_peak_memory_stats(self.device)
        before = cuda.memory_allocated(self.device)
        self._tried(few, encode)
        taken = cuda.max_memory_allocated(self.device) - before
        cuda.empty_cache()  # or what the probe took would not count as free
        return fitting_batch(cuda.mem_get_info(self.device)[0], taken / len(few))


def _groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Return lists of that many items, the last one of what is left."""
    waiting = iter(items)
    return iter(lambda: list(islice(waiting, size)), [])
