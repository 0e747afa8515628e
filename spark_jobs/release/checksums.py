"""SHA256SUMS: the file that is written last, so that a folder that has it is a whole release."""

from pathlib import PurePosixPath

import fsspec
import pyarrow.parquet as pq

from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.release.files import ReleaseFile

CHECKSUMS = "SHA256SUMS"  # written last: a folder that has it holds a whole release


def is_published(out: str) -> bool:
    """Tell whether the folder holds a whole release."""
    return exists(table_path(out, CHECKSUMS))


def checksum_lines(files: list[ReleaseFile]) -> str:
    """Return the lines of SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in sorted(files, key=lambda f: f.path))


def published_files(out: str) -> list[ReleaseFile]:
    """Return the files that SHA256SUMS names, with their sizes; rows of Parquet files only."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    lines = filesystem.cat_file(f"{inner}/{CHECKSUMS}").decode().splitlines()
    found = []
    for digest, path in (line.split("  ", 1) for line in lines):
        place = f"{inner}/{path}"
        rows = 0
        if PurePosixPath(path).suffix == ".parquet":
            with filesystem.open(place, "rb") as file:
                rows = pq.ParquetFile(file).metadata.num_rows
        found.append(ReleaseFile(path, rows, filesystem.size(place), digest))
    return found
