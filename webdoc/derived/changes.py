"""changes.csv: what became of each file of the release that another one was made from."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Final

from webdoc.release.files import ReleaseFile

CHANGES: Final = "changes.csv"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after. Of a file that is new or gone one side is empty."""

    path: str
    what: str  # same, rewritten, new or gone
    rows_before: int
    rows_after: int
    sha256_before: str
    sha256_after: str


def changes(before: Iterable[ReleaseFile], after: Iterable[ReleaseFile]) -> list[FileChange]:
    """Return what became of each file in a folder, by path; those beside folders are all anew."""
    old, new = (
        {file.path: file for file in files if "/" in file.path} for files in (before, after)
    )
    found = []
    for path in sorted(old.keys() | new.keys()):
        a, b = old.get(path), new.get(path)
        same = a is not None and b is not None and a.sha256 == b.sha256
        what = "same" if same else "new" if a is None else "gone" if b is None else "rewritten"
        found.append(
            FileChange(
                path,
                what,
                a.rows if a else 0,
                b.rows if b else 0,
                a.sha256 if a else "",
                b.sha256 if b else "",
            )
        )
    return found


def change_lines(found: Iterable[FileChange]) -> str:
    """Return the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(FileChange))
    writer.writerows(astuple(change) for change in found)
    return text.getvalue()
