"""Writing one shard of an export in its form: rows come in one by one, and none is kept."""

import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from shutil import copyfileobj
from typing import Any, Final

from spark_jobs.run.files import write_bytes, write_parquet, written_whole
from spark_jobs.run.tables import table_path
from webdoc.arrow import schema_of, to_batch
from webdoc.exporters.llava import Conversation
from webdoc.release.exporter import Exporter, Form
from webdoc.release.files import ReleaseFile
from webdoc.release.mds import encoded_sample, shard_head
from webdoc.release.sample_files import SampleFiles
from webdoc.release.tar_writing import TarSink
from webdoc.run_settings import ReleaseSettings

MEMBERS: Final = "members.tsv"  # beside the record of a shard, until the index is written


@dataclass(frozen=True, slots=True)
class Target:
    """Where a shard goes."""

    out: str  # folder of the export
    path: str  # of the shard in it
    waiting: str  # path without ending of what is needed until the export is whole
    exporter: Exporter
    limits: ReleaseSettings


def write_shard(target: Target, rows: Iterable[Any]) -> tuple[ReleaseFile, ...]:
    """Write a shard, and return its file and those beside it."""
    return _FORMS[target.exporter.form](target, rows)


def _write_table(target: Target, rows: Iterable[Any]) -> tuple[ReleaseFile, ...]:
    record = target.exporter.record
    batches = (to_batch([row], record) for row in rows)
    file = write_parquet(target.out, target.path, batches, schema_of(record), target.limits)
    return (file,)


def _write_lines(target: Target, rows: Iterable[Any]) -> tuple[ReleaseFile, ...]:
    line = target.exporter.line
    assert line
    return (_written(target.out, target.path, (f"{line(row)}\n".encode() for row in rows)),)


def _write_tar(target: Target, rows: Iterable[SampleFiles]) -> tuple[ReleaseFile, ...]:
    """Write KEY.json and the pictures of each document, and where they begin if that is asked."""
    starts: list[int] = []
    with ExitStack() as files:
        sink = files.enter_context(written_whole(table_path(target.out, target.path)))
        wanted = target.exporter.index == "energon"
        members = None
        if wanted:
            path = table_path(target.out, f"{target.waiting}.{MEMBERS}")
            members = files.enter_context(written_whole(path))
        tar = TarSink(sink)
        for row in rows:
            starts.append(tar.offset)
            pictures = zip(row.names, row.bodies, strict=True)
            for name, body in (("json", row.text.encode()), *pictures):
                start = tar.add(f"{row.key}.{name}", body)
                if members:
                    members.write(f"{row.key}\t{name}\t{start}\t{len(body)}\n".encode())
        end = tar.offset
        tar.close()
    shard = ReleaseFile(target.path, len(starts), sink.size_bytes, sink.sha256)
    if not wanted:
        return (shard,)
    places = struct.pack(f"<{len(starts) + 1}Q", *starts, end)
    return shard, write_bytes(target.out, f"{target.path}.idx", places)


def _write_mds(target: Target, rows: Iterable[Any]) -> tuple[ReleaseFile, ...]:
    """Write samples to a file of this machine first: what stands before them needs their sizes."""
    sizes: list[int] = []
    with tempfile.TemporaryFile() as samples:
        for row in rows:
            sample = encoded_sample(row)
            sizes.append(len(sample))
            samples.write(sample)
        samples.seek(0)
        with written_whole(table_path(target.out, target.path)) as sink:
            sink.write(shard_head(sizes))
            copyfileobj(samples, sink, 1 << 20)
    return (ReleaseFile(target.path, len(sizes), sink.size_bytes, sink.sha256),)


def _write_conversations(target: Target, rows: Iterable[Conversation]) -> tuple[ReleaseFile, ...]:
    """Write a list for LLaVA, lines for ms-swift, and each picture once."""
    pictures: dict[str, ReleaseFile] = {}
    messages = target.path.replace(target.exporter.folder, "messages", 1) + "l"
    count = 0
    with ExitStack() as files:
        listing = files.enter_context(written_whole(table_path(target.out, target.path)))
        lines = files.enter_context(written_whole(table_path(target.out, messages)))
        for row in rows:
            for path, body in zip(row.paths, row.bodies, strict=True):
                if path not in pictures:
                    pictures[path] = write_bytes(target.out, path, body)
            listing.write(f"{',' if count else '['}\n{row.llava}".encode())
            lines.write(f"{row.messages}\n".encode())
            count += 1
        listing.write(b"\n]\n" if count else b"[]\n")
    return (
        ReleaseFile(target.path, count, listing.size_bytes, listing.sha256),
        ReleaseFile(messages, count, lines.size_bytes, lines.sha256),
        *pictures.values(),
    )


def _written(out: str, path: str, parts: Iterator[bytes]) -> ReleaseFile:
    rows = 0
    with written_whole(table_path(out, path)) as sink:
        for part in parts:
            sink.write(part)
            rows += 1
    return ReleaseFile(path, rows, sink.size_bytes, sink.sha256)


_FORMS: Final[dict[Form, Callable[[Target, Iterable[Any]], tuple[ReleaseFile, ...]]]] = {
    "parquet": _write_table,
    "lines": _write_lines,
    "tar": _write_tar,
    "mds": _write_mds,
    "json": _write_conversations,
}
