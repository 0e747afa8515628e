"""Presets that come with a package, and settings built from one of them and what changes it."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TypeVar

from webdoc.settings import SettingsError, Table, assignment_table, build, merged, read_toml

Settings = TypeVar("Settings")


def preset_names(package: str) -> list[str]:
    """Return the names of the presets in a package's folder `presets`."""
    folder = resources.files(package) / "presets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def preset_table(package: str, name: str) -> Table:
    """Return the table of a preset.

    Raises:
        SettingsError: no preset of that name.
    """
    names = preset_names(package)
    if name not in names:
        raise SettingsError(f"no preset {name!r}. There are: {', '.join(names)}")
    with resources.as_file(resources.files(package) / "presets" / f"{name}.toml") as path:
        return read_toml(path)


def settings_from(
    settings: type[Settings],
    package: str,
    config: str | Path | None,
    assignments: Sequence[str],
    given: Table | None,
) -> Settings:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Args:
        settings: the class; it has a field `preset`.
        package: whose presets they are.
        config: a TOML file; its `preset` names the preset that it changes.
        assignments: `section.key=value`.
        given: a table that wins over all others, e.g. inputs and out of a command line.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    changes = merged(
        read_toml(config) if config is not None else {}, assignment_table(assignments), given or {}
    )
    preset = changes.get("preset", "default")
    if not isinstance(preset, str):
        raise SettingsError(f"preset must be a text, got {preset!r}")
    return build(settings, merged(preset_table(package, preset), changes))
