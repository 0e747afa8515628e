"""What one page or picture may take of a worker: time of the processor, and memory.

Three limits, each for what passes the one before. `webdoc.page.complexity` refuses what can be told
from the markup. A timer then interrupts Python's own code after `seconds`, and memory beyond `mib`
is not given; both make a row with a reason. What holds the processor inside a library is ended by
the kernel, with its process: a supervisor starts the work anew (`spark_jobs.run.supervised`), and a
page that ended two processes is not read again.
"""

import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from webdoc.settings import setting

_T = TypeVar("_T")
_KILL_FACTOR = 2.0  # of the seconds, and _KILL_S more: the kernel then ends the process
_KILL_S = 2.0
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What one page or picture may take; one that takes more is a row with a reason."""

    seconds: float = setting(
        20.0, "Of the processor; an ordinary page takes a hundredth.", source="ours"
    )
    mib: int = setting(2_048, "MiB of memory, beside what the worker had before.", source="ours")
    kills: int = setting(2, "Processes that a page may end until it is set aside.", source="ours")

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.mib < 16 or self.kills < 1:
            raise ValueError("seconds must be above 0, mib 16 or more, kills 1 or more")


class OverBudgetError(BaseException):
    """A page took more than it may. No Exception: libraries catch those, and would go on."""


class Notes(Protocol):
    """Where a process writes down what it works on, for whoever finds it dead."""

    def begin(self, place: tuple[str, int]) -> None: ...  # noqa: D102

    def end(self) -> None: ...  # noqa: D102


@dataclass(slots=True)
class Watch:
    """What holds for every page of this process; a supervisor sets it."""

    budget: BudgetSettings | None = None  # None: nothing is limited
    notes: Notes | None = None  # None: no supervisor, so nothing may end the process
    # file and offset of pages that are not read again, with what they did
    poisoned: dict[tuple[str, int], str] = field(default_factory=dict)


WATCH = Watch()


def in_budget(place: tuple[str, int], step: Callable[[], _T]) -> _T:
    """Do a step for one page or picture, within the budget of this process.

    Args:
        place: file and offset, which name it.
        step: the work.

    Raises:
        OverBudgetError: it took too long or too much, or is not to be read again.
    """
    budget, notes = WATCH.budget, WATCH.notes
    if budget is None:
        return step()
    if WATCH.poisoned and place in WATCH.poisoned:
        raise OverBudgetError(WATCH.poisoned[place])
    if notes is not None:
        notes.begin(place)
        signal.setitimer(signal.ITIMER_PROF, budget.seconds * _KILL_FACTOR + _KILL_S)
    signal.setitimer(signal.ITIMER_VIRTUAL, budget.seconds)
    try:
        return step()
    except MemoryError as error:
        raise OverBudgetError(f"more than {budget.mib} MiB of memory") from error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if notes is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)
            notes.end()


@contextmanager
def watching(
    budget: BudgetSettings,
    notes: Notes | None = None,
    poisoned: dict[tuple[str, int], str] | None = None,
) -> Iterator[None]:
    """Hold every page of this process to a budget while the block runs; once at a time.

    Only a main thread can: elsewhere nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = WATCH.budget, WATCH.notes, WATCH.poisoned

    def interrupt(*_: Any) -> None:
        raise OverBudgetError(f"more than {budget.seconds:g} s")

    handler = signal.signal(signal.SIGVTALRM, interrupt)
    if notes is not None:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    WATCH.budget, WATCH.notes, WATCH.poisoned = budget, notes, poisoned or {}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)
        WATCH.budget, WATCH.notes, WATCH.poisoned = before


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Give this process only so much more memory than it has while the block runs.

    For some pages at once, because to ask what it has takes longer than a small page may. Where
    the kernel does not say or does not heed it, as outside Linux, nothing is limited.
    """
    has = _data_bytes() if WATCH.budget is not None else None
    if WATCH.budget is None or has is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = has + WATCH.budget.mib * _MIB
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_bytes() -> int | None:
    """Return what RLIMIT_DATA counts of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[5])
    except (OSError, IndexError, ValueError):
        return None
    return pages * resource.getpagesize()
