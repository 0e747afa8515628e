"""What of the inputs could not be read: kept beside the rows, listed for a person, limited."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, replace

import fsspec

from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import UNREADABLE
from spark_jobs.run.tables import exists, for_fsspec, remove, table_path
from webdoc.reasons import CaptureReason
from webdoc.storage.byte_source import StorageError, StorageSettings
from webdoc.storage.inputs import ARCHIVE_SUFFIXES, ArchiveFile, expand_inputs
from webdoc.tables.records import Record

_UNREAD = "_unreadable.json"  # Spark passes over names that begin so
_SHOWN = 3
_ASKING_AT_ONCE = 16


# Returns the readable files that stand where a planned one was not.
LookAgain = Callable[[ArchiveFile], list[ArchiveFile]]


class UnreadableInputsError(Exception):
    """Too much of the input could not be read; the message says what, and what to do."""

    exit_status = 4


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place where reading an input ended before its time."""

    input: str  # the name of the file, as captures call it
    position: int  # byte, or row of a text file; 0 where nothing was read
    problem: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a batch could not be read."""

    tasks: int  # among which the batch was dealt
    found: dict[int, tuple[Unreadable, ...]]  # by the number of the task


def keep_unread(path: str, unread: Unread | None) -> None:
    """Write down in the folder of a batch what of it could not be read; None: nothing."""
    if unread is None:
        remove(f"{path}/{_UNREAD}")
        return
    found = {number: [astuple(one) for one in of_task] for number, of_task in unread.found.items()}
    text = json.dumps({"tasks": unread.tasks, "found": found}, indent=1)
    write_bytes(path, _UNREAD, text.encode())


def unread_in(path: str) -> Unread | None:
    """Return what of a batch could not be read; None where nothing is missing."""
    place = f"{path}/{_UNREAD}"
    if not exists(place):
        return None
    with fsspec.open(for_fsspec(place), "r", encoding="utf-8") as file:
        state = json.load(file)
    found = {
        int(number): tuple(Unreadable(*one) for one in of_task)
        for number, of_task in state["found"].items()
    }
    return Unread(state["tasks"], found)


def unreadable_in(table: str) -> list[Unreadable]:
    """Return what could not be read of all batches of a table, by input and position."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table))
    batches = filesystem.glob(f"{inner}/batch=*/{_UNREAD}")
    found: list[Unreadable] = []
    for place in batches:
        unread = unread_in(filesystem.unstrip_protocol(place).removesuffix(f"/{_UNREAD}"))
        found += [one for of_task in unread.found.values() for one in of_task] if unread else []
    return sorted(found, key=astuple)


def unreadable_record(row: Record | None) -> Unreadable | None:
    """Return what a row of RECORDS says of an input that cannot be read."""
    if row is None or row.reject_reason != CaptureReason.UNREADABLE_FILE:
        return None
    return Unreadable(row.warc_filename, row.warc_record_offset, row.reject_detail)


def unreadable_row(row: object) -> Unreadable | None:
    """Return what any row that was made of an archive says of an input that cannot be read."""
    return unreadable_record(row) if isinstance(row, Record) else None


def look_again(storage: StorageSettings, suffixes: tuple[str, ...] = ARCHIVE_SUFFIXES) -> LookAgain:
    """Return what finds the files that stand where there was none when a run was planned."""

    def files(planned: ArchiveFile) -> list[ArchiveFile]:
        try:
            found = expand_inputs([planned.path], storage, suffixes)
        except StorageError:
            return []
        there = [file for file in found if not file.problem]
        # Ids come of the name, which may tell it from other files of the plan.
        same = [file.path == planned.path for file in there]
        return [
            replace(file, name=planned.name) if is_it else file
            for file, is_it in zip(there, same, strict=True)
        ]

    return files


def is_too_much(unreadable: int, inputs: int, limit: float) -> bool:
    """Tell whether more inputs could not be read than a run may go on without.

    Args:
        unreadable: inputs of which something could not be read.
        inputs: of the run.
        limit: below 1 a share of the inputs, from 1 on how many.

    >>> is_too_much(1, 10, 0.1), is_too_much(2, 10, 0.1), is_too_much(3, 10, 3)
    (False, True, False)
    """
    return unreadable > (limit * inputs if limit < 1 else limit)


def check_plan(
    out: str, files: Sequence[ArchiveFile], limit: float, setting: str, again: LookAgain
) -> None:
    """End a run before it reads anything, where too many of its inputs are not there.

    Args:
        out: folder of the run.
        files: its inputs.
        limit: as in `is_too_much`.
        setting: by which the limit is changed.
        again: looks whether they are there now.

    Raises:
        UnreadableInputsError: more than the limit.
    """
    lost = [file for file in files if file.problem]
    if not is_too_much(len(lost), len(files), limit):
        return
    with ThreadPoolExecutor(_ASKING_AT_ONCE) as threads:
        there = list(threads.map(again, lost))
    found = [
        Unreadable(file.name, 0, file.problem)
        for file, files_there in zip(lost, there, strict=True)
        if not files_there
    ]
    _end_if_too_much(out, found, len(files), limit, setting)


def check_read(out: str, tables: Sequence[str], inputs: int, limit: float, setting: str) -> None:
    """Write the list of what could not be read, and end the run where it is too much.

    Args:
        out: folder of the run.
        tables: those that were read from inputs.
        inputs: how many there are.
        limit: as in `is_too_much`.
        setting: by which the limit is changed.

    Raises:
        UnreadableInputsError: more than the limit; what was read is kept.
    """
    found = [one for table in tables for one in unreadable_in(table_path(out, table))]
    _end_if_too_much(out, found, inputs, limit, setting)


def _end_if_too_much(
    out: str, found: Sequence[Unreadable], inputs: int, limit: float, setting: str
) -> None:
    if not found:
        remove(table_path(out, UNREADABLE))
        return
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(Unreadable.__slots__)
    writer.writerows(astuple(one) for one in found)
    write_bytes(out, UNREADABLE, lines.getvalue().encode())
    names = {one.input for one in found}
    if not is_too_much(len(names), inputs, limit):
        return
    shown = "; ".join(f"{one.input}: {one.problem}" for one in found[:_SHOWN])
    more = "; ..." if len(found) > _SHOWN else ""
    raise UnreadableInputsError(
        f"{len(names):,} of {inputs:,} inputs could not be read ({shown}{more}). All are listed in "
        f"{table_path(out, UNREADABLE)}. What was read is kept: --resume tries the others again, "
        f"and --resume --set {setting}={len(names)} goes on without them."
    )
