"""Files and distributions of a release as a person reads them."""

from itertools import pairwise

from obelics_like.release.facts import ReleaseFacts
from webdoc.release.files import Distribution


def files_in(facts: ReleaseFacts, folder: str) -> tuple[int, int, int]:
    """Return how many Parquet files, rows and bytes a folder of the release holds."""
    files = [
        file
        for file in facts.files
        if file.path.startswith(f"{folder}/") and file.path.endswith(".parquet")
    ]
    return len(files), sum(f.rows for f in files), sum(f.size_bytes for f in files)


def class_names(distribution: Distribution) -> tuple[str, ...]:
    """Return a name for each class.

    >>> class_names(Distribution("images", (0, 1, 5), (0, 7, 2, 1)))
    ('0', '1', '2 to 5', 'more than 5')
    """
    ends = distribution.at_most
    if not ends:
        return ("all",)
    names = ["0" if ends[0] == 0 else f"up to {ends[0]:,}"]
    for before, end in pairwise(ends):
        names.append(f"{end:,}" if end == before + 1 else f"{before + 1:,} to {end:,}")
    return (*names, f"more than {ends[-1]:,}")
