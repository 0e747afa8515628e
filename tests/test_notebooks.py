"""The notebooks: what they hold runs, and what they showed is kept. `make notebooks` runs all."""

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MADE = ("look_at_a_page", "corpus_in_pictures", "place_images")


def cells(name: str) -> list[dict[str, Any]]:
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", MADE)
def test_outputs_are_kept_and_none_is_an_error(name: str) -> None:
    outputs = [output for cell in cells(name) for output in cell["outputs"]]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert [cell["execution_count"] for cell in cells(name)] == [*range(1, len(cells(name)) + 1)]


@pytest.mark.parametrize("name", ["corpus_in_pictures", "place_images"])
def test_pictures_and_plots_are_there(name: str) -> None:
    outputs = [output for cell in cells(name) for output in cell["outputs"]]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2


def test_a_page_and_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """The one that needs neither Spark nor a plot, cell by cell, as it stands."""
    names: dict[str, Any] = {}
    for cell in cells("look_at_a_page"):
        exec("".join(cell["source"]), names)
    said = capsys.readouterr().out
    assert "[image https://blog.example/" in said
    assert len(names["table"]) == len(names["judged"].nodes)
    assert list(names["counts"].columns) == ["default", "at least 12 words"]
