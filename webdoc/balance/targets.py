"""Vectors that a user gives: what images are to be like."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from webdoc.clip.vectors import matrix_of, unit
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Targets:
    """Vectors of one model."""

    path: str
    model: str  # "ViT-L-14:openai"
    revision: str  # hash of its weights; "" where the file does not say
    vectors: NDArray[np.float32]  # (n, d) of length 1


def read_targets(path: str) -> Targets:
    """Read target vectors.

    Args:
        path: a NumPy archive (.npz) with `vectors`, (n, d) of any float type, and `model`, perhaps
            `revision`; or a Parquet file or folder of `tables/image_vectors` of another run.

    Raises:
        SettingsError: there is no such file, it is none of the two, or its vectors are of several
            models.
    """
    filesystem, inner = fsspec.url_to_fs(path)
    if not filesystem.exists(inner):
        raise SettingsError(f"There are no target vectors at {path}. Check the name.")
    is_folder = filesystem.isdir(inner)
    files = sorted(filesystem.glob(f"{inner}/**/*.parquet")) if is_folder else [inner]
    bodies = [filesystem.cat_file(file) for file in files]
    try:
        if len(bodies) == 1 and bodies[0][:2] == b"PK":
            return _of_archive(path, bodies[0])
        return _of_tables(path, bodies)
    except (ValueError, KeyError, pa.ArrowException) as error:
        raise SettingsError(
            f"{path} holds no target vectors: {error}. Give an .npz file with vectors and model, or"
            " the folder tables/image_vectors of another run."
        ) from error


def _of_archive(path: str, body: bytes) -> Targets:
    with np.load(io.BytesIO(body), allow_pickle=False) as archive:
        vectors = np.asarray(archive["vectors"], np.float32)
        model = str(archive["model"])
        revision = str(archive["revision"]) if "revision" in archive else ""
    if vectors.ndim != 2 or not vectors.size or not np.isfinite(vectors).all():
        raise ValueError(f"vectors has the shape {vectors.shape}, or holds what is no number")
    return Targets(path, model, revision, unit(vectors))


def _of_tables(path: str, bodies: Iterable[bytes]) -> Targets:
    rows: list[bytes] = []
    models: set[tuple[str, str]] = set()
    for body in bodies:
        table = pq.ParquetFile(io.BytesIO(body)).read(["model", "vector"])
        known = [one for one in table.to_pylist() if one["vector"]]
        rows += [one["vector"] for one in known]
        models |= {(one["model"], "") for one in known}
    if len(models) != 1:
        raise ValueError(f"it has vectors of {len(models)} models")
    ((model, revision),) = models
    return Targets(path, model, revision, unit(matrix_of(rows)))


def check_targets(targets: Targets, model: str, revision: str, size: int) -> None:
    """Refuse target vectors that cannot be compared with those of a corpus.

    Args:
        targets: what was given.
        model: of the corpus' vectors.
        revision: likewise.
        size: numbers in one of them.

    Raises:
        SettingsError: names both models, or both sizes.
    """
    other_weights = bool(targets.revision and revision) and targets.revision != revision
    if targets.model != model or other_weights:
        said = [f"{name}{f' ({rev})' if other_weights else ''}" for name, rev in (
            (targets.model, targets.revision), (model, revision))]  # fmt: skip
        raise SettingsError(
            f"The target vectors of {targets.path} are of the model {said[0]}, those of the corpus"
            f" of {said[1]}: their cosines mean nothing. Make both with one model."
        )
    if targets.vectors.shape[1] != size:
        raise SettingsError(
            f"The target vectors of {targets.path} have {targets.vectors.shape[1]:,} numbers each,"
            f" those of the corpus {size:,}, though both are said to be of {model}."
        )
