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

    Raises:
        ValueError: two of them have one name.
    """
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    values = (value for module in modules for value in vars(module).values())
    by_name: dict[str, Exporter] = {}
    for exporter in (value for value in values if isinstance(value, Exporter)):
        if by_name.setdefault(exporter.name, exporter) is not exporter:
            raise ValueError(f"two exporters have the name {exporter.name!r}")
    return tuple(by_name[name] for name in sorted(by_name))
