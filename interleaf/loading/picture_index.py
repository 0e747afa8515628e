"""Where each picture of a release stands: an index on disk, read without loading it.

A release holds pictures in another order than the documents that show them. The index has one
entry a picture, sorted by hash, and is mapped into memory: the system reads what is looked up.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

# The first 64 bits of the SHA-256, then the place. Equal ones are told apart by the row itself.
_ENTRY: Final = np.dtype([("key", "<u8"), ("file", "<u4"), ("group", "<u4"), ("row", "<u4")])
_PARTS: Final = 256  # by the first byte of a hash, so that one in 256 is sorted at a time
_FOLDER: Final = "INTERLEAF_CACHE"


def cache_folder() -> Path:
    """Return where indexes are kept: $INTERLEAF_CACHE, or a folder of the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(_FOLDER) or Path(cache) / "interleaf")


class PictureIndex:
    """Places of pictures, by hash.

    Args:
        path: of an index that `picture_index` made.
    """

    def __init__(self, path: Path) -> None:
        empty = not path.stat().st_size
        self._entries: Any = np.zeros(0, _ENTRY) if empty else np.memmap(path, _ENTRY, "r")

    def __len__(self) -> int:
        return len(self._entries)

    def places(self, digest: str) -> list[tuple[int, int, int]]:
        """Return (file, row group, row) of each picture whose hash begins like this one.

        Args:
            digest: SHA-256 in hex.

        Returns:
            None, one, or by a rare chance more; the row says which it is.
        """
        key = np.uint64(int(digest[:16], 16))
        keys = self._entries["key"]
        first = int(np.searchsorted(keys, key))
        found = []
        while first < len(keys) and keys[first] == key:
            _, file, group, row = self._entries[first].tolist()
            found.append((file, group, row))
            first += 1
        return found


def picture_index(filesystem: Any, files: list[str], cache: Path | None = None) -> PictureIndex:
    """Return the index of a folder images/, made at the first call and kept for later ones.

    Args:
        filesystem: of fsspec.
        files: of the folder, sorted.
        cache: folder of indexes; None is `cache_folder()`.

    Several processes may ask at once: one makes it, the others wait.
    """
    folder = cache or cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    marks = [(name, filesystem.size(name), _last_change(filesystem, name)) for name in files]
    path = folder / f"pictures-{sha256(repr(marks).encode()).hexdigest()[:32]}"
    if not path.exists():
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _make(filesystem, files, path)
    return PictureIndex(path)


def _last_change(filesystem: Any, name: str) -> str:
    info = filesystem.info(name)
    return str(info.get("mtime") or info.get("ETag") or info.get("LastModified") or "")


def _make(filesystem: Any, files: list[str], path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        parts = [Path(folder) / f"{part:02x}" for part in range(_PARTS)]
        for entries in _entries(filesystem, files):
            first_bytes = entries["key"] >> np.uint64(56)
            for part in np.unique(first_bytes):
                with parts[int(part)].open("ab") as file:
                    file.write(entries[first_bytes == part].tobytes())
        whole = Path(folder) / "whole"
        with whole.open("wb") as file:
            for part in parts:
                if part.exists():
                    own = np.fromfile(part, _ENTRY)
                    file.write(np.sort(own, order=["key", "file", "group", "row"]).tobytes())
                    part.unlink()
        whole.replace(path)


def _entries(filesystem: Any, files: list[str]) -> Iterator[Any]:
    """Yield the entries of a row group after the other; only hashes are read."""
    for number, name in enumerate(files):
        with filesystem.open(name, "rb") as source:
            table = pq.ParquetFile(source)
            for group in range(table.num_row_groups):
                digests = table.read_row_group(group, columns=["sha256"]).column("sha256")
                entries = np.zeros(len(digests), _ENTRY)
                entries["key"] = [int(digest[:16], 16) for digest in digests.to_pylist()]
                entries["file"], entries["group"] = number, group
                entries["row"] = np.arange(len(digests))
                yield entries
