"""What a resumed run must have in common with its beginning, and what may change. No Spark here."""

import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from webdoc.arrow import schema_of
from webdoc.version import VERSION

# Settings that change how the work is done and nothing of what comes out: by their full name, or
# by the last part of it.
_OPERATIONAL = (
    "out",
    "spark",
    "run",
    "budget",
    "errors",
    "clip.batch",
    "clip.device",
    "clip.decoding_threads",
    "index.requests_per_second",
    "index.parallel",
    "index.tasks",
)
_OPERATIONAL_ENDS = ("storage", "max_unreadable")
_OPERATIONAL_FETCH = (
    "contact",
    "parallel_per_host",
    "rate_per_host",
    "parallel",
    "rate",
    "run_parallel",
    "run_rate",
    "tasks",
    "connect_timeout_s",
    "first_byte_timeout_s",
    "timeout_s",
    "retries",
    "backoff_s",
    "max_backoff_s",
    "shard_bytes",
    "shard_rows",
    "shard_s",
)
_SOFTWARE = ("pyspark", "pyarrow", "selectolax", "pillow")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Redo:
    """A run that begins anew at one of its steps."""

    step: str  # as --from calls it
    keep: tuple[str, ...]  # tables of the steps before
    sections: tuple[str, ...]  # settings that only this step and later ones go by
    fixed: tuple[str, ...] = ()  # settings within them that a step before goes by, too


def is_operational(key: str) -> bool:
    """Tell whether a setting may differ between two starts of one run.

    >>> is_operational("archives.storage.attempts"), is_operational("documents.min_images")
    (True, False)
    """
    parts = key.split(".")
    if any(key == name or key.startswith(f"{name}.") for name in _OPERATIONAL):
        return True
    if parts[0] == "fetch":
        return parts[-1] in _OPERATIONAL_FETCH
    return any(part in _OPERATIONAL_ENDS for part in parts)


def differences(before: Any, after: Any, where: str = "") -> list[str]:
    """Return what differs between two tables, as "key: old -> new"."""
    return [f"{key}: {old!r} -> {new!r}" for key, old, new in _differing(before, after, where)]


def changed_settings(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    defaults: Mapping[str, Any],
    may_change: Collection[str] = (),
    fixed: Collection[str] = (),
) -> list[str]:
    """Return the settings that forbid to go on with a run, as "key: old -> new".

    Operational ones may change; so may those of sections that no finished step went by; a setting
    that is newer than the run does no harm at its default.

    Args:
        before: settings with which the run began, as a table.
        after: those of now.
        defaults: of all settings of now.
        may_change: sections that may change.
        fixed: settings of them that may not.
    """
    return [
        f"{key}: {old!r} -> {new!r}"
        for key, old, new in _differing(before, after)
        if not is_operational(key)
        and (key.split(".")[0] not in may_change or key in fixed)
        and not (_at(before, key) is _MISSING and _at(defaults, key) == new)
    ]


def _differing(before: Any, after: Any, where: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [
            one
            for key in sorted({*before, *after})
            for one in _differing(before.get(key), after.get(key), f"{where}.{key}".lstrip("."))
        ]
    if before is None and isinstance(after, Mapping):  # a section that is newer than the run
        return _differing({}, after, where)
    return [] if before == after else [(where, before, after)]


def _at(table: Any, key: str) -> Any:
    for part in key.split("."):
        if not isinstance(table, Mapping) or part not in table:
            return _MISSING
        table = table[part]
    return table


def software() -> dict[str, str]:
    """Return the versions of what makes a release what it is."""
    found = {name: version(name) for name in _SOFTWARE}
    return {"interleaf": VERSION, "python": platform.python_version(), **found}


def schema_marks(tables: Mapping[str, type | Mapping[str, type]]) -> dict[str, str]:
    """Return for each table a mark that changes with its columns and their types.

    Args:
        tables: the record of each, by its place in the folder of a run; of a table whose folders
            are tables of their own, the record of each folder.
    """
    return {name: _mark(record) for name, record in tables.items()}


def _mark(record: type | Mapping[str, type]) -> str:
    records = record if isinstance(record, Mapping) else {"": record}
    columns = "\n".join(name + schema_of(own).to_string() for name, own in records.items())
    return sha256(columns.encode()).hexdigest()[:16]
