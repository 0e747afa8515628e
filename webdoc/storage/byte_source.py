"""Bytes of one archive file, block by block, wherever it lies: disk, s3://, https://, in a zip."""

import io
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import unquote, urlsplit

import fsspec

from webdoc.settings import setting
from webdoc.storage.patience import ask_patiently, is_passing, said
from webdoc.storage.wacz import Member, Slice, WaczError, member_slice, members

_Answer = TypeVar("_Answer")

LOCAL_BLOCK_BYTES = 128 * 1024  # larger blocks were not faster on a disk


class StorageError(OSError):
    """A file is missing, forbidden, or its storage failed however often it was asked."""

    def __init__(self, message: str, *, passing: bool = False):
        super().__init__(message)
        self.passing = passing  # whether the file may be there, and only its storage is away


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """How remote files are read. Keys of S3 come from where boto3 looks for them."""

    s3_endpoint_url: str = setting(
        "", "The S3 service; empty: Amazon's own.", source="the user's", private=True
    )
    s3_anonymous: bool = setting(False, "No keys at all, for public buckets.", source="ours")
    paths_base: str = setting(
        "",
        "What the relative lines of .paths lists stand under; empty: beside a local list, else"
        " under the list's own host.",
        source="ours",
        private=True,
    )
    block_bytes: int = setting(1024 * 1024, "Of one request.", source="ours")
    attempts: int = setting(
        14,
        "For one request, the first included.",
        source="ours: waits of 3.5 to 7 minutes in all, so that an outage of 3 is no loss",
        private=True,
    )
    first_wait_s: float = setting(
        0.5,
        "Before the second attempt; doubles with each, and half of each is chance.",
        source="ours",
        private=True,
    )
    max_wait_s: float = setting(60.0, "No wait is longer.", source="ours", private=True)
    timeout_s: float = setting(120.0, "For one request.", source="ours")

    def __post_init__(self) -> None:
        if self.block_bytes < 1024:
            raise ValueError(f"block_bytes must be at least 1024, got {self.block_bytes}")
        if self.attempts < 1:
            raise ValueError(f"attempts must be at least 1, got {self.attempts}")
        if self.first_wait_s < 0 or self.max_wait_s < 0 or self.timeout_s <= 0:
            raise ValueError(
                "first_wait_s and max_wait_s must not be negative, and timeout_s above 0"
            )


class Readable(Protocol):
    """What we ask of an open file."""

    def read(self, size: int, /) -> bytes | None: ...  # noqa: D102
    def seek(self, position: int, /) -> int: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


def is_remote(path: str) -> bool:
    """Tell whether a path, chained (`zip://member::path`) or not, needs a network."""
    path = path.rpartition("::")[2]
    return "://" in path and not path.startswith("file://")


def local_path(path: str) -> str:
    """Return a file:// URL as the path it names; other paths as they are."""
    return unquote(urlsplit(path).path) if path.startswith("file://") else path


def file_system(path: str, settings: StorageSettings) -> tuple[Any, str]:
    """Return the fsspec file system of a remote path, and the path within it."""
    options: Mapping[str, Any] = {}
    if path.startswith(("s3://", "s3a://")):
        path = "s3://" + path.partition("://")[2]
        options = {
            "anon": settings.s3_anonymous,
            "endpoint_url": settings.s3_endpoint_url or None,
            "config_kwargs": {
                # Ours wait for minutes; what botocore tries again by itself would multiply them.
                "retries": {"mode": "standard", "max_attempts": 1},
                "read_timeout": settings.timeout_s,
            },
        }
    elif path.startswith(("http://", "https://")):
        options = {"timeout": settings.timeout_s}
    fs, inner = fsspec.core.url_to_fs(path, **options)
    if path.startswith("s3://"):
        fs.retries = 1  # nor is s3fs to ask again by itself: nobody would count those requests
    return fs, inner


def ask_storage(call: Callable[[], _Answer], settings: StorageSettings) -> _Answer:
    """Return what a call to a storage library returns, asking again where that may help.

    Raises:
        StorageError: the last attempt failed, or the file is missing or forbidden.
    """
    try:
        return ask_patiently(call, settings.attempts, settings.first_wait_s, settings.max_wait_s)
    except StorageError:
        raise
    # fsspec hands on whatever the library below it raises: aiohttp, botocore, asyncio.
    except Exception as error:
        raise StorageError(said(error), passing=is_passing(error)) from error


class ByteSource:
    """An open file. Positions count from the start of the archive, also for one in a zip."""

    def __init__(self, handle: Readable, settings: StorageSettings, window: Slice, *, remote: bool):
        self._handle = handle
        self._window = window
        self._block_bytes = settings.block_bytes if remote else LOCAL_BLOCK_BYTES
        self._ahead = b""  # read by `head`, not yet handed out
        self.position = 0  # of the next block
        self.seekable = self._can_seek()
        # Without seeking, a second attempt could not go back to where the first one began.
        self._settings = settings if remote and self.seekable else _once(settings)

    @property
    def size_bytes(self) -> int | None:
        """Bytes of the archive; None when the storage does not say."""
        return self._window.size_bytes

    def read_at(self, start: int, length: int) -> bytes:
        """Return bytes of the archive by one request for exactly these; fewer at its end.

        Raises:
            StorageError: the storage failed, or cannot begin there.
        """
        self.seek(start)
        if self.size_bytes is not None:
            length = min(length, self.size_bytes - start)
        place, found = self._window.start + start, b""
        while len(found) < length:
            more = self._read(place + len(found), length - len(found), exactly=True)
            if not more:
                break
            found += more
        return found

    def head(self) -> bytes:
        """Return the first bytes of the archive; only before anything else was read."""
        self._ahead = self._ahead or self.next_block()
        self.position = 0
        return self._ahead

    def next_block(self) -> bytes:
        """Return the bytes at `position` and move on; b"" at the end.

        Raises:
            StorageError: the storage failed.
        """
        if self._ahead:
            block, self._ahead = self._ahead, b""
            self.position = len(block)
            return block
        wanted = self._block_bytes
        if self.size_bytes is not None:
            wanted = min(wanted, self.size_bytes - self.position)
        if wanted <= 0:
            return b""
        block = self._read(self._window.start + self.position, wanted)
        self.position += len(block)
        return block

    def seek(self, position: int) -> None:
        """Move to a position.

        Raises:
            StorageError: it is another one than the present, and the storage cannot.
        """
        if position == self.position:
            return
        if not self.seekable:
            raise StorageError("its server sends no ranges, so nothing can be read twice")
        self._ahead = b""
        self.position = position

    def wacz_members(self) -> list[Member]:
        """Return the archives inside, where this is a WACZ.

        Raises:
            StorageError: it is none.
        """
        return _ask_zip(lambda: members(self._handle), self._settings)

    def _read(self, place: int, length: int, *, exactly: bool = False) -> bytes:
        # A file of fsspec reads whole blocks; what it reads them by reads what one asks for.
        cache = getattr(self._handle, "cache", None) if exactly and self.seekable else None

        def attempt() -> bytes:
            if cache is not None:
                return bytes(cache.fetcher(place, place + length))
            if self.seekable:
                self._handle.seek(place)
            return self._handle.read(length) or b""

        return ask_storage(attempt, self._settings)

    def _can_seek(self) -> bool:
        if isinstance(self._handle, zipfile.ZipExtFile):  # seeks back by reading again
            return True

        def attempt() -> None:
            self._handle.seek(self._window.start + 1)
            self._handle.seek(self._window.start)

        try:
            ask_storage(attempt, StorageSettings(attempts=1))
        except StorageError:  # an HTTP server without ranges, a pipe
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._handle.close()


def _once(settings: StorageSettings) -> StorageSettings:
    return replace(settings, attempts=1)


def _ask_zip(call: Callable[[], _Answer], settings: StorageSettings) -> _Answer:
    def attempt() -> _Answer:
        try:
            return call()
        except WaczError as error:  # another request would get the same answer
            raise StorageError(str(error)) from error

    return ask_storage(attempt, settings)


def open_source(path: str, settings: StorageSettings) -> ByteSource:
    """Open an archive for reading.

    Args:
        path: a local path, a URL that fsspec knows, or `zip://MEMBER::` before either.
        settings: how remote files are read.

    Raises:
        StorageError: it cannot be opened.
    """
    member, chained, outer = path.rpartition("::")
    remote = is_remote(outer)
    asked = settings if remote else _once(settings)
    handle, size_bytes = ask_storage(lambda: _open(outer, settings, remote=remote), asked)
    window = Slice(0, size_bytes)
    if chained:
        name = member.removeprefix("zip://")
        try:
            handle, window = _ask_zip(lambda: member_slice(handle, name), asked)
        except StorageError:
            handle.close()
            raise
    return ByteSource(handle, settings, window, remote=remote)


def _open(path: str, settings: StorageSettings, *, remote: bool) -> tuple[Any, int | None]:
    """Open the file itself; its size comes along where the storage says it."""
    if not remote:
        local = open(local_path(path), "rb", buffering=0)  # noqa: SIM115
        about = os.fstat(local.fileno())
        return local, about.st_size if stat.S_ISREG(about.st_mode) else None
    fs, inner = file_system(path, settings)
    handle = fs.open(
        inner,
        "rb",
        block_size=settings.block_bytes,
        cache_type="blockcache",  # a split's first bytes are looked at more than once
        cache_options={"maxblocks": 4},
    )
    return handle, getattr(handle, "size", None)


class SourceStream(io.RawIOBase):
    """Reads a source block by block; wrap it in `io.BufferedReader`. Closing it leaves the source.

    Reading and seeking raise StorageError as the source does.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._rest = memoryview(b"")  # of the last block

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return whether the source can seek."""
        return self._source.seekable

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._source.position - len(self._rest)

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one block reaches; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(self._source.next_block())
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position.

        Raises:
            io.UnsupportedOperation: from the end, whose place the storage does not say.
        """
        if whence == os.SEEK_CUR:
            offset += self.tell()
        elif whence == os.SEEK_END:
            if self._source.size_bytes is None:
                raise io.UnsupportedOperation("the storage does not say how long the file is")
            offset += self._source.size_bytes
        self._source.seek(offset)
        self._rest = memoryview(b"")
        return offset
