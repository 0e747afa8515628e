"""How the inputs of a run become captures: whole archives, or the records that an index selects."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyspark.sql import SparkSession

from spark_jobs.run.folder import keep_files, named_by_index
from spark_jobs.sources.index_selection import lanes, pointers_in, select_records
from spark_jobs.sources.unreadable import LookAgain, look_again
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.index.plan import archive_place
from webdoc.index.pointers import part_of, parts_in
from webdoc.index.read_pointers import RecordReader
from webdoc.index.request_rate import RequestRate, share_of_rate
from webdoc.index.settings import IndexSettings
from webdoc.storage.inputs import ArchiveFile, named_file, splits_of, told_apart


@dataclass(frozen=True, slots=True)
class SelectedPart:
    """Some of the records that are selected of one file."""

    file: ArchiveFile
    filename: str  # as the index writes it
    number: int  # of the part


@dataclass(frozen=True, slots=True)
class Door:
    """What a job needs to read its inputs; a part is a `Split` or a `SelectedPart`."""

    parts: Callable[[Sequence[ArchiveFile]], list[Any]]
    reader: Callable[[], Callable[[Any], Iterator[Capture]]]  # called once in each task
    look_again: LookAgain | None
    tasks: int | None = None  # that may read at once; None: as many as fit


def door_of(spark: SparkSession, out: str, archives: ReadSettings, index: IndexSettings) -> Door:
    """Return the door through which a run reads.

    Args:
        spark: the session.
        out: folder of the run; where an index is given, `select_inputs` was called.
        archives: how archives are read.
        index: what is selected, if anything is.
    """
    if not index.is_given:
        return Door(
            parts=lambda files: splits_of(files, archives.split_bytes),
            reader=lambda: partial(read_captures, settings=archives),
            look_again=look_again(archives.storage),
        )
    filenames = named_by_index(out)
    tasks = lanes(spark, index)
    share = share_of_rate(index.requests_per_second, tasks)

    def parts(files: Sequence[ArchiveFile]) -> list[Any]:
        return [
            SelectedPart(file, filenames[file.path], number)
            for file in files
            for number in range(parts_in(file.size_bytes, index.part_bytes))
        ]

    def reader() -> Callable[[Any], Iterator[Capture]]:
        records = RecordReader(index, archives, RequestRate(share))

        def captures(part: SelectedPart) -> Iterator[Capture]:
            pointers = part_of(pointers_in(out, part.filename), part.number, index)
            return records.captures(part.file, pointers)

        return captures

    return Door(parts, reader, None, tasks)


def select_inputs(
    spark: SparkSession, out: str, archives: ReadSettings, index: IndexSettings
) -> None:
    """Select records from an index, and take the files that hold them as inputs of the run.

    Raises:
        SettingsError: nothing is selected, or the index cannot be read as it is asked to.
    """
    sizes = select_records(spark, out, index, archives)
    found: dict[str, tuple[str, int]] = {}
    for filename, size_bytes in sorted(sizes.items()):
        path = archive_place(filename, index.path, archives.storage) if filename else ""
        found[path or filename] = filename, size_bytes
    files = [
        named_file(
            path, size, "" if archive_place(name, index.path, archives.storage) else _OUTSIDE
        )
        if name
        else ArchiveFile("", "", 0)
        for path, (name, size) in found.items()
    ]
    by_name = sorted(told_apart(files), key=lambda file: (file.name, file.path))
    keep_files(out, by_name, {path: name for path, (name, _) in found.items()})


_OUTSIDE = "the index names a file outside of its own place"
