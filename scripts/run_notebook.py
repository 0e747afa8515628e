"""Run a notebook's cells in a plain interpreter and keep what they show.

python scripts/run_notebook.py notebooks/training_batch.ipynb

Kept are printed texts and the value of a cell's last line: a picture as PNG, else as text. No
kernel and no Jupyter is needed, so the outputs in the repository come from the same interpreter
that tests use.
"""

import ast
import contextlib
import io
import json
import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any


def run_cell(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Run one cell; return its outputs in the form of a notebook."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines})
    if value is not None:
        shown: dict[str, Any] = {"text/plain": repr(value)}
        if hasattr(value, "_repr_png_"):
            # Pillow's own text names an address in memory, which differs each time.
            size = "x".join(map(str, value.size))
            shown = {"image/png": b64encode(value._repr_png_()).decode(), "text/plain": size}
        kind = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
        outputs.append({**kind, "data": shown})
    return outputs


def main(path: str) -> None:
    """Run all cells in the folder of the notebook, and write it anew."""
    file = Path(path).resolve()
    notebook = json.loads(file.read_text("utf-8"))
    os.chdir(file.parent)
    names: dict[str, Any] = {}
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number += 1
            cell["outputs"] = run_cell("".join(cell["source"]), names, number)
            cell["execution_count"] = number
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
