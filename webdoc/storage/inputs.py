"""Where archives lie: inputs -> archive files -> splits."""

import glob
import gzip
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from webdoc.storage.byte_source import (
    StorageError,
    StorageSettings,
    ask_storage,
    file_system,
    is_remote,
    local_path,
    open_source,
)
from webdoc.storage.wacz import Member

ARCHIVE_SUFFIXES = (
    ".warc",
    ".warc.gz",
    ".arc",
    ".arc.gz",
    ".wat.gz",
    ".wet.gz",
    ".wacz",
)
_LIST_SUFFIXES = (".paths", ".paths.gz")
_COMMON_CRAWL = "https://data.commoncrawl.org/"  # where lines that begin with crawl-data/ stand
_ASKING_AT_ONCE = 16
_MAX_PLAIN_SPLITS = 16  # each one hops over all records before it, at 12 us a record


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One WARC or ARC file."""

    path: str  # what to open: local and absolute, a URL, or zip://MEMBER:: before either
    name: str  # what captures call it; holds no more of private folders than tells it from others
    size_bytes: int  # 0 when the storage does not say
    problem: str = ""  # why it cannot be read; such a file gives one capture that says so
    splittable: bool = True  # False when it can only be read from its start


@dataclass(frozen=True, slots=True)
class Split:
    """Part of a file: every record whose first byte lies in [start, end)."""

    file: ArchiveFile
    start: int
    end: int


def splits_of(files: Iterable[ArchiveFile], split_bytes: int) -> list[Split]:
    """Cut files into splits; the cut depends on nothing but the files and split_bytes."""
    return [split for file in files for split in _splits(file, split_bytes)]


def _splits(file: ArchiveFile, split_bytes: int) -> list[Split]:
    if not file.size_bytes or not file.splittable:
        # An unknown size reaches beyond any file.
        return [Split(file, 0, file.size_bytes or 2**62)]
    if not file.name.endswith(".gz"):
        if is_remote(file.path):  # hopping would fetch the file again for each split
            return [Split(file, 0, file.size_bytes)]
        split_bytes = max(split_bytes, -(-file.size_bytes // _MAX_PLAIN_SPLITS))
    starts = range(0, file.size_bytes, split_bytes)
    return [Split(file, start, min(start + split_bytes, file.size_bytes)) for start in starts]


def expand_inputs(
    inputs: Sequence[str],
    settings: StorageSettings | None = None,
    suffixes: tuple[str, ...] = ARCHIVE_SUFFIXES,
) -> list[ArchiveFile]:
    """Return the archive files that inputs name, by name, each one once and no two of one name.

    An input is a path or URL of a WARC, ARC or WACZ file, a folder (all files beneath it with one
    of the suffixes), a glob, or a .paths list (one input a line; plain or gzip). What cannot be
    found or opened is in the answer too, with its problem, so that a run counts it and goes on.

    Relative lines of a list stand under settings.paths_base; without one, beside a local list
    or, for crawl-data/..., at Common Crawl; lines of a remote list stand on its server.

    Raises:
        StorageError: the storage of a list, folder or glob is away, so nobody knows what it holds.
    """
    settings = settings or StorageSettings()
    found = [item for text in inputs for item in _expanded(text, settings, suffixes)]
    with ThreadPoolExecutor(_ASKING_AT_ONCE) as threads:
        files = threads.map(lambda item: _files(item, settings), dict.fromkeys(found))
        by_path = {file.path: file for several in files for file in several}
    return sorted(told_apart([*by_path.values()]), key=lambda file: (file.name, file.path))


@dataclass(frozen=True, slots=True)
class _Found:
    """A path that an input names, or why it names none."""

    path: str
    problem: str = ""


def _expanded(text: str, settings: StorageSettings, suffixes: tuple[str, ...]) -> list[_Found]:
    """Return the paths one input names: itself, or what its folder, glob or list holds."""
    try:
        lines = _list_lines(text, settings) if text.endswith(_LIST_SUFFIXES) else [text]
    except StorageError as error:
        return [_Found(text, _final(error))]
    return [item for line in lines for item in _one_or_more(line, settings, suffixes)]


def _final(error: StorageError) -> str:
    """Return what is wrong with a list, folder or glob; an outage is no answer to what it holds."""
    if error.passing:
        raise error
    return str(error)


def _one_or_more(text: str, settings: StorageSettings, suffixes: tuple[str, ...]) -> list[_Found]:
    if "::" in text:  # one member of a zip; fsspec's own way to write it
        return [_Found(text)]
    try:
        remote = is_remote(text)
        paths = _remote_paths(text, settings, suffixes) if remote else _local_paths(text, suffixes)
    except StorageError as error:
        return [_Found(text, _final(error))]
    return [_Found(path) for path in paths] or [_Found(text, "no such file there")]


def _local_paths(text: str, suffixes: tuple[str, ...]) -> list[str]:
    path = os.path.realpath(local_path(text))
    if os.path.isdir(path):
        found = [name for name in _beneath(path) if name.endswith(suffixes)]
        return [_without_links(name, suffixes) for name in found if os.path.isfile(name)]
    if glob.has_magic(text) and not os.path.exists(path):
        names = glob.glob(local_path(text), recursive=True)
        return [_without_links(name, suffixes) for name in names]
    return [_without_links(local_path(text), suffixes)]


def _beneath(folder: str) -> Iterator[str]:
    """Yield the files in and below a folder, hidden ones excepted; a loop of links is no end."""
    walked: set[str] = set()
    for at, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(at)
        folders[:] = sorted(name for name in folders if name[0] != "." and real not in walked)
        if real not in walked:
            yield from (os.path.join(at, name) for name in files if name[0] != ".")
        walked.add(real)


def _without_links(path: str, suffixes: tuple[str, ...]) -> str:
    """Return the one path of a file, whichever links lead there.

    A cache calls a file by its hash and links to it: there the link's own name says what it is.
    """
    real = os.path.realpath(path)
    if real.endswith(suffixes) or not path.endswith(suffixes):
        return real
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


def _remote_paths(text: str, settings: StorageSettings, suffixes: tuple[str, ...]) -> list[str]:
    """List a folder or glob; only S3 and its like can, a web server cannot."""
    if text.startswith(("http://", "https://")):
        return [text]
    if not (glob.has_magic(text) or text.endswith("/")):
        return [text]
    fs, inner = file_system(text, settings)
    listing = fs.glob if glob.has_magic(text) else fs.find
    names = ask_storage(lambda: list(listing(inner)), settings)
    urls = [str(fs.unstrip_protocol(name)) for name in names]
    return urls if glob.has_magic(text) else [url for url in urls if url.endswith(suffixes)]


def _list_lines(text: str, settings: StorageSettings) -> list[str]:
    """Return the lines of a .paths list as inputs that need no list any more."""
    raw = bytearray()
    with open_source(text, settings) as source:
        while block := source.next_block():
            raw += block
    try:
        written = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else bytes(raw)).decode(
            "utf-8-sig"
        )
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise StorageError(f"not a list of paths: {error}") from error
    lines = (line.strip() for line in written.splitlines())
    return [_resolved(line, text, settings) for line in lines if line and line[0] != "#"]


def _resolved(line: str, list_path: str, settings: StorageSettings) -> str:
    """Return a line of a list as a path from which it no longer needs the list."""
    if "://" in line or os.path.isabs(line):
        return line
    if settings.paths_base:
        return settings.paths_base.rstrip("/") + "/" + line
    if is_remote(list_path):
        scheme, server, path = urlsplit(list_path)[:3]
        # Common Crawl's lists say crawl-data/... from the root; others mean their own folder.
        from_root = path.strip("/").partition("/")[0] == line.partition("/")[0]
        folder = "" if from_root else path.rpartition("/")[0]
        return f"{scheme}://{server}{folder}/{line}"
    beside = os.path.join(os.path.dirname(os.path.realpath(local_path(list_path))), line)
    if line.startswith("crawl-data/") and not os.path.exists(beside):
        return _COMMON_CRAWL + line
    return beside


def _files(item: _Found, settings: StorageSettings) -> list[ArchiveFile]:
    """Return the archive that a path names, or all of those in a WACZ."""
    path, name = item.path, _name(item.path)
    if not _is_utf8(path):  # tables and tasks are made of text that is
        path, name = _shown(path), _shown(name)
        return [ArchiveFile(path, name, 0, problem="its name is not UTF-8: rename it")]
    if item.problem:
        return [ArchiveFile(path, name, 0, problem=item.problem)]
    try:
        with open_source(path, settings) as source:
            if path.endswith(".wacz") and "::" not in path:
                return [_member_file(path, member) for member in source.wacz_members()]
            size_bytes = source.size_bytes or 0
            return [ArchiveFile(path, name, size_bytes, splittable=source.seekable)]
    except StorageError as error:
        return [ArchiveFile(path, name, 0, problem=str(error))]


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _member_file(path: str, member: Member) -> ArchiveFile:
    path = f"zip://{member.name}::{path}"
    return ArchiveFile(path, _name(path), member.size_bytes, splittable=member.stored)


def named_file(path: str, size_bytes: int = 0, problem: str = "") -> ArchiveFile:
    """Return a file under the name that captures call it by, without a look at it."""
    return ArchiveFile(path, _name(path), size_bytes, problem)


def told_apart(files: list[ArchiveFile]) -> list[ArchiveFile]:
    """Give files of one name the server or as many folders in their names as tell them apart.

    The name is a part of where a record stands and of its id. Of two copies of a file under one
    name both captures of a page would be the older one, and left out.
    """
    for folders in range(1, 1 + max((file.path.count("/") for file in files), default=0)):
        times = Counter(file.name for file in files)
        if len(times) == len(files):
            break
        files = [
            replace(file, name=_name(file.path, folders)) if times[file.name] > 1 else file
            for file in files
        ]
    return files


def _name(path: str, folders: int = 0) -> str:
    """Return what captures call a file.

    Args:
        path: of the file.
        folders: of a private machine that the name holds; with any, the name of a remote file
            holds its server or bucket.
    """
    member, chained, path = path.rpartition("::")
    if chained:
        return f"{_name(path, folders)}/{member.removeprefix('zip://')}"
    if is_remote(path):
        _, server, path, *_ = urlsplit(path)
        key = unquote(path).lstrip("/")
        return f"{server.rpartition('@')[2]}/{key}" if folders else key
    return "/".join(local_path(path).rstrip("/").split("/")[-folders - 1 :])
