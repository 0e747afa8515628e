"""`interleaf clean`: tables of a finished run that nobody needs any more."""

from rich.console import Console

from spark_jobs.run.cleaning import clean_run
from webdoc.release.figures import size_text


def run_clean(console: Console, folder: str, keep: str) -> None:
    """Remove what a finished run no longer needs, and say what that was.

    Raises:
        RunFolderError: no finished run is there, or nobody knows what to keep.
    """
    removed = clean_run(folder, keep)
    freed = size_text(sum(removed.values()))
    names = ", ".join(sorted(removed)) or "nothing"
    console.print(f"Removed from {folder}: {names}; {freed} freed.", highlight=False, markup=False)
