"""The settings of a run as a release may show them."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import tomli_w

from webdoc.settings import Table, as_table, privacy


def published_settings(settings: Any) -> str:
    """Return the settings as TOML, without places, machines and credentials.

    The same run gives the same text wherever it is done. What is private, each setting says
    itself (`webdoc.settings.About`); of models and lists only the file name is left.
    """
    return tomli_w.dumps(_published(settings))


def _published(settings: Any) -> Table:
    hints = get_type_hints(type(settings))
    table: Table = {}
    for each in fields(settings):
        value, private = getattr(settings, each.name), privacy(each, hints[each.name])
        if private == "folders":
            table[each.name] = _names(value)
        elif not private:
            table[each.name] = _shown(value)
    return table


def _shown(value: Any) -> Any:
    if is_dataclass(value):
        return _published(value)
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in value.items()}
    return as_table(value)


def _names(value: str | tuple[str, ...]) -> str | list[str]:
    return without_folders(value) if isinstance(value, str) else [*map(without_folders, value)]


def without_folders(place: str) -> str:
    """Return what a file or model is called: of its path or address the last name only.

    >>> without_folders("/home/somebody/lists/opt-outs.txt")
    'opt-outs.txt'
    >>> without_folders("https://somebody:password@e.org/lists/opt-outs.txt?key=3")
    'opt-outs.txt'
    >>> without_folders("local-dir:/home/somebody/my-clip")
    'local-dir:my-clip'
    >>> without_folders("hf-hub:laion/CLIP-ViT-B-32")
    'hf-hub:laion/CLIP-ViT-B-32'
    """
    if place.startswith("hf-hub:"):
        return place
    if "://" in place:
        path = place.partition("://")[2].partition("/")[2]  # after the host and its password
        return _last_name(re.split(r"[?#]", path)[0])
    kind, colon, path = place.partition(":")
    is_path = not colon or re.search(r"[/\\]", kind)
    return _last_name(place) if is_path else f"{kind}:{_last_name(path)}"


def _last_name(path: str) -> str:
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]
