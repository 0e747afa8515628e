"""Where the lock of a run folder lies: on a disk, in S3, or in another storage."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

LOCK = "run.lock"


class LockStore(Protocol):
    """Where the lock lies."""

    def create(self, data: bytes) -> bool:
        """Write the lock where there is none; tell whether that was so."""

    def read(self) -> tuple[bytes, float] | None:
        """Return the lock and when it was last written, in seconds; None where there is none."""

    def take(self, data: bytes, instead_of: bytes) -> bool:
        """Write the lock in place of another; tell whether that was still there."""

    def beat(self, data: bytes) -> bool:
        """Write a heartbeat; tell whether the lock is still that one."""

    def remove(self, data: bytes) -> None:
        """Remove the lock if it is that one."""


class _LocalStore:
    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._file = self._folder / LOCK

    def create(self, data: bytes) -> bool:
        waiting = self._file.with_name(f"{LOCK}.{uuid4().hex}")
        waiting.write_bytes(data)
        try:
            os.link(waiting, self._file)  # whole or not at all, and never over another one
        except FileExistsError:
            return False
        except OSError:  # a disk without links
            return self._create_without_links(data)
        finally:
            waiting.unlink()
        return True

    def _create_without_links(self, data: bytes) -> bool:
        try:
            with self._file.open("xb") as file:
                file.write(data)
        except FileExistsError:
            return False
        return True

    def read(self) -> tuple[bytes, float] | None:
        try:
            return self._file.read_bytes(), self._file.stat().st_mtime
        except (FileNotFoundError, NotADirectoryError):
            return None

    def take(self, data: bytes, instead_of: bytes) -> bool:
        aside = self._file.with_name(f"{LOCK}.{uuid4().hex}")
        try:
            self._file.rename(aside)  # of several that try, one has it
        except FileNotFoundError:
            return False
        if aside.read_bytes() != instead_of:  # somebody was faster, and that lock is alive
            with suppress(OSError):
                os.link(aside, self._file)
            aside.unlink()
            return False
        aside.unlink()
        return self.create(data)

    def beat(self, data: bytes) -> bool:
        found = self.read()
        if found is None or found[0] != data:
            return False
        os.utime(self._file)
        return True

    def remove(self, data: bytes) -> None:
        found = self.read()
        if found is not None and found[0] == data:
            self._file.unlink()


class _ObjectStore:
    """S3 and what speaks like it: a write under a condition. Source: S3, conditional writes."""

    def __init__(self, filesystem: Any, folder: str) -> None:
        self._filesystem = filesystem
        self._bucket, _, key = folder.partition("/")
        self._key = f"{key}/{LOCK}"

    def _call(self, name: str, **more: Any) -> Any:
        return self._filesystem.call_s3(name, Bucket=self._bucket, Key=self._key, **more)

    def _put(self, data: bytes, **condition: str) -> bool:
        try:
            self._call("put_object", Body=data, **condition)
        except OSError as error:
            if _is_refused(error):
                return False
            raise
        return True

    def create(self, data: bytes) -> bool:
        return self._put(data, IfNoneMatch="*")

    def _found(self) -> tuple[bytes, float, str] | None:
        try:
            head = self._call("head_object")
            data = self._filesystem.cat_file(f"{self._bucket}/{self._key}")
        except FileNotFoundError:
            return None
        return data, head["LastModified"].timestamp(), head["ETag"]

    def read(self) -> tuple[bytes, float] | None:
        found = self._found()
        return None if found is None else found[:2]

    def take(self, data: bytes, instead_of: bytes) -> bool:
        found = self._found()
        if found is None or found[0] != instead_of:
            return False
        return self._put(data, IfMatch=found[2])

    def beat(self, data: bytes) -> bool:
        found = self._found()
        return found is not None and found[0] == data and self._put(data, IfMatch=found[2])

    def remove(self, data: bytes) -> None:
        found = self._found()
        if found is not None and found[0] == data:
            self._call("delete_object")


class _OtherStore:
    def __init__(self, filesystem: Any, folder: str) -> None:
        self._filesystem = filesystem
        self._path = f"{folder}/{LOCK}"

    def create(self, data: bytes) -> bool:
        if self._filesystem.exists(self._path):
            return False
        self._filesystem.pipe_file(self._path, data)
        return True

    def read(self) -> tuple[bytes, float] | None:
        try:
            data = self._filesystem.cat_file(self._path)
            return data, self._filesystem.modified(self._path).timestamp()
        except FileNotFoundError:
            return None
        except NotImplementedError:
            return data, 0.0

    def take(self, data: bytes, instead_of: bytes) -> bool:
        found = self.read()
        if found is None or found[0] != instead_of:
            return False
        self._filesystem.pipe_file(self._path, data)
        return True

    def beat(self, data: bytes) -> bool:
        return self.take(data, data)

    def remove(self, data: bytes) -> None:
        found = self.read()
        if found is not None and found[0] == data:
            self._filesystem.rm_file(self._path)


def _is_refused(error: OSError) -> bool:
    said = f"{error} {error.__cause__}"
    return isinstance(error, FileExistsError) or any(
        word in said
        for word in ("PreconditionFailed", "pre-condition", "ConditionalRequestConflict")
    )


def lock_store(filesystem: Any, inner: str) -> LockStore:
    """Return where the lock of a folder lies, the folder named as its file system does."""
    protocols = filesystem.protocol
    names = {protocols} if isinstance(protocols, str) else set(protocols)
    if names & {"file", "local"}:
        return _LocalStore(inner)
    if names & {"s3", "s3a"}:
        filesystem.invalidate_cache(inner)
        return _ObjectStore(filesystem, inner)
    return _OtherStore(filesystem, inner)
