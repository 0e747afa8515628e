"""What is to be selected from which files: checked before anything is read."""

import glob
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from webdoc.archive.reader import ReadSettings
from webdoc.index.index_files import (
    POINTER_TYPES,
    URL,
    Ask,
    IndexFile,
    check_pointers,
    index_file,
    schema_of_files,
)
from webdoc.index.read_pointers import RecordReader
from webdoc.index.request_rate import RequestRate
from webdoc.index.settings import COMMON_CRAWL, IndexSettings
from webdoc.settings import SettingsError
from webdoc.storage.byte_source import StorageSettings, is_remote, local_path
from webdoc.storage.inputs import expand_inputs
from webdoc.where_values import Kind

if TYPE_CHECKING:
    from webdoc.where import Where

PAGES, ROBOTS = "warc", "robotstxt"  # subsets of Common Crawl's index
HOST, SURT_KEY, SURT_HOST = "url_host_name", "url_surtkey", "surt_host_name"
# Columns by which annotations name a URL or a host, and those that say more exactly which capture.
_KEYS = (URL, SURT_KEY, SURT_HOST, HOST, "url_host_registered_domain")
_MORE_KEYS = ("crawl", "fetch_time")
_SUFFIX = (".parquet",)


@dataclass(frozen=True, slots=True)
class Table:
    """Parquet files that are read as one table, and the columns that are read of them."""

    name: str  # as the user gave it
    files: tuple[IndexFile, ...]
    columns: pa.Schema


@dataclass(frozen=True, slots=True)
class Annotation:
    """A table of more columns, and those by which it is joined."""

    table: Table
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything that selecting records needs."""

    index: Table
    annotations: tuple[Annotation, ...]
    where: "Where | None"
    pages_only: bool  # rows of the subset of pages, as the condition names no subset
    robots: bool  # the robots.txt captures of their hosts too


def check_selection(index: IndexSettings, archives: ReadSettings) -> Selection:
    """Return what is to be selected from an index, after a look at its columns.

    Raises:
        SettingsError, StorageError: as `plan_selection`.
    """
    rate = RequestRate(index.requests_per_second)
    return plan_selection(index, archives.storage, RecordReader(index, archives, rate).ask)


def plan_selection(index: IndexSettings, storage: StorageSettings, ask: Ask) -> Selection:
    """Look at the files of an index and of its annotations, and check what is asked of them.

    Raises:
        SettingsError: a file is missing, a column is, or the condition cannot be; the message says
            what to do.
        StorageError: the storage failed.
    """
    name = index.path or index.crawl
    files = _files(index.path, storage) if index.path else _of_crawl(index.crawl, storage)
    if index.crawl:
        files = [one for one in files if one.partition.get("crawl", index.crawl) == index.crawl]
    if not files:
        raise SettingsError(f"The index {name} has no files of {index.crawl}. Check both names.")
    schema = schema_of_files(files, ask)
    check_pointers(schema, name)
    annotations = []
    known = {column.name: column.type for column in schema}
    for path in index.annotations:
        found = _annotation(path, storage, ask, known)
        annotations.append(found)
        for column in found.table.columns:
            known.setdefault(column.name, column.type)
    from webdoc.where import parse_where  # noqa: PLC0415 - sqlglot: half a second, for each daemon

    where = parse_where(index.where, _kinds(known)) if index.where.strip() else None
    used = set(where.columns) if where else set()
    keys = {key for annotation in annotations for key in annotation.keys}
    robots = index.robots and "subset" in schema.names and HOST in schema.names
    wanted = {*POINTER_TYPES, *used, *keys, *(("subset", HOST) if robots else ())}
    wanted |= {SURT_KEY} if SURT_HOST in keys else set()
    wanted |= {"subset", "crawl"} & {*schema.names}
    kept = pa.schema([column for column in schema if column.name in wanted])
    return Selection(
        index=Table(name, tuple(files), kept),
        annotations=tuple(_needed(annotation, used) for annotation in annotations),
        where=where,
        pages_only="subset" in schema.names and "subset" not in used,
        robots=robots,
    )


def _files(path: str, storage: StorageSettings) -> list[IndexFile]:
    found = expand_inputs([path], storage, _SUFFIX)
    lost = [file for file in found if file.problem]
    if lost:
        raise SettingsError(
            f"{lost[0].path}: {lost[0].problem}. Name Parquet files: a file, a folder, a glob or a "
            ".paths list; a web server lists no folder."
        )
    return [index_file(file) for file in found]


def _of_crawl(crawl: str, storage: StorageSettings) -> list[IndexFile]:
    """Return the files of Common Crawl's own index of a crawl."""
    base = storage.paths_base.rstrip("/") or COMMON_CRAWL
    listed = f"{base}/crawl-data/{crawl}/cc-index-table.paths.gz"
    return _files(listed, replace(storage, paths_base=base))


def _annotation(
    path: str, storage: StorageSettings, ask: Ask, known: Mapping[str, pa.DataType]
) -> Annotation:
    files = _files(path, storage)
    schema = schema_of_files(files, ask)
    shared_keys = {*known, SURT_HOST} if SURT_KEY in known else {*known}
    keys = [key for key in _KEYS if key in schema.names and key in shared_keys][:1]
    if not keys:
        raise SettingsError(
            f"The annotations {path} cannot be joined: they need one of {', '.join(_KEYS)}, as the "
            f"index has it. They have {', '.join(schema.names)}."
        )
    keys += [key for key in _MORE_KEYS if key in schema.names and key in known]
    twice = [name for name in schema.names if name in known and name not in keys]
    if twice:
        schema = pa.schema([column for column in schema if column.name not in twice])
    typed = [column.with_type(known.get(column.name, column.type)) for column in schema]
    return Annotation(Table(path, tuple(files), pa.schema(typed)), tuple(keys))


def _needed(annotation: Annotation, used: set[str]) -> Annotation:
    wanted = used | {*annotation.keys}
    columns = [column for column in annotation.table.columns if column.name in wanted]
    return replace(annotation, table=replace(annotation.table, columns=pa.schema(columns)))


def _kinds(columns: Mapping[str, pa.DataType]) -> dict[str, Kind]:
    found = {name: _kind(type_) for name, type_ in columns.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


_TESTS: tuple[tuple[Callable[[pa.DataType], bool], Kind], ...] = (
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
    (pa.types.is_boolean, "truth"),
    (pa.types.is_timestamp, "time"),
    (pa.types.is_integer, "number"),
    (pa.types.is_floating, "number"),
    (pa.types.is_decimal, "number"),
)


def _kind(type_: pa.DataType) -> Kind | None:
    """Return what a condition may take a column for; None where it may not name it."""
    if pa.types.is_list(type_):
        inside = _kind(type_.value_type)
        return "texts" if inside == "text" else "numbers" if inside == "number" else None
    return next((kind for test, kind in _TESTS if test(type_)), None)


def archive_place(filename: str, index_path: str, storage: StorageSettings) -> str:
    """Return where the file lies that an index names; "" where it may not lie.

    Args:
        filename: as the index writes it: relative, or a path or URL of its own.
        index_path: of the index; "" for Common Crawl's own.
        storage: its `paths_base`, where one is given, is what relative names stand under. Else it
            is the folder of a local index, and the whole server or bucket of a remote one; what
            begins with crawl-data/ and is not beside a local index stands at Common Crawl.
    """
    foreign = is_remote(index_path or COMMON_CRAWL)
    if "://" in filename or os.path.isabs(filename):
        # Who wrote a remote index may not choose among the files of this machine.
        return "" if foreign and not is_remote(filename) else filename
    if ".." in filename.split("/"):
        return ""
    return f"{_stand(filename, index_path, storage).rstrip('/')}/{filename}"


def _stand(filename: str, index_path: str, storage: StorageSettings) -> str:
    """Return what a relative name stands under."""
    if storage.paths_base or not index_path:
        return storage.paths_base or COMMON_CRAWL
    if is_remote(index_path):
        scheme, server, *_ = urlsplit(index_path)
        return f"{scheme}://{server}"
    folder = _folder(local_path(index_path))
    elsewhere = filename.startswith("crawl-data/") and not os.path.exists(f"{folder}/{filename}")
    return COMMON_CRAWL if elsewhere else folder


def _folder(path: str) -> str:
    """Return the folder in which an index stands: a folder, or that of a file, list or glob."""
    while glob.has_magic(path) or not os.path.isdir(path):
        path = os.path.dirname(path) or "."
    return os.path.realpath(path)
