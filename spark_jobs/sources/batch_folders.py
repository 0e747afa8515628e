"""The folders of batches: which are finished, of which inputs; nothing else stays in them."""

import json
from collections.abc import Sequence

import fsspec

from spark_jobs.run.files import write_bytes
from spark_jobs.run.tables import for_fsspec

_INPUTS = "_inputs.json"  # Spark passes over names that begin so


def batch_path(out: str, number: int) -> str:
    """Return the folder of a batch of the table in folder `out`."""
    return f"{out}/batch={number:06d}"


def finished_batches(out: str) -> list[int]:
    """Return the numbers of the batches that were written to their end, in order."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    marks = filesystem.glob(f"{inner}/batch=*/_SUCCESS")
    return sorted(int(str(mark).rpartition("batch=")[2].partition("/")[0]) for mark in marks)


def leave_only_finished(out: str) -> None:
    """Remove the folders of batches that were not written to their end."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    whole = {batch_path(inner, number) for number in finished_batches(out)}
    for folder in filesystem.glob(f"{inner}/batch=*"):
        if folder not in whole:
            filesystem.rm(folder, recursive=True)


def keep_inputs(path: str, inputs: Sequence[str]) -> None:
    """Write down in the folder of a batch which files it was read from.

    The size of batches may be another one when the run is started again.
    """
    write_bytes(path, _INPUTS, json.dumps(list(inputs), indent=1).encode())


def inputs_of(path: str) -> list[str]:
    """Return the paths of the files that a finished batch was read from, in their order."""
    with fsspec.open(for_fsspec(f"{path}/{_INPUTS}"), "r", encoding="utf-8") as file:
        names: list[str] = json.load(file)
    return names


def leave_only(path: str, wanted: set[str]) -> None:
    """Remove from the folder of a batch what is not wanted.

    Tasks leave it that died while they wrote, or whose copy was quicker and found other kinds of
    rows.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    if not filesystem.exists(inner):
        return
    for found in filesystem.find(inner):
        if found.removeprefix(inner).lstrip("/") not in wanted:
            filesystem.rm_file(found)
