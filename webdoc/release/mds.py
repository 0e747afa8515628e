"""MosaicML's shard, format 2: what StreamingDataset reads. Written without its library.

Source: mosaicml-streaming 0.13, streaming/base/format/mds: a count and offsets (uint32), the
columns in JSON, then the samples: the size of each column (uint32) and the columns.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from webdoc.release.files import ReleaseFile

# In the order of their names, as the format wants it. Texts and JSON are UTF-8.
COLUMNS: Final = {
    "doc_id": "str", "facts": "json", "images": "bytes", "sequence": "json", "url": "str",
}  # fmt: skip
MAX_BYTES: Final = (1 << 32) - 1  # offsets have 32 bits


def encoded_sample(row: Any) -> bytes:
    """Return a sample: of each column its size, then the columns.

    Args:
        row: has an attribute for each column, str or bytes.
    """
    values = (getattr(row, name) for name in COLUMNS)
    data = [value.encode() if isinstance(value, str) else value for value in values]
    return struct.pack(f"<{len(data)}I", *map(len, data)) + b"".join(data)


def shard_head(sizes: Sequence[int]) -> bytes:
    """Return what stands before the samples.

    Args:
        sizes: of the samples, bytes.

    Raises:
        ValueError: a shard of 4 GiB or more, which the format has no numbers for.
    """
    config = json.dumps(_config(), sort_keys=True).encode()
    offset = 4 + 4 * (len(sizes) + 1) + len(config)
    if offset + sum(sizes) > MAX_BYTES:
        raise ValueError(f"a shard of {sum(sizes):,} bytes; this form holds at most 4 GiB")
    offsets = list(_running(offset, sizes))
    return struct.pack(f"<{len(offsets) + 1}I", len(sizes), *offsets) + config


def _running(start: int, sizes: Iterable[int]) -> Iterator[int]:
    yield start
    for size in sizes:
        start += size
        yield start


def _config() -> dict[str, Any]:
    return {
        "version": 2,
        "format": "mds",
        "compression": None,
        "hashes": [],
        "size_limit": None,
        "column_names": list(COLUMNS),
        "column_encodings": list(COLUMNS.values()),
        "column_sizes": [None] * len(COLUMNS),
    }


def mds_index(files: Iterable[ReleaseFile]) -> str:
    """Return index.json of the whole: every shard by its path, with its size and samples."""
    shards = [
        {
            **_config(),
            "raw_data": {"basename": file.path, "bytes": file.size_bytes, "hashes": {}},
            "zip_data": None,
            "samples": file.rows,
        }
        for file in files
    ]
    return json.dumps({"version": 2, "shards": shards}, sort_keys=True)
