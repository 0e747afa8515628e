"""SHA256SUMS: the file that is written last, so that a folder that has it is a whole release."""

from spark_jobs.run.tables import exists, table_path
from webdoc.release.files import ReleaseFile

CHECKSUMS = "SHA256SUMS"  # written last: a folder that has it holds a whole release


def is_published(out: str) -> bool:
    """Tell whether the folder holds a whole release."""
    return exists(table_path(out, CHECKSUMS))


def checksum_lines(files: list[ReleaseFile]) -> str:
    """Return the lines of SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in sorted(files, key=lambda f: f.path))
