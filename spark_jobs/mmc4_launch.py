"""What the jobs of the MMC4 path have in common when one of them runs alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from pyspark.sql import SparkSession

from mmc4_like.texts import TEXT_SUFFIXES
from spark_jobs.mmc4_settings import Mmc4Run, load_settings
from spark_jobs.run_folder import Inputs, RunFolderError, prepare_folder
from spark_jobs.session import open_session
from webdoc.storage import ARCHIVE_SUFFIXES, ArchiveFile, expand_inputs

Step = Callable[[SparkSession, Mmc4Run], None]


def alone(name: str, step: Step) -> Callable[[str], None]:
    """Return the main function of a job: it takes the path of a settings file."""

    def main(settings_file: str) -> None:
        settings = load_settings(settings_file)
        prepare(settings, resume=True)
        with open_session(name, settings.spark) as spark:
            step(spark, settings)

    return main


def prepare(settings: Mmc4Run, *, resume: bool = False, fresh: bool = False) -> None:
    """Make the folder ready for a run of the MMC4 path.

    Raises:
        RunFolderError: as `spark_jobs.run_folder.prepare_folder`; or no text can be read.
    """
    prepare_folder(settings, lambda: _inputs(settings), resume=resume, fresh=fresh)


def _inputs(settings: Mmc4Run) -> Inputs:
    """Return the files of a new run: texts, archives whose texts are wanted, other archives."""
    if settings.from_vectors:
        return {"texts": [], "text_archives": [], "pages": []}
    if not settings.texts:
        raise RunFolderError(
            "No texts. Name JSONL, Parquet or plain text files, WARC files, folders or globs "
            "with --texts."
        )
    suffixes = (*TEXT_SUFFIXES, *ARCHIVE_SUFFIXES)
    found = told_apart(expand_inputs(settings.texts, settings.reading.storage, suffixes))
    if all(file.problem for file in found):
        problems = "; ".join(f"{file.name}: {file.problem}" for file in found[:3])
        raise RunFolderError(f"None of the texts can be read ({problems}). Check their names.")
    archives = [file for file in found if file.name.endswith(ARCHIVE_SUFFIXES)]
    known = {file.path for file in archives}
    pages = expand_inputs(settings.pages, settings.archives.storage) if settings.pages else []
    return {
        "texts": [file for file in found if file not in archives],
        "text_archives": archives,
        "pages": [file for file in pages if file.path not in known],
    }


def told_apart(files: list[ArchiveFile]) -> list[ArchiveFile]:
    """Give files of one name in several folders as much of their folders as tells them apart.

    A document's id is made of its file's name, so en/0.jsonl and de/0.jsonl need two.
    """
    folders = 0
    while repeated := {name for name, n in Counter(f.name for f in files).items() if n > 1}:
        folders += 1
        longer = [replace(f, name="/".join(f.path.split("/")[-folders - 1 :])) for f in files]
        files = [
            new if old.name in repeated else old for old, new in zip(files, longer, strict=True)
        ]
    return files
