"""What a release says of its files, and how numbers are spread over its documents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of the release."""

    path: str  # relative to the release, with / between folders
    rows: int  # 0 for a file that is no table
    size_bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a number is spread over the kept documents."""

    name: str  # "images in a document", ...
    at_most: tuple[int, ...]  # upper ends of the classes, rising; the last class has none
    counts: tuple[int, ...]  # one more than at_most
