"""The folder of an export while it is not whole: what was begun, and which shards are written."""

import json
from hashlib import sha256
from typing import Any, Final

import fsspec

from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.release.shards import Shard, shard_from_json
from webdoc.version import VERSION

_UNFINISHED: Final = "_unfinished"  # Spark and pyarrow pass over such names
_STATE: Final = f"{_UNFINISHED}/export.json"
_RECORDS: Final = f"{_UNFINISHED}/shards"


def shard_record(number: int) -> str:
    """Return where the record of a shard lies, without its ending."""
    return f"{_RECORDS}/{number:05d}"


def prepare_export(out: str, state: dict[str, Any], *, write: bool = True) -> None:
    """Make the folder ready, or refuse: it must be new, empty, or hold the same export, stopped.

    Args:
        out: folder of the export.
        state: what makes the export what it is.
        write: whether to begin; else the folder is only looked at.

    Raises:
        RunFolderError: it holds something else.
    """
    digest = sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()
    shown = {key: value for key, value in state.items() if key != "checksums"}
    table = {**shown, "interleaf": VERSION, "sha256": digest}
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    if exists(table_path(out, _STATE)):
        begun = json.loads(filesystem.cat_file(f"{inner}/{_STATE}"))
        if begun == table:
            return
        others = [key for key in table if begun.get(key) != table[key] and key != "sha256"]
        about = ", ".join(others) or "a release that has changed since"
        raise RunFolderError(
            f"{out} holds an export that was stopped, of other settings ({about})."
            " Give the same ones to go on with it, or another folder."
        )
    if filesystem.exists(inner) and (not filesystem.isdir(inner) or filesystem.ls(inner)):
        raise RunFolderError(f"{out} is not empty. Give a new or an empty folder.")
    if write:
        write_bytes(out, _STATE, json.dumps(table, indent=1).encode())


def written_shards(out: str) -> dict[int, Shard]:
    """Return the shards that are whole, by number."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, _RECORDS)))
    if not filesystem.exists(inner):
        return {}
    records = [path for path in filesystem.ls(inner, detail=False) if path.endswith(".json")]
    # Those whose name begins with _ were being written when their task was killed.
    whole = [path for path in records if not path.rpartition("/")[2].startswith("_")]
    shards = [shard_from_json(filesystem.cat_file(path).decode()) for path in whole]
    return {shard.number: shard for shard in shards}


def forget_unfinished(out: str) -> None:
    """Remove what only an export that is not whole needs."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, _UNFINISHED)))
    filesystem.rm(inner, recursive=True)
