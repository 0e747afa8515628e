"""Sieve: the text of a picture beside captions that a model wrote of it, in a text encoder.

Source: Mahmoud et al. 2023, SIEVE: Multimodal Dataset Pruning Using Image Captioning Models,
arXiv:2310.02110, section 3; phrases that are left out as in its published code.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from webdoc.scores.captions._sentence_encoder import SentenceEncoder
from webdoc.settings import SettingsError

SHARED: Final = (
    "cosine of its caption with the captions that a model wrote of its picture, phrases like"
    " `a photo of` left out of both, in [-1, 1]: the greatest one, of caption and alternative text"
    " (Sieve, arXiv:2310.02110, which keeps the best fifth)"
)
_MEDIUM: Final = re.compile(
    r"\b(?:an? |the )?(?:stock )?(?:image|photo|photograph|picture)(?: stock)?(?: of)?\b",
    re.IGNORECASE,
)
_MOST_CAPTIONS: Final = 32  # of a picture; the paper has 8
_MAX_CHARS: Final = 2_000  # of a text; what follows is not looked at
_DECIMALS: Final = 4


def without_medium(text: str) -> str:
    """Return a caption without what calls it a picture.

    >>> without_medium("A photo of a dog in the snow")
    'a dog in the snow'
    """
    return " ".join(_MEDIUM.sub(" ", text[:_MAX_CHARS].replace("\0", " ")).split())


def sieve_score(
    encoder: SentenceEncoder, texts: Sequence[str], written: Sequence[str]
) -> float | None:
    """Return the greatest cosine of a text with a caption that was written.

    Args:
        encoder: of sentences.
        texts: of the image: caption and alternative text.
        written: by a model, of the picture.

    Returns:
        In [-1, 1]; None where of either nothing is left without its phrases.
    """
    ours = _left(texts)
    theirs = _left(written[:_MOST_CAPTIONS])
    if not ours or not theirs:
        return None
    vectors = encoder.vectors(ours + theirs)
    cosines = vectors[: len(ours)] @ vectors[len(ours) :].T
    return round(min(max(float(cosines.max()), -1.0), 1.0), _DECIMALS)


def _left(texts: Iterable[str]) -> list[str]:
    left = (without_medium(text).encode("utf-8", "replace").decode() for text in texts)
    return [text for text in left if any(map(str.isalnum, text))]


def described_model(path: str, wanted: str) -> dict[str, str]:
    """Read the TOML file that names what a scorer needs beside the texts.

    Args:
        path: of the file; paths in it are beside it.
        wanted: its key that must be there; `encoder` may be.

    Raises:
        SettingsError: no such file, no TOML, or other keys; says what is wrong.
    """
    example = f'A file with {wanted} = "..." is wanted, and encoder = "..." if you have your own.'
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}. {example}") from error
    others = sorted(table.keys() - {wanted, "encoder"})
    if others or wanted not in table or not all(isinstance(v, str) for v in table.values()):
        raise SettingsError(f"{path} has the keys {', '.join(table) or 'of none'}. {example}")
    return {key: _beside(path, value) for key, value in table.items()}


def _beside(path: str, value: str) -> str:
    """Return the path of what lies beside a file; the name of a model stays as it is."""
    near = Path(path).parent / value
    return str(near) if near.exists() else value


def captions_by_picture(path: str) -> dict[str, list[str]]:
    """Read captions that a model wrote: a Parquet file, or lines of JSON.

    Args:
        path: rows have `sha256`, hex digits of the picture's bytes, and `captions`, a list of
            texts, or one text.

    Raises:
        SettingsError: no such file, or its rows have something else.
    """
    try:
        rows = pq.read_table(path).to_pylist() if path.endswith(".parquet") else _lines(path)
        found: dict[str, list[str]] = {}
        for row in rows:
            captions = row["captions"]
            own = [captions] if isinstance(captions, str) else list(captions or ())
            found.setdefault(row["sha256"].lower(), []).extend(str(one) for one in own)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise SettingsError(
            f"{path} has no captions that can be read ({type(error).__name__}: {error}). Each row"
            " of a .parquet file or line of JSON has sha256, a text, and captions, a list of texts."
        ) from error
    return found


def _lines(path: str) -> list[dict[str, Any]]:
    lines = Path(path).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
