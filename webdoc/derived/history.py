"""history.csv: how a release came about, one row a release, the first one first."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from typing import Final

HISTORY: Final = "history.csv"


@dataclass(frozen=True, slots=True)
class Version:
    """One release of a corpus. No date stands here: the same steps give the same bytes."""

    version: int  # from 1
    command: str  # that made it
    change: str  # a sentence; it never says what was taken out
    documents: int
    images: int  # pictures that documents show
    made_from: str  # SHA-256 of the SHA256SUMS of the release that it was made from; "" of a first


def first_version(documents: int, images: int) -> Version:
    """Return the row of a release that a run made."""
    return Version(1, "interleaf", "The release as its run made it.", documents, images, "")


def history_lines(versions: tuple[Version, ...]) -> str:
    """Return the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Version))
    writer.writerows(astuple(version) for version in versions)
    return text.getvalue()


def read_history(text: str) -> tuple[Version, ...]:
    """Return the rows of the file.

    Raises:
        ValueError, KeyError: not such a file.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return tuple(
        Version(
            int(row["version"]),
            row["command"],
            row["change"],
            int(row["documents"]),
            int(row["images"]),
            row["made_from"],
        )
        for row in rows
    )
