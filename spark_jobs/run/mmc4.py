"""What the jobs of the MMC4 path have in common when one of them runs alone."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from pyspark.sql import SparkSession

from mmc4_like.rules.archive_robots import PageRefusals
from mmc4_like.settings import Mmc4Settings, RuleSettings, load_settings, stored_table
from mmc4_like.tables import (
    ARCHIVES,
    CANDIDATES,
    COMPARED,
    GIVEN,
    LINKS,
    NEIGHBOURS,
    PICTURES,
    PLACED,
    POOL,
    REFUSED,
    TEXTS,
    ArchiveRow,
    CandidateDocument,
    ComparedKey,
    GivenImage,
    JudgedDocument,
    PlacementMarks,
    PoolPicture,
    TextRow,
)
from mmc4_like.texts.texts import TEXT_SUFFIXES, TextSettings, read_texts
from spark_jobs.run.clip import check_model, works_here
from spark_jobs.run.folder import (
    Inputs,
    RunFolderError,
    differences,
    planned_files,
    prepare_folder,
    settings_of,
)
from spark_jobs.run.java import check_java
from spark_jobs.run.resume import Redo
from spark_jobs.run.scorers import check_scorers
from spark_jobs.run.session import open_session
from spark_jobs.run.sizes import quick_start
from spark_jobs.run.tables import exists, is_finished, table_path
from webdoc.clip.nearest_vectors import Neighbour
from webdoc.picture.look import check_picture_models
from webdoc.run_settings import SparkSettings
from webdoc.settings import SettingsError, Table, as_table, changes_of, merged
from webdoc.storage.inputs import ARCHIVE_SUFFIXES, ArchiveFile, expand_inputs
from webdoc.tables.images import StoredPicture

Step = Callable[[SparkSession, Mmc4Settings], None]
# What a run that places again cannot change: it is done.
_AS_BEFORE = ("texts", "pages", "pool", "given", "text_files", "sentences", "links", "extraction")
_RULES = {"preset", *(f.name for f in fields(RuleSettings))} - {*_AS_BEFORE}


def alone(name: str, step: Step) -> Callable[[str], None]:
    """Return the main function of a job: it takes the path of a settings file."""

    def main(settings_file: str) -> None:
        settings = settings_for(settings_file)
        check(settings)
        prepare(settings, resume=True)
        with open_session(name, spark_settings(settings)) as spark:
            step(spark, settings)

    return main


def spark_settings(settings: Mmc4Settings) -> SparkSettings:
    """Return how a session for this run, whose folder is ready, is opened: soon for a small one."""
    size = input_bytes(settings)
    return settings.spark if size is None else quick_start(settings.spark, size)


def input_bytes(settings: Mmc4Settings) -> int | None:
    """Return the bytes of all texts and archives; None where pictures of other kinds are given."""
    if settings.pool or settings.given:
        return None
    out = settings.from_vectors or settings.out
    kinds = ("texts", "text_archives", "pages")
    return sum(file.size_bytes for kind in kinds for file in planned_files(out, kind))


# The record of each table, so that a version that reads other columns refuses to go on.
TABLES = {
    ARCHIVES: ArchiveRow,
    TEXTS: TextRow,
    REFUSED: PageRefusals,
    POOL: PoolPicture,
    GIVEN: GivenImage,
    NEIGHBOURS: Neighbour,
    LINKS: CandidateDocument,
    PICTURES: StoredPicture,
    CANDIDATES: JudgedDocument,
    COMPARED: ComparedKey,
    PLACED: PlacementMarks,
}


def prepare(
    settings: Mmc4Settings,
    *,
    resume: bool = False,
    fresh: bool = False,
    redo: Redo | None = None,
    made_by: str = "",
) -> None:
    """Make the folder ready for a run of the MMC4 path.

    Raises:
        RunFolderError: as `spark_jobs.run.folder.prepare_folder`; or no text can be read.
    """
    prepare_folder(
        settings,
        lambda: _inputs(settings),
        resume=resume,
        fresh=fresh,
        made_by=made_by,
        redo=redo,
        tables=TABLES,
    )


def _inputs(settings: Mmc4Settings) -> Inputs:
    """Return the files of a new run: texts, archives whose texts are wanted, other archives."""
    if settings.from_vectors:
        return {"texts": [], "text_archives": [], "pages": []}
    suffixes = (*TEXT_SUFFIXES, *ARCHIVE_SUFFIXES)
    found = expand_inputs(settings.texts, settings.text_files.storage, suffixes)
    if all(file.problem for file in found):
        problems = "; ".join(f"{file.name}: {file.problem}" for file in found[:3])
        raise RunFolderError(f"None of the texts can be read ({problems}). Check their names.")
    _look_into(found, settings.text_files)
    archives = [file for file in found if file.name.endswith(ARCHIVE_SUFFIXES)]
    known = {file.path for file in archives}
    pages = expand_inputs(settings.pages, settings.archives.storage) if settings.pages else []
    if not (archives or pages or settings.pool or settings.given):
        raise RunFolderError(
            "No images. Name archives of the texts' pages with --pages, pictures with --pool, or "
            "a table with --given."
        )
    return {
        "texts": [file for file in found if file.path not in known],
        "text_archives": archives,
        "pages": [file for file in pages if file.path not in known],
    }


def _look_into(files: list[ArchiveFile], reading: TextSettings) -> None:
    """Read the first text of one file of each ending: a wrong column shows before the run begins.

    Raises:
        SettingsError: the texts have no such column; the message names those that they have.
    """
    by_ending = {file.name.partition(".")[2]: file for file in reversed(files) if not file.problem}
    for file in by_ending.values():
        if not file.name.endswith(ARCHIVE_SUFFIXES):
            next(read_texts(file, reading), None)


def check(settings: Mmc4Settings) -> None:
    """Refuse what cannot become a run, before anything is touched.

    Raises:
        SettingsError: the message says what is missing, and how it is given.
        JavaError: Spark cannot start here.
    """
    check_java()
    if settings.from_vectors:
        if settings.from_vectors.rstrip("/") == settings.out.rstrip("/"):
            raise SettingsError("--out must be another folder than the one of --from-vectors.")
        if not is_finished(table_path(settings.from_vectors, PLACED)):
            raise SettingsError(
                f"{settings.from_vectors} holds no placed documents. Finish that run first, with "
                "--resume."
            )
        before = stored_table(settings_of(settings.from_vectors))
        if origin := before.get("from_vectors"):
            raise SettingsError(
                f"{settings.from_vectors} was placed again from {origin} itself, and holds no "
                f"pictures. Give --from-vectors {origin}."
            )
        _check_faces_known(settings, before)
        return
    if settings.fetches and not settings.fetch.contact.strip():
        raise SettingsError(
            'images.source = "warc+fetch" needs fetch.contact, an address or page where the owner '
            "of a site reaches you: --set fetch.contact=https://example.org/our-crawler"
        )
    for option, paths in (("--pool", settings.pool), ("--given", settings.given)):
        for path in paths:
            if not exists(path):
                raise SettingsError(f"{option} {path}: nothing is there. Check its name.")
    if not settings.texts:
        raise SettingsError(
            "No texts. Name JSONL, Parquet or plain text files, WARC files, folders or globs "
            "with --texts."
        )
    if not settings.out:  # before a model is looked for, which may mean to fetch it
        raise SettingsError("No output folder. Give one with --out DIR (or out = in the file).")
    check_model(settings.clip.model, settings.spark)
    check_scorers(settings.scores, settings.spark)
    if works_here(settings.spark):  # else only the workers know which models there are
        check_picture_models(settings.picture_models)


def _check_faces_known(settings: Mmc4Settings, before: Table) -> None:
    asked = settings.faces.model
    if asked and before.get("faces", {}).get("model") != asked:
        raise SettingsError(
            f"{settings.from_vectors} did not look for faces by faces.model = {asked!r}, and "
            "placing again looks at no picture. Make that run anew with it, or do without: "
            "--set faces.model= --set faces.max_faces=none"
        )


def settings_for(
    config: str | Path | None = None, assignments: Sequence[str] = (), options: Table | None = None
) -> Mmc4Settings:
    """Build the settings of a run; one that places again begins with those of the earlier run.

    Raises:
        SettingsError, RunFolderError: the message says what is wrong and what to do.
    """
    if changes_of(config, assignments, options).get("from_vectors"):
        return settings_again(config, assignments, options or {})
    return load_settings(config, assignments, options)


def settings_again(
    config: str | Path | None, assignments: Sequence[str], options: Table
) -> Mmc4Settings:
    """Build the settings of a run that places again: those of the earlier run, and changes.

    A preset that is given replaces the rules of the earlier run; how its texts were cut, which
    links were taken and which model compared them stays as it was.

    Raises:
        SettingsError, RunFolderError: no such run, or settings that cannot be.
    """
    changes = changes_of(config, assignments, options)
    earlier = str(changes["from_vectors"])
    before = stored_table(settings_of(earlier))
    if "placement" not in before:
        raise SettingsError(f"{earlier} is no run of interleaf mmc4. Give the --out folder of one.")
    kept = before
    if "preset" in changes:
        kept = {key: value for key, value in before.items() if key not in _RULES}
    settings = load_settings(options=merged(kept, changes, {"clip": before["clip"]}))
    after = as_table(settings)
    changed = [line for name in _AS_BEFORE for line in differences(before[name], after[name], name)]
    if changed:
        raise SettingsError(
            f"{changed[0]}: placing again takes this from {earlier} as it is. Leave it out, or "
            "make a new run without --from-vectors."
        )
    return settings
