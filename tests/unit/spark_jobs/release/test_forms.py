"""A shard is written while its rows come in: what is held does not grow with the shard."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spark_jobs.release.forms import Target, write_shard
from webdoc.exporters import exported_forms
from webdoc.release.exporter import Exporter
from webdoc.release.files import picture_name
from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.run_settings import ReleaseSettings

ROWS, BODY_BYTES, GROUP_BYTES = 60, 400_000, 1 << 20


def documents() -> Iterator[PublishedDocument]:
    for number in range(ROWS):
        digest = f"{number:064x}"
        name = picture_name(digest, "png")
        body = number.to_bytes(4) * (BODY_BYTES // 4)
        parts = (PublishedPart("text"), PublishedPart(None, "u", name, {"sha256": digest}, body))
        facts = {"doc_id": f"{number:032x}"}
        placed = {"image_info": [{"sha256": digest}], "similarity_matrix": [[0.5]]}
        yield PublishedDocument(parts, facts, placed)


@pytest.mark.parametrize("exporter", exported_forms(), ids=lambda exporter: exporter.name)
def test_a_shard_is_never_held(exporter: Exporter, tmp_path: Path) -> None:
    """24 MB go through a window of some rows; a table holds one row group as well."""
    limits = ReleaseSettings(max_row_group_bytes=GROUP_BYTES)
    path = f"data/shard.{exporter.ending}"
    target = Target(str(tmp_path), path, "waiting/0", exporter, limits)

    def rows() -> Iterator[Any]:
        assert exporter.row
        yield from map(exporter.row, documents())

    list(write_shard(target, rows()))  # imports and caches are not the shard's
    tracemalloc.start()
    try:
        files = write_shard(target, rows())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert files[0].rows == ROWS
    assert peak < 6 * BODY_BYTES + 2 * GROUP_BYTES < ROWS * BODY_BYTES / 4
