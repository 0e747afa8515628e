"""Folders of Hugging Face models: what kind they are, and what tells them apart."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

from webdoc.settings import SettingsError

_HASHED: Final = (".json", ".safetensors", ".bin", ".txt", ".model")
_BLOCK: Final = 1 << 20


def architectures_of(path: str) -> list[str]:
    """Return the names of the classes that a folder's model is of; none where nothing says.

    Raises:
        SettingsError: it is no folder of a model.
    """
    file = Path(path) / "config.json"
    if not file.is_file():
        raise SettingsError(f"{path} is no folder of a Hugging Face model: config.json is missing.")
    try:
        return [
            str(kind) for kind in json.loads(file.read_text("utf-8")).get("architectures") or ()
        ]
    except (ValueError, AttributeError) as error:
        raise SettingsError(f"{path}/config.json is no JSON object.") from error


def digest_of(path: str) -> str:
    """Return 16 hex digits that change with the model's weights, words or settings."""
    found = sha256()
    for file in sorted(Path(path).glob("*")):
        if file.suffix in _HASHED:
            found.update(f"{file.name}\n".encode())
            with file.open("rb") as source:
                while block := source.read(_BLOCK):
                    found.update(block)
    return found.hexdigest()[:16]
