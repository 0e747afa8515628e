"""What stands beside the shards of an export, for readers that want an index of their own."""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib import resources
from itertools import groupby
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Final
from uuid import UUID

import fsspec

from spark_jobs.release.forms import MEMBERS
from spark_jobs.run.files import write_bytes, written_whole
from spark_jobs.run.tables import for_fsspec, table_path
from webdoc.release.files import ReleaseFile
from webdoc.release.mds import mds_index
from webdoc.release.sample_files import compact_json
from webdoc.release.shards import Shard

_META: Final = ".nv-meta"  # Megatron-Energon's folder
_BLOCK: Final = 512  # of a tar; its header is one
# The tables of Megatron-Energon 7.4, flavors/webdataset/indexing.py.
_TABLES: Final = """
CREATE TABLE samples (tar_file_id INTEGER NOT NULL, sample_key TEXT NOT NULL UNIQUE,
    sample_index INTEGER NOT NULL, byte_offset INTEGER, byte_size INTEGER);
CREATE TABLE sample_parts (tar_file_id INTEGER, sample_index INTEGER, part_name TEXT,
    content_byte_offset INTEGER, content_byte_size INTEGER);
"""
_INDEXES: Final = """
CREATE INDEX idx_samples_by_tar_and_idx ON samples(tar_file_id, sample_index);
CREATE INDEX idx_sample_parts_seq ON sample_parts(tar_file_id, sample_index, content_byte_offset);
CREATE INDEX idx_sample_parts_full ON sample_parts(tar_file_id, sample_index, part_name,
    content_byte_offset, content_byte_size);
"""


def write_index(
    kind: str, out: str, shards: Sequence[Shard], waiting: Sequence[str]
) -> list[ReleaseFile]:
    """Write the index of a form.

    Args:
        kind: of `Exporter.index`.
        out: folder of the export.
        shards: all of them, in order.
        waiting: of each, as in `Target`.
    """
    if kind == "mds":
        index = mds_index(shard.files[0] for shard in shards if shard.documents)
        return [write_bytes(out, "index.json", index.encode())]
    if kind == "energon":
        return _write_energon(out, shards, waiting)
    return []


def _write_energon(out: str, shards: Sequence[Shard], waiting: Sequence[str]) -> list[ReleaseFile]:
    """Write .nv-meta/, as `energon prepare --sample-type CrudeWebdataset` does, and a cooker."""
    filled = [(one, path) for one, path in zip(shards, waiting, strict=True) if one.documents]
    counts = {shard.files[0].path: shard.documents for shard, _ in filled}
    splits = {"train": list(counts), "val": [], "test": []}
    crude = {"__module__": "megatron.energon", "__class__": "CrudeWebdataset"}
    hashes = "".join(shard.files[0].sha256 for shard, _ in filled)
    cooker = resources.files("webdoc.release").joinpath("templates/energon_interleaved.py.txt")
    texts = {
        "dataset.yaml": _yaml(crude),
        "split.yaml": _yaml({"split_parts": splits, "exclude": []}),
        ".info.json": compact_json({"energon_version": "7.4.1", "shard_counts": counts}),
        "index.uuid": str(UUID(bytes=sha256(hashes.encode()).digest()[:16], version=4)),
        "interleaved.py": cooker.read_text(encoding="utf-8"),
    }
    files = [write_bytes(out, f"{_META}/{name}", text.encode()) for name, text in texts.items()]
    members = [table_path(out, f"{path}.{MEMBERS}") for _, path in filled]
    return [*files, _write_database(table_path(out, f"{_META}/index.sqlite"), members)]


def _yaml(table: dict[str, Any]) -> str:
    return json.dumps(table, indent=1) + "\n"  # JSON is YAML too


def _write_database(path: str, members: Sequence[str]) -> ReleaseFile:
    """Write index.sqlite: on this machine first, since SQLite writes to no object store."""
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder) / "index.sqlite"
        database = sqlite3.connect(local)
        database.executescript(_TABLES)
        for tar, listing in enumerate(members):
            with fsspec.open(for_fsspec(listing), "r", encoding="utf-8") as lines:
                for sample, parts in _rows_of(tar, lines):
                    database.execute("INSERT INTO samples VALUES (?, ?, ?, ?, ?)", sample)
                    database.executemany("INSERT INTO sample_parts VALUES (?, ?, ?, ?, ?)", parts)
        database.executescript(_INDEXES)
        database.commit()
        database.close()
        with written_whole(path) as sink, local.open("rb") as source:
            copyfileobj(source, sink, 1 << 20)
    return ReleaseFile(f"{_META}/index.sqlite", 0, sink.size_bytes, sink.sha256)


def _rows_of(
    tar: int, lines: Iterable[str]
) -> Iterator[tuple[tuple[object, ...], list[tuple[object, ...]]]]:
    members = (line.rstrip("\n").split("\t") for line in lines)
    for place, (key, own) in enumerate(groupby(members, key=lambda member: member[0])):
        parts = [(tar, place, name, int(start), int(size)) for _, name, start, size in own]
        begin = parts[0][3] - _BLOCK
        end = parts[-1][3] + parts[-1][4] + -parts[-1][4] % _BLOCK
        yield (tar, key, place, begin, end - begin), list[tuple[object, ...]](parts)
