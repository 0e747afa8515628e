"""Executes every notebook on the sample and keeps its outputs: `make notebooks`.

python scripts/run_notebooks.py RELEASE [NOTEBOOK...]
"""

import json
import os
import sys
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient

FOLDER: Final = Path(__file__).resolve().parents[1] / "notebooks"


def main(arguments: list[str]) -> int:
    """Run the named notebooks, or all; the first that fails ends it with its traceback."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    os.environ["RELEASE"] = str(Path(arguments[0]).resolve())
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    for file in sorted(map(Path, arguments[1:])) or sorted(FOLDER.glob("*.ipynb")):
        print(f"running {file.name}")
        notebook = nbformat.read(file, as_version=4)
        NotebookClient(
            notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}
        ).execute()
        _forget_this_run(notebook)
        file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def _forget_this_run(notebook: nbformat.NotebookNode) -> None:
    """Drop times, warnings and paths, which differ with each run and machine."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
