"""What a release says of its files, and how numbers are spread over its documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Every file that a release may hold beside the folders of its exporters, in the order of the card.
SINGLE_FILES: Final = {
    "archives.csv": "every archive file that was read, with its numbers of records",
    "attribution.csv": "the licence and credit of each page and image that names one",
    "funnel.csv": "the counts of each reason",
    "similarity.csv": "how many images have which similarity to their sentence, or to their best",
    "history.csv": "how this release came about, release by release",
    "changes.csv": "which files of the release before stayed as they were, and which did not",
    "figures.svg": "what was measured, drawn",
    "settings.toml": "the settings; the same input and settings give the same files",
    "croissant.json": "this description for machines (MLCommons Croissant)",
    "report.html": "documents with their kept and left-out parts",
    "README.md": "this card",
    "SHA256SUMS": "checksums of all files: `sha256sum -c SHA256SUMS`",
}


# Where the usual ending of a format is not its name.
_ENDINGS: Final = {"jpeg": "jpg"}


def picture_name(digest: str, picture_format: str) -> str:
    """Return the one file name of a picture, wherever a release names it.

    Args:
        digest: the whole SHA-256 of its bytes as captured.
        picture_format: by content; "" where it is not known, and then the name has no ending.

    >>> picture_name("b7f5", "jpeg"), picture_name("b7f5", "png"), picture_name("b7f5", "")
    ('b7f5.jpg', 'b7f5.png', 'b7f5')
    """
    ending = _ENDINGS.get(picture_format, picture_format)
    return f"{digest}.{ending}" if ending else digest


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of the release."""

    path: str  # relative to the release, with / between folders
    rows: int  # 0 for a file that is no table
    size_bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class FolderSize:
    """How much a folder of a release holds."""

    files: int
    rows: int
    size_bytes: int


def folder_size(files: Iterable[ReleaseFile], folder: str) -> FolderSize:
    """Return how much a folder of the release holds; zeros where it is not there."""
    within = [file for file in files if file.path.startswith(f"{folder}/")]
    return FolderSize(len(within), sum(f.rows for f in within), sum(f.size_bytes for f in within))


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a number is spread over the kept documents."""

    name: str  # "images in a document", ...
    at_most: tuple[int, ...]  # upper ends of the classes, rising; the last class has none
    counts: tuple[int, ...]  # one more than at_most

    def named_counts(self) -> tuple[tuple[str, int], ...]:
        """Return each class with its count.

        >>> Distribution("images", (0, 1, 5), (0, 7, 2, 1)).named_counts()
        (('0', 0), ('1', 7), ('2 to 5', 2), ('more than 5', 1))
        """
        ends = self.at_most
        if not ends:
            return tuple(zip(("all",), self.counts, strict=True))
        names = ["0" if ends[0] == 0 else f"up to {ends[0]:,}"]
        for before, end in pairwise(ends):
            names.append(f"{end:,}" if end == before + 1 else f"{before + 1:,} to {end:,}")
        return tuple(zip((*names, f"more than {ends[-1]:,}"), self.counts, strict=True))
