"""One writer for a folder: a lock that says who holds it, and that a dead owner does not keep.

On a local disk the lock is a file that only one process can make, and whose time of change is its
heartbeat. In S3 it is an object written under a condition, so of two writers one is refused, and
writing it again is the heartbeat. Other storages know no such condition: there the lock is looked
for and then written, which two runs that start in the same moment may both do.
"""

import json
import os
import platform
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import fsspec

from spark_jobs.run.lock_stores import LOCK, LockStore, lock_store
from spark_jobs.run.tables import for_fsspec

_BEAT_S = 10.0  # from one heartbeat to the next
_EXPIRES_S = 60.0  # without a heartbeat an owner on another machine may be dead
_LOOKED_S = 2 * _BEAT_S  # that a lock is watched before it is taken from another machine


class LockedError(Exception):
    """Another run writes there; the message says which and what to do."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock."""

    token: str  # of one taking: no two are alike
    host: str
    machine: str  # a boot of a machine and its space of process numbers
    process: int
    process_began: str  # by the kernel's clock: numbers of processes are used again
    since: str  # UTC

    @classmethod
    def here(cls) -> "Owner":
        """Return this process as an owner."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        process = os.getpid()
        return cls(uuid4().hex, platform.node(), _machine(), process, _began(process), now)

    def is_dead(self) -> bool:
        """Tell whether the owner is known to be gone: on this machine, and no such process."""
        if self.machine != _machine():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is somebody else's, so it is there
            return False
        return _began(self.process) != self.process_began


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return platform.node()


def _began(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


class FolderGoneError(Exception):
    """The folder of a run went away while it was written."""

    exit_status = 1


_held: dict[str, int] = {}  # folders that this process writes, and how often it said so


@contextmanager
def sole_writer(out: str) -> Iterator[None]:
    """Hold the lock of a folder while the block runs; the folder is made where it is missing.

    A folder that was made for the lock and has nothing else in it at the end is removed again.

    Raises:
        LockedError: another run holds it; or this run lost it to one that thought it dead.
        FolderGoneError: the block failed because the folder is not there any more.
        OSError: the folder cannot be written.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    name = filesystem.unstrip_protocol(inner)
    if _held.get(name):
        _held[name] += 1
        try:
            yield
        finally:
            _held[name] -= 1
        return
    is_new = not filesystem.exists(inner)
    filesystem.makedirs(inner, exist_ok=True)
    store = lock_store(filesystem, inner)
    data = json.dumps(asdict(Owner.here())).encode()
    _acquire(store, data, out)
    _held[name] = 1
    heart = _Heart(store, data)
    with _interruptible():
        heart.start()
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            if _is_gone(store):
                raise FolderGoneError(
                    f"{out} went away while the run wrote to it. Bring it back. What was written "
                    "before is whole: --resume goes on from there."
                ) from error
            if heart.lost and isinstance(error, KeyboardInterrupt):
                raise LockedError(
                    f"{out} was taken over by another run, which found no sign of life of this "
                    "one. This one has stopped."
                ) from None
            raise
        finally:
            del _held[name]
            heart.stop()
            with suppress(OSError):
                store.remove(data)
                if is_new and not filesystem.ls(inner, detail=False):
                    filesystem.rmdir(inner)


def _is_gone(store: LockStore) -> bool:
    """Tell whether there is no lock where this run has put one."""
    try:
        return store.read() is None
    except (OSError, ValueError):
        return False


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT interrupt the block, also in a run that a shell started in the background.

    Such a shell has the signal ignored, and then nothing would stop a run that lost its lock.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def check_free(out: str) -> None:
    """Refuse a folder that another run writes, without touching it.

    Raises:
        LockedError: says who holds it.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    if _held.get(filesystem.unstrip_protocol(inner)):
        return
    found = lock_store(filesystem, inner).read()
    if found is not None and not _may_be_dead(*found):
        raise LockedError(_held_by(out, *found))


def _acquire(store: LockStore, data: bytes, out: str) -> None:
    if store.create(data):
        return
    found = store.read()
    if found is None:  # it ended this moment
        if store.create(data):
            return
        found = store.read() or (b"", time.time())
    if _may_be_dead(*found):
        owner = _owner(found[0])
        if owner is None or not owner.is_dead():
            time.sleep(_LOOKED_S)  # clocks of two machines differ, so it is not believed at once
            if store.read() != found:
                raise LockedError(_held_by(out, *found))
        if store.take(data, found[0]):
            return
        found = store.read() or found
    raise LockedError(_held_by(out, *found))


def _may_be_dead(data: bytes, beat_at: float) -> bool:
    owner = _owner(data)
    if owner is not None and owner.machine == _machine():
        return owner.is_dead()
    return time.time() - beat_at > _EXPIRES_S


def _owner(data: bytes) -> Owner | None:
    try:
        return Owner(**json.loads(data))
    except (ValueError, TypeError):
        return None


def _held_by(out: str, data: bytes, beat_at: float) -> str:
    owner = _owner(data)
    who = "another run"
    if owner is not None:
        who = f"process {owner.process} on {owner.host}, since {owner.since}"
    ago = max(0, round(time.time() - beat_at))
    return (
        f"{out} is being written by {who} (last sign of life {ago} s ago). Wait until it ends, or "
        f"give another folder. If it is gone for certain, remove {out.rstrip('/')}/{LOCK}."
    )


class _Heart(threading.Thread):
    """Writes heartbeats; stops the run when its lock is somebody else's."""

    def __init__(self, store: LockStore, data: bytes) -> None:
        super().__init__(name="run lock", daemon=True)
        self._store = store
        self._data = data
        self._over = threading.Event()
        self.lost = False

    def run(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_BEAT_S):
            try:
                is_ours = self._store.beat(self._data)
                last = time.monotonic()
            except Exception:  # the storage may come back before anybody thinks us dead
                is_ours = time.monotonic() - last < _EXPIRES_S
            if not is_ours and not self._over.is_set():
                self.lost = True
                # As Ctrl-C does: the run may be waiting for Java, and a signal ends that.
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                return

    def stop(self) -> None:
        self._over.set()
        if self is not threading.current_thread():
            self.join(timeout=5)
