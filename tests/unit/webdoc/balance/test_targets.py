"""Target vectors that a user gives."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from webdoc.arrow import to_batch
from webdoc.balance.targets import check_targets, read_targets
from webdoc.clip.vectors import ImageVector, to_bytes
from webdoc.settings import SettingsError

MODEL = "ViT-B-32:openai"


def archive(folder: Path, **given: object) -> str:
    np.savez(folder / "targets.npz", **{"vectors": [[3.0, 4.0]], "model": MODEL} | given)
    return str(folder / "targets.npz")


def table(folder: Path, *models: str) -> str:
    rows = [
        ImageVector(str(n), model, "r", "ok", to_bytes(np.array([0.0, 1.0])))
        for n, model in enumerate(models)
    ]
    rows.append(ImageVector("bad", models[0], "r", "unreadable", b""))
    (folder / "revision=r").mkdir(parents=True)
    pq.write_table(
        pa.Table.from_batches([to_batch(rows, ImageVector)]), folder / "revision=r/part-0.parquet"
    )
    return str(folder)


def test_an_archive_and_a_table_are_read(tmp_path: Path) -> None:
    given = read_targets(archive(tmp_path, revision="1"))
    assert (given.model, given.revision) == (MODEL, "1")
    np.testing.assert_allclose(given.vectors, [[0.6, 0.8]], atol=1e-7)
    of_a_run = read_targets(table(tmp_path / "image_vectors", MODEL, MODEL))
    assert of_a_run.model == MODEL
    np.testing.assert_array_equal(of_a_run.vectors, [[0, 1], [0, 1]])


def test_what_is_no_such_file_is_refused_in_words(tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"nothing of this kind")
    np.save(tmp_path / "alone.npy", [[1.0]])
    cases = {
        str(tmp_path / "none"): "no target vectors at",
        str(bad): "holds no target vectors",
        str(tmp_path / "alone.npy"): "vectors and model",
        table(tmp_path / "two", MODEL, "ViT-L-14:openai"): "of 2 models",
    }
    (tmp_path / "empty").mkdir()
    cases[str(tmp_path / "empty")] = "of 0 models"
    for path, says in cases.items():
        with pytest.raises(SettingsError, match=says):
            read_targets(path)


@pytest.mark.parametrize(
    "vectors", [[1.0, 2.0], [], [[np.nan, 1.0]], np.array([["x"]]), np.array([[None]], object)]
)
def test_vectors_that_are_none_are_refused(tmp_path: Path, vectors: object) -> None:
    with pytest.raises(SettingsError, match="holds no target vectors"):
        read_targets(archive(tmp_path, vectors=vectors))


def test_another_model_or_size_is_refused_naming_both(tmp_path: Path) -> None:
    targets = read_targets(archive(tmp_path, revision="aa"))
    check_targets(targets, MODEL, "aa", 2)
    check_targets(targets, MODEL, "", 2)
    with pytest.raises(SettingsError, match=r"ViT-B-32:openai, those of .* ViT-L-14:openai"):
        check_targets(targets, "ViT-L-14:openai", "aa", 2)
    with pytest.raises(SettingsError, match=r"\(aa\), .*\(bb\)"):
        check_targets(targets, MODEL, "bb", 2)
    with pytest.raises(SettingsError, match=r"have 2 numbers each, .* 512"):
        check_targets(targets, MODEL, "aa", 512)
