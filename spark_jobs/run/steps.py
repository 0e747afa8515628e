"""The steps of a run: what a person calls them, what they write, which settings they go by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.resume import Redo


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a run."""

    key: str  # what --from calls it
    title: str  # for a person
    run: Callable[[SparkSession, Any], None]
    tables: tuple[str, ...] = ()  # that it writes
    sections: tuple[str, ...] = ()  # of the settings, that no earlier step goes by


def redo_from(steps: Sequence[Step], key: str) -> Redo:
    """Return what a run that begins anew at a step keeps, and which settings may be others.

    Raises:
        RunFolderError: no step of that name.
    """
    keys = [step.key for step in steps]
    if key not in keys:
        raise RunFolderError(f"There is no step {key!r}. Those of this run: {', '.join(keys)}.")
    first = keys.index(key)
    return Redo(
        step=key,
        keep=tuple(table for step in steps[:first] for table in step.tables),
        sections=tuple(section for step in steps[first:] for section in step.sections),
    )
