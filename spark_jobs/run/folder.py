"""The folder of a run: who may write there, what goes on and what starts anew."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any, Protocol

import fsspec

from spark_jobs.run.files import write_bytes
from spark_jobs.run.lock import check_free
from spark_jobs.run.lock_stores import LOCK
from spark_jobs.run.resume import Redo, changed_settings, schema_marks, software
from spark_jobs.run.resume import differences as differences  # noqa: PLC0414 - users compare too
from spark_jobs.run.tables import exists, for_fsspec, is_finished, table_path
from webdoc.exporters import all_exporters
from webdoc.internal_errors import ErrorSettings
from webdoc.release.files import SINGLE_FILES
from webdoc.settings import as_table
from webdoc.storage.byte_source import StorageError
from webdoc.storage.inputs import ArchiveFile

STATE = "tables/run.json"  # beside the tables, not in the release: it names inputs
UNREADABLE = "unreadable.csv"  # what of the inputs could not be read; no part of the release
# Tables that only grow: rows are found by their keys, so a new run can use them as they are.
_GROWING = (
    "fetch",
    "kills",
    "image_vectors",
    "text_vectors",
    "sentence_vectors",
    "picture_scores",
    "model.json",
)


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


def prepare_folder(  # noqa: PLR0913 - what a folder depends on
    settings: RunOfAPath,
    inputs: Callable[[], Inputs],
    *,
    resume: bool = False,
    fresh: bool = False,
    made_by: str = "",
    redo: Redo | None = None,
    tables: Mapping[str, type | Mapping[str, type]] | None = None,
) -> None:
    """Make the folder ready for a run, or refuse; nothing foreign is ever touched.

    Args:
        settings: of the run; `out` is the folder.
        inputs: looks for the input files of a new run.
        resume: go on with the run that is there; its settings must be the same, but for those that
            change nothing of what comes out.
        fresh: remove what an earlier run wrote there, and start anew.
        made_by: the command that the folder belongs to; "" is a run that a person asked for.
        redo: go on with the run that is there, but begin anew at a step: what it and later ones
            wrote is removed, and their settings may be others.
        tables: the record of each table of such a run.

    Raises:
        RunFolderError: no input can be read; or the folder is not empty, not writable, or of
            another run.
    """
    out = settings.out
    check_folder(out)
    try:
        _prepare(
            settings,
            inputs,
            resume=resume,
            fresh=fresh,
            made_by=made_by,
            redo=redo,
            tables=tables or {},
        )
    except StorageError as error:
        raise RunFolderError(
            f"The inputs cannot be listed now: {error}. Nothing was written; try again later."
        ) from error
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


def _prepare(  # noqa: PLR0913 - as prepare_folder
    settings: RunOfAPath,
    inputs: Callable[[], Inputs],
    *,
    resume: bool,
    fresh: bool,
    made_by: str,
    redo: Redo | None,
    tables: Mapping[str, type | Mapping[str, type]],
) -> None:
    out = settings.out
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    present = _is_used(filesystem, inner)
    if made_by:
        check_made_by(out, made_by)
    if present and not fresh:
        if not (resume or redo):
            raise RunFolderError(
                f"{out} holds a run already. Use --resume to go on with it, "
                "--fresh to remove it and start anew, or give another folder."
            )
        _go_on(settings, redo, tables)
        return
    if redo:
        raise RunFolderError(f"{out} holds no run that could begin anew at {redo.step!r}.")
    found = {name: [asdict(file) for file in files] for name, files in inputs().items()}
    if present:
        for name in ("tables", *_of_releases(), UNREADABLE):
            if filesystem.exists(f"{inner}/{name}"):
                filesystem.rm(f"{inner}/{name}", recursive=True)
    about = {"software": software(), "schemas": schema_marks(tables)}
    _write_state(out, {**about, "settings": _state(settings), "made_by": made_by, **found})


def _go_on(
    settings: RunOfAPath, redo: Redo | None, tables: Mapping[str, type | Mapping[str, type]]
) -> None:
    """Refuse to go on with a run that is another one; else bring its state up to date."""
    out = settings.out
    state = _read_state(out)
    sections, fixed = (redo.sections, redo.fixed) if redo else ((), ())
    try:
        defaults = as_table(type(settings)())
    except TypeError:
        defaults = {}
    changed = changed_settings(state["settings"], _state(settings), defaults, sections, fixed)
    if changed:
        raise RunFolderError(
            f"{out} was begun with other settings ({'; '.join(changed[:5])}). "
            "Resume with the same ones, or start anew with --fresh."
        )
    marks = schema_marks(tables)
    kept = [name for name in marks if is_finished(table_path(out, name))]
    kept = [name for name in kept if redo is None or name in redo.keep]
    before = state.get("schemas", {})
    other = [name for name in kept if before.get(name, marks[name]) != marks[name]]
    if other:
        by = state.get("software", {}).get("interleaf", "another version")
        raise RunFolderError(
            f"{other[0]} in {out} was written by interleaf {by} with other columns than this "
            "version reads. Go on with that version, or start anew with --fresh."
        )
    if redo:
        forget(out, redo.keep)
    about = {"software": software(), "schemas": {**before, **marks}}
    _write_state(out, {**state, **about, "settings": _state(settings)})


def forget(out: str, keep: Collection[str]) -> None:
    """Remove the release of a run and its tables, but those to keep and those that only grow.

    Args:
        out: folder of the run.
        keep: tables, such as tables/records.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    stay = {STATE, *keep, *(f"tables/{name}" for name in _GROWING)}
    # The checksums go first: a folder without them is not taken for a finished release.
    names = ["SHA256SUMS", *_of_releases()]
    names += [
        f"tables/{path.rstrip('/').rpartition('/')[2]}"
        for path in filesystem.ls(f"{inner}/tables", detail=False)
    ]
    for name in names:
        if name not in stay and filesystem.exists(f"{inner}/{name}"):
            filesystem.rm(f"{inner}/{name}", recursive=True)


def _of_releases() -> list[str]:
    """Return the folders and files of a release, whatever its path and form."""
    return [*(exporter.folder for exporter in all_exporters()), *SINGLE_FILES]


def planned_files(out: str, name: str = "files") -> list[ArchiveFile]:
    """Return the input files that the run in folder `out` began with.

    A resumed run reads these, even where a folder or glob has more by now.
    """
    return [ArchiveFile(**file) for file in _read_state(out)[name]]


def keep_files(out: str, files: Collection[ArchiveFile], named: Mapping[str, str]) -> None:
    """Take the files that hold what was selected from an index as inputs of the run.

    Args:
        out: folder of the run.
        files: in an order that is always the same.
        named: how the index writes the name of each, by its path.
    """
    found = [asdict(file) for file in files]
    _write_state(out, {**_read_state(out), "files": found, "named_by_index": dict(named)})


def named_by_index(out: str) -> dict[str, str]:
    """Return how the index writes the name of each input file, by its path."""
    names: dict[str, str] = _read_state(out)["named_by_index"]
    return names


def settings_of(out: str) -> dict[str, Any]:
    """Return the settings of the run in folder `out`, as a table, without `out`.

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


def _write_state(out: str, state: Mapping[str, Any]) -> None:
    write_bytes(out, STATE, json.dumps(state, indent=1).encode())


def _state(settings: RunOfAPath) -> dict[str, Any]:
    table: dict[str, Any] = as_table(settings)
    for changing in ("out", "spark", "budget", "errors"):  # from one start of a run to the next
        table.pop(changing, None)
    return table
