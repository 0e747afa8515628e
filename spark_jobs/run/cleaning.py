"""What of a finished run may go: all tables, or those that steps handed on to each other."""

import fsspec

from spark_jobs.run.folder import RunFolderError, settings_of
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.tables import MARK_TABLES, exists, for_fsspec, table_path

# What later runs, report and explain read of a finished run, by the name below tables/.
_READ_LATER = {
    "run.json", "log.jsonl", "metrics.prom", "model.json",
    # OBELICS path: --earlier reads signatures and clusters, report and explain documents and marks.
    "records", "images", "signatures", "clusters", "image_clusters", "contaminated",
    *(table.removeprefix("tables/") for table in MARK_TABLES),
    "deduplicated", "aligned", "scored",  # of earlier versions
    # MMC4 path: documents are put together of these whenever a later run, report or explain asks.
    "archives", "texts", "refused", "pool", "given", "links", "candidates", "pictures", "placed",
    "standards",
    "image_vectors", "text_vectors", "sentence_vectors", "picture_scores",
    "document_scores",
    # Pictures of the web are not fetched again, nor pages read again that ended processes.
    "fetch", "fetched", "fetched_images", "fetched_facts", "kills",
}  # fmt: skip
KEEP = ("release", "resume")


def clean_run(out: str, keep: str) -> dict[str, int]:
    """Remove tables of the finished run in folder `out`.

    Args:
        out: folder of the run.
        keep: "release" keeps no table; "resume" those that later runs, report and explain read.

    Returns:
        Bytes of each table that was removed, by its name.

    Raises:
        RunFolderError: no finished run of interleaf is there, or `keep` is neither.
        LockedError: a run writes there.
    """
    if keep not in KEEP:
        raise RunFolderError(f"--keep must be release or resume, got {keep!r}.")
    settings_of(out)
    if not exists(table_path(out, "SHA256SUMS")):
        raise RunFolderError(
            f"The run in {out} is not finished: all its tables are needed. Finish it with --resume."
        )
    with sole_writer(out):
        return _remove(out, keep)


def _remove(out: str, keep: str) -> dict[str, int]:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, "tables")))
    removed: dict[str, int] = {}
    for place in filesystem.ls(inner, detail=False):
        name = str(place).rstrip("/").rpartition("/")[2]
        if keep == "release" or name not in _READ_LATER:
            removed[name] = int(filesystem.du(place))
    for name in removed:
        filesystem.rm(f"{inner}/{name}", recursive=True)
    if keep == "release" and filesystem.exists(inner):
        filesystem.rm(inner, recursive=True)
    return removed
