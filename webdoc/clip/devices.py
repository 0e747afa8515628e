"""What a CLIP model runs on: which device, how much it holds, how many threads feed it."""

from typing import Final

from webdoc.clip.weights import import_clip
from webdoc.settings import SettingsError

MOST_AT_ONCE: Final = 256  # inputs: three batches are in memory as tensors, 460 MB at 224 pixels
_FREE_SHARE: Final = 0.5  # of a GPU's free memory that an automatic batch may fill
_DECODING: Final = (2, 16)  # threads, least and most: a model on a GPU wants many
# What torch says of a full memory where it raises no OutOfMemoryError: libraries of CUDA, and on
# a CPU its own allocator, MKL and oneDNN (seen with a limit on the memory of a process).
_FULL_MEMORY: Final = (
    "out of memory",
    "_STATUS_ALLOC_FAILED",
    "allocate memory",
    "could not create a primitive",
)


def is_full_memory(error: RuntimeError) -> bool:
    """Tell whether torch found no memory, of a GPU or of this machine.

    >>> is_full_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling ..."))
    True
    """
    named = type(error).__name__ == "OutOfMemoryError"
    return named or any(words in str(error) for words in _FULL_MEMORY)


def decoding_threads(cores: int, gpus: int) -> int:
    """Return how many threads open pictures for one model: 2, or its GPU's share of the cores.

    >>> decoding_threads(cores=16, gpus=2), decoding_threads(cores=16, gpus=0)
    (8, 2)
    """
    least, most = _DECODING
    return min(max(cores // gpus, least), most) if gpus else least


def fitting_batch(free_bytes: int, bytes_each: float) -> int:
    """Return the largest power of two, 1 to 256, that fills at most half of the free memory."""
    fits = int(_FREE_SHARE * free_bytes / max(bytes_each, 1))
    return 1 << (min(max(fits, 1), MOST_AT_ONCE).bit_length() - 1)


def device_for(wanted: str, slot: int = 0) -> str:
    """Return the device that is meant: cpu, cuda:1, or another one of torch by its name.

    Args:
        wanted: auto, or a name of torch.
        slot: which of several GPUs, where it is left open; taken modulo their number.

    Raises:
        SettingsError: a GPU is asked for, and there is none.
    """
    count = gpu_count()
    if wanted == "auto":
        wanted = "cuda" if count else "cpu"
    if wanted.startswith("cuda") and not count:
        raise SettingsError(f"device {wanted} is asked for, and torch finds no GPU here")
    return f"cuda:{slot % count}" if wanted == "cuda" else wanted


def gpu_count() -> int:
    """Return how many GPUs torch finds on this machine."""
    torch, _ = import_clip()
    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def gpus_open(wanted: str) -> int:
    """Return how many GPUs of this machine `device_for` may choose from; 0: none is used.

    Raises:
        SettingsError: a GPU is asked for, and there is none.
    """
    if not device_for(wanted).startswith("cuda"):
        return 0
    return 1 if wanted.startswith("cuda:") else gpu_count()
