"""Work on pages in a process of its own, which a page may end, and a list of the pages that did.

A page that makes a library loop, crash or eat all memory ends the process that reads it. This is a
child of Spark's worker: the worker sees what the child was at, writes that down in the folder of
the run, and starts the work anew. A page that has ended so many processes is set aside, also by
`--resume` and by jobs that start later.
"""

import ctypes
import json
import mmap
import os
import pickle
import select
import signal
import struct
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import fsspec

from spark_jobs.run.files import written_whole
from spark_jobs.run.tables import for_fsspec, table_path
from webdoc.page.budget import BudgetSettings, watching

_T = TypeVar("_T")
Place = tuple[str, int]  # file and offset of a record

KILLS = "tables/kills"  # beside the other tables: one small file for each process that a page ended
_HEAD = struct.Struct("<QdqH")  # count of pages begun, when (0 while none is read), offset, name
_NOTE_BYTES = 4_096
_LOOK_S = 0.5
# A process that waits for ever uses no processor: it may not be at one page longer than this.
_WALL_FACTOR = 10.0
_WALL_S = 60.0
_PR_SET_PDEATHSIG = 1
_MAX_STARTS = 1_000  # of one task, each with another page that ended it


class DeadWorkerError(RuntimeError):
    """A process ended although it was at no page."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a task needs to hold its pages to a budget."""

    out: str  # folder of the run
    budget: BudgetSettings
    kills: tuple[tuple[str, int], ...]  # that pages of the run had done before this job


def guard_of(out: str, budget: BudgetSettings) -> Guard:
    """Return the guard of a job, with the kills that the folder of its run tells of."""
    found: list[Place] = []
    filesystem, paths = _kill_files(out)
    for path in paths:
        kill = json.loads(filesystem.cat_file(path))
        found.append((kill["warc_filename"], kill["warc_record_offset"]))
    return Guard(out, budget, tuple(found))


def kills_in(out: str) -> int:
    """Return how many processes ended while they read pages of the run in folder `out`."""
    return len(_kill_files(out)[1])


def _kill_files(out: str) -> tuple[Any, list[str]]:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, KILLS)))
    if not filesystem.exists(inner):
        return filesystem, []
    filesystem.invalidate_cache(inner)
    paths = sorted(str(path) for path in filesystem.ls(inner, detail=False))
    return filesystem, [path for path in paths if path.endswith(".json")]


class _Notes:
    """What the child is at, in memory that it shares with its parent."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _NOTE_BYTES)
        self._count = 0

    def begin(self, place: Place) -> None:
        name = place[0].encode("utf-8", "replace")[: _NOTE_BYTES - _HEAD.size]
        self._count += 1
        self._memory[_HEAD.size : _HEAD.size + len(name)] = name
        _HEAD.pack_into(self._memory, 0, self._count, time.monotonic(), place[1], len(name))

    def end(self) -> None:
        struct.pack_into("<d", self._memory, 8, 0.0)

    def read(self) -> tuple[Place | None, float]:
        """Return the page that is being read, and since when; None while there is none."""
        _, since, offset, size = _HEAD.unpack_from(self._memory, 0)
        name = bytes(self._memory[_HEAD.size : _HEAD.size + size]).decode("utf-8", "replace")
        return ((name, offset) if since else None), since

    def close(self) -> None:
        self._memory.close()


def supervised(work: Callable[[], _T], guard: Guard) -> _T:
    """Do the work in a child process, anew after each page that ended one; return what it gave.

    Args:
        work: reads pages by `in_budget`; what it gives is pickled. It must bear to be done again.
        guard: the budget of its pages, and where kills are written down.

    Raises:
        DeadWorkerError: a process ended outside of any page, or again and again.
        Exception: what the work raised.
    """
    if not hasattr(os, "fork"):
        with watching(guard.budget):
            return work()
    kills = Counter(guard.kills)
    for _ in range(_MAX_STARTS):
        poisoned = {
            place: f"it ended {times} processes that read it"
            for place, times in kills.items()
            if times >= guard.budget.kills
        }
        place, how, answer = _one_child(work, guard.budget, poisoned)
        if answer is not None:
            is_good, value = answer
            if is_good:
                return value  # type: ignore[no-any-return]
            raise value
        if place is None:
            raise DeadWorkerError(f"a worker process ended ({how}) while it was at no page")
        kills[place] += 1
        _write_down(guard.out, place, how)
    raise DeadWorkerError(f"pages ended {_MAX_STARTS} worker processes of one task")


def _write_down(out: str, place: Place, how: str) -> None:
    kill = {"warc_filename": place[0], "warc_record_offset": place[1], "how": how}
    with written_whole(f"{table_path(out, KILLS)}/{uuid4().hex}.json") as sink:
        sink.write(json.dumps(kill).encode())


def _one_child(
    work: Callable[[], Any], budget: BudgetSettings, poisoned: dict[Place, str]
) -> tuple[Place | None, str, tuple[bool, Any] | None]:
    """Return the page that ended a child, how it ended, and what it gave if it gave anything."""
    notes = _Notes()
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(lambda: _watched(work, budget, poisoned, notes), writing, parent)
    os.close(writing)
    try:
        data, was_ended = _answer_of(child, reading, notes, budget)
        _, status = os.waitpid(child, 0)
    except BaseException:
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    finally:
        os.close(reading)
    place, _ = notes.read()
    notes.close()
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 and data:
        return None, "", pickle.loads(data)
    if was_ended:
        return place, "it made no progress", None
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return place, f"signal {signal.Signals(number).name}", None
    return place, f"status {os.waitstatus_to_exitcode(status)}", None


def _answer_of(
    child: int, reading: int, notes: _Notes, budget: BudgetSettings
) -> tuple[bytes, bool]:
    """Read what the child writes, until it ends or has to be ended."""
    parts: list[bytes] = []
    limit_s = budget.seconds * _WALL_FACTOR + _WALL_S
    while True:
        ready, _, _ = select.select([reading], [], [], _LOOK_S)
        if ready:
            part = os.read(reading, 1 << 20)
            if not part:
                return b"".join(parts), False
            parts.append(part)
        place, since = notes.read()
        if place is not None and time.monotonic() - since > limit_s:
            os.kill(child, signal.SIGKILL)
            return b"", True


def _watched(
    work: Callable[[], Any], budget: BudgetSettings, poisoned: dict[Place, str], notes: _Notes
) -> Any:
    with watching(budget, notes, poisoned):
        return work()


def _be_child(work: Callable[[], Any], writing: int, parent: int) -> None:
    """Do the work as a child, and end: nothing of the parent's is closed, flushed or told."""
    status = 1
    try:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        try:
            answer = pickle.dumps((True, work()))
        except BaseException as error:
            answer = pickle.dumps((False, _portable(error)))
        view = memoryview(answer)
        while view:
            view = view[os.write(writing, view) :]
        status = 0
    finally:
        os._exit(status)


def _portable(error: BaseException) -> BaseException:
    """Return an exception that can be sent to the parent, with where it was raised."""
    where = "".join(traceback.format_exception(error))
    try:
        sent = pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(where)
    sent.add_note(where)
    return sent if isinstance(sent, BaseException) else RuntimeError(where)
