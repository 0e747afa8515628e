"""Exporters: what a release holds and what `interleaf export` writes, one module each.

A new one is a module in this folder with an `Exporter` in it; whoever needs all of them asks here.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from webdoc.release.exporter import Exporter


@cache
def all_exporters() -> tuple[Exporter, ...]:
    """Return every exporter of this folder, by name.

    What publishing writes and what `interleaf export` writes may have one name: `mmc4` is both.

    Raises:
        ValueError: two of one kind have one name.
    """
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    values = (value for module in modules for value in vars(module).values())
    by_name: dict[tuple[str, bool], Exporter] = {}
    for exporter in (value for value in values if isinstance(value, Exporter)):
        key = (exporter.name, exporter.row is not None)
        if by_name.setdefault(key, exporter) is not exporter:
            raise ValueError(f"two exporters have the name {exporter.name!r}")
    return tuple(by_name[key] for key in sorted(by_name))


def exported_forms() -> tuple[Exporter, ...]:
    """Return what `interleaf export` can write, by name."""
    return tuple(exporter for exporter in all_exporters() if exporter.row)
