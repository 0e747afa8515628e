"""Which models open_clip knows, read from its files: to import it takes ten seconds."""

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_TABLE = "_PRETRAINED"
_QUICK = "-quickgelu"


@cache
def known_tags() -> dict[str, list[str]] | None:
    """Return the tags of weights by the name of each architecture.

    None where open_clip is not installed, or its files are not as we know them: ask itself then.
    """
    spec = find_spec("open_clip")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    try:
        names = sorted(file.stem for file in (folder / "model_configs").glob("*.json"))
        tree = ast.parse((folder / "pretrained.py").read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    assigned = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    table = assigned.get(_TABLE)
    if not names or not isinstance(table, ast.Dict):
        return None
    tags = {name: list[str]() for name in names}
    for key, value in zip(table.keys, table.values, strict=True):
        weights = assigned.get(value.id) if isinstance(value, ast.Name) else value
        found = _weights(weights)
        if not isinstance(key, ast.Constant) or found is None:
            return None
        name = str(key.value)
        tags[name] = [tag for tag, _ in found]
        quick = [tag for tag, is_quick in found if is_quick]
        if quick:  # open_clip gives them a second name
            tags[name + _QUICK] = quick
    return tags


def _weights(node: ast.expr | None) -> list[tuple[str, bool]] | None:
    """Return the tags of a table of weights, and whether each wants the quick GELU."""
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        if len(keys) < len(node.keys):
            return None
        return [(str(key), _is_quick(of)) for key, of in zip(keys, node.values, strict=True)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return [(word.arg, _is_quick(word.value)) for word in node.keywords if word.arg]
    return None


def _is_quick(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(
        word.arg == "quick_gelu" and isinstance(word.value, ast.Constant) and bool(word.value.value)
        for word in node.keywords
    )
