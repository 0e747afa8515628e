"""The folder of a run: who may write there, what goes on and what starts anew."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

import fsspec

from spark_jobs.run.files import written_whole
from spark_jobs.run.lock import check_free
from spark_jobs.run.lock_stores import LOCK
from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.exporters import all_exporters
from webdoc.internal_errors import ErrorSettings
from webdoc.release.files import SINGLE_FILES
from webdoc.settings import as_table
from webdoc.storage.inputs import ArchiveFile

STATE = "tables/run.json"  # beside the tables, not in the release: it names inputs


class RunFolderError(Exception):
    """A run cannot begin; the message says why and what to do."""

    exit_status = 2


class RunOfAPath(Protocol):
    """The settings of a run, whichever corpus it makes."""

    @property
    def out(self) -> str:
        """The folder of the run."""

    @property
    def errors(self) -> ErrorSettings:
        """What a mistake of ours does to the run."""


# Input files under a name: what a run begins with, and keeps to when it is resumed.
Inputs = dict[str, list[ArchiveFile]]


def prepare_folder(
    settings: RunOfAPath,
    inputs: Callable[[], Inputs],
    *,
    resume: bool = False,
    fresh: bool = False,
    made_by: str = "",
) -> None:
    """Make the folder ready for a run, or refuse; nothing foreign is ever touched.

    Args:
        settings: of the run; `out` is the folder.
        inputs: looks for the input files of a new run.
        resume: go on with the unfinished run that is there; its settings must be the same.
        fresh: remove what an earlier run wrote there, and start anew.
        made_by: the command that the folder belongs to; "" is a run that a person asked for.

    Raises:
        RunFolderError: no input can be read; or the folder is not empty, not writable, or of
            another run.
    """
    out = settings.out
    check_folder(out)
    try:
        _prepare(settings, inputs, resume=resume, fresh=fresh, made_by=made_by)
    except OSError as error:
        raise RunFolderError(
            f"Cannot write to {out}: {error}. Give a folder that you may write to."
        ) from error


def check_folder(out: str) -> None:
    """Refuse a folder that no run may be made in, or that another run writes; touch nothing.

    Raises:
        RunFolderError: no folder is named, it is a file, or it holds something foreign.
        LockedError: another run writes there.
    """
    if not out:
        raise RunFolderError("No output folder. Give one with --out DIR (or out = in the file).")
    try:
        filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
        if filesystem.exists(inner) and not filesystem.isdir(inner):
            raise RunFolderError(f"{out} is a file. Give a folder.")
        if _is_used(filesystem, inner) and not exists(table_path(out, STATE)):
            raise RunFolderError(
                f"{out} is not empty and holds no run of interleaf. Give a new or an empty folder."
            )
        check_free(out)
    except (OSError, ValueError) as error:
        raise RunFolderError(f"Cannot look into {out}: {error}") from error


def check_made_by(out: str, made_by: str) -> None:
    """Refuse a folder with a run that another command made; it may be somebody's work.

    Raises:
        RunFolderError: says so.
    """
    check_folder(out)
    if exists(table_path(out, STATE)) and _read_state(out).get("made_by", "") != made_by:
        raise RunFolderError(
            f"{out} holds a run that `interleaf {made_by}` did not make, so it is left alone. "
            "Give another folder with --out DIR."
        )


def _is_used(filesystem: Any, inner: str) -> bool:
    """Tell whether a folder holds anything but the lock of a run that begins there."""
    if not filesystem.exists(inner):
        return False
    names = (
        str(path).rstrip("/").rpartition("/")[2] for path in filesystem.ls(inner, detail=False)
    )
    return any(not name.startswith(LOCK) for name in names)


def _prepare(
    settings: RunOfAPath,
    inputs: Callable[[], Inputs],
    *,
    resume: bool,
    fresh: bool,
    made_by: str,
) -> None:
    out = settings.out
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    present = _is_used(filesystem, inner)
    if made_by:
        check_made_by(out, made_by)
    if present and not fresh:
        before = _read_state(out)["settings"]
        _check_same(settings, before, resume=resume)
        return
    found = {name: [asdict(file) for file in files] for name, files in inputs().items()}
    state = {"settings": _state(settings), "made_by": made_by, **found}
    if present:
        for name in ("tables", *(e.folder for e in all_exporters()), *SINGLE_FILES):
            if filesystem.exists(f"{inner}/{name}"):
                filesystem.rm(f"{inner}/{name}", recursive=True)
    filesystem.makedirs(f"{inner}/tables", exist_ok=True)
    with written_whole(table_path(out, STATE)) as sink:
        sink.write(json.dumps(state, indent=1).encode())


def planned_files(out: str, name: str = "files") -> list[ArchiveFile]:
    """Return the input files that the run in folder `out` began with.

    A resumed run reads these, even where a folder or glob has more by now.
    """
    files = _read_state(out)[name]
    return [ArchiveFile(**file) for file in files]


def settings_of(out: str) -> dict[str, Any]:
    """Return the settings with which the run in folder `out` began, as a table, without `out`.

    Raises:
        RunFolderError: no run of interleaf is there.
    """
    if not exists(table_path(out, STATE)):
        raise RunFolderError(f"{out} holds no run of interleaf. Give the --out folder of one.")
    table: dict[str, Any] = _read_state(out)["settings"]
    return table


def _read_state(out: str) -> dict[str, Any]:
    path = table_path(out, STATE)
    try:
        with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
            state: dict[str, Any] = json.load(file)
    except ValueError as error:
        raise RunFolderError(
            f"{path} is damaged ({error}). Start anew with --fresh, or give another folder."
        ) from error
    return state


def _state(settings: RunOfAPath) -> dict[str, Any]:
    table: dict[str, Any] = as_table(settings)
    for changing in ("out", "spark", "budget", "errors"):  # from one start of a run to the next
        table.pop(changing, None)
    return table


def _check_same(settings: RunOfAPath, before: dict[str, Any], *, resume: bool) -> None:
    if not resume:
        raise RunFolderError(
            f"{settings.out} holds a run already. Use --resume to go on with it, "
            "--fresh to remove it and start anew, or give another folder."
        )
    changed = differences(before, _state(settings))
    if changed:
        raise RunFolderError(
            f"{settings.out} was begun with other settings ({'; '.join(changed[:5])}). "
            "Resume with the same ones, or start anew with --fresh."
        )


def differences(before: Any, after: Any, where: str = "") -> list[str]:
    """Return what differs between two tables, as "key: old -> new"."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted({*before, *after})
        return [
            line
            for key in keys
            for line in differences(before.get(key), after.get(key), f"{where}.{key}".lstrip("."))
        ]
    return [] if before == after else [f"{where}: {before!r} -> {after!r}"]
