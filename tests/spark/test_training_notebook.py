"""The notebook from a release to a training batch, on the release that all tests share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.run_notebook import run_cell

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "training_batch.ipynb"


def test_the_notebook_gives_a_batch(
    sample_run: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its cells, one after the other; the notebook in the repository holds outputs of its kind."""
    pytest.importorskip("torch")
    monkeypatch.setenv("RELEASE", str(sample_run()))
    monkeypatch.setenv("EXAMPLES", str(ROOT / "examples"))
    monkeypatch.setenv("INTERLEAF_CACHE", str(tmp_path))
    names: dict[str, Any] = {}
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    for number, cell in enumerate(cell for cell in cells if cell["cell_type"] == "code"):
        made = run_cell("".join(cell["source"]), names, number)
        kinds = [sorted(output.get("data", {})) for output in made]
        assert kinds == [sorted(output.get("data", {})) for output in cell["outputs"]]
    batch = names["batch"]
    assert batch.tokens.shape == (4, 1024)
    assert batch.pictures.shape[1:] == (3, 64, 64)
    assert len(batch.pictures) > 0
