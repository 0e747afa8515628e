"""CLIP vectors as they stand in tables: unit length, float16, little-endian bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

_STORED = np.dtype("<f2")


@dataclass(frozen=True, slots=True)
class ImageVector:
    """IMAGE_VECTORS: one row for each distinct picture and model."""

    sha256: str  # hex, of the picture's bytes
    model: str  # as asked for, without folders: "ViT-L-14:openai"
    revision: str  # 16 hex digits: hash of weights and preprocessing
    status: str  # webdoc.picture.measure: ok, unreadable; too_large: not decoded
    vector: bytes  # float16 little-endian, of length 1; b"" unless ok


@dataclass(frozen=True, slots=True)
class SentenceVector:
    """SENTENCE_VECTORS: one row for each distinct sentence and model."""

    sentence_key: str  # sentence_key(text)
    model: str
    revision: str
    is_cut: bool  # the model saw only its beginning, up to the end of a word
    vector: bytes  # as in ImageVector; never b""


def sentence_key(text: str) -> str:
    """Return the first 32 hex digits of a sentence's SHA-256, white space included.

    Spark says the same: `substring(sha2(sentence, 256), 1, 32)`.
    """
    return sha256(text.encode()).hexdigest()[:32]


def to_bytes(vector: NDArray[np.floating]) -> bytes:
    """Return a vector as a table stores it."""
    return vector.astype(_STORED).tobytes()


def matrix_of(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Return stored vectors as rows of a matrix.

    Returns:
        (n, d) float32 as stored, so of length 1 but for float16's rounding; (0, 0) for none.

    Raises:
        ValueError: vectors of several lengths, or an empty one.
    """
    if len({len(vector) for vector in vectors}) > 1 or b"" in vectors:
        raise ValueError(
            "these vectors are not of one model: their lengths differ, or one is empty"
        )
    rows = np.frombuffer(b"".join(vectors), _STORED).astype(np.float32)
    return rows.reshape(len(vectors), -1) if vectors else rows.reshape(0, 0)


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return rows scaled to length 1 in float32; a row of zeros stays."""
    rows = vectors.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    lengths[lengths == 0] = 1
    result: NDArray[np.float32] = rows / lengths
    return result
