"""Starting jobs under spark-submit: their settings file, errors in words, exit status."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeVar

from pyspark.sql import SparkSession

from spark_jobs.run.errors import errors_of
from spark_jobs.run.folder import RunFolderError, RunOfAPath, check_folder
from spark_jobs.run.java import JavaError
from spark_jobs.run.journal import restarts_of
from spark_jobs.run.lock import LockedError, sole_writer
from spark_jobs.run.outcome import exit_status, funnel_of
from spark_jobs.run.progress import RunProgress, told
from spark_jobs.run.session import open_session
from webdoc.run_settings import SparkSettings
from webdoc.settings import SettingsError, read_toml

Settings = TypeVar("Settings", bound=RunOfAPath)
_FLAGS = {"--resume", "--fresh"}
_FROM = "--from"


def launch(main: Callable[[str], None], argument: str = "SETTINGS.toml") -> int:
    """Run a job with the settings file, or other argument, that the command line names.

    Returns:
        0 when its tables were written, 2 when settings or tables before it are wrong.
    """
    if len(sys.argv) != 2:
        print(f"usage: {Path(sys.argv[0]).name} {argument}", file=sys.stderr)
        return 2
    try:
        with _writer_of(sys.argv[1]):
            main(sys.argv[1])
    except (SettingsError, RunFolderError, LockedError, JavaError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _writer_of(argument: str) -> AbstractContextManager[None]:
    """Return the lock of the run folder that a job is told of: itself, or in a settings file."""
    out = argument if Path(argument).is_dir() else read_toml(argument).get("out")
    return sole_writer(out) if isinstance(out, str) and out else nullcontext()


def launch_path(  # noqa: PLR0913, PLR0917 - what tells one path from the other
    name: str,
    arguments: Sequence[str],
    load: Callable[[str], Settings],
    prepare: Callable[..., None],
    session: Callable[[Settings], SparkSettings],
    run: Callable[[SparkSession, Settings, Callable[[int, str], None]], None],
    progress: Callable[[Settings], RunProgress],
) -> int:
    """Run all jobs of a path: SETTINGS.toml [--resume | --fresh | --from STEP].

    Args:
        name: of the path, and of the file that starts it.
        arguments: of the command line.
        load: reads the settings file.
        prepare: makes the folder ready, or refuses in words; takes settings, resume, fresh, start.
        session: how Spark is opened.
        run: all jobs; told what to call when one begins.
        progress: follows how far a run is, whose folder is ready.

    Returns:
        0 when its release was written, 2 when settings or the folder are wrong, 3 when no
        document was kept, 4 when too much of the input could not be read, or more than
        `errors.max_share` met a mistake of ours.
    """
    remaining = list(arguments)
    start = ""
    if _FROM in remaining[:-1]:
        at = remaining.index(_FROM)
        start = remaining[at + 1]
        del remaining[at : at + 2]
    flags = {argument for argument in remaining if argument.startswith("--")}
    files = [argument for argument in remaining if not argument.startswith("--")]
    if len(files) != 1 or flags - _FLAGS:
        usage = f"usage: {name}.py SETTINGS.toml [--resume | --fresh | --from STEP]"
        print(usage, file=sys.stderr)
        return 2
    try:
        settings = load(files[0])
        check_folder(settings.out)
        with sole_writer(settings.out):
            prepare(settings, resume="--resume" in flags, fresh="--fresh" in flags, start=start)
            far = progress(settings)

            def on_step(number: int, _title: str) -> None:
                far.on_step(number)
                print(far.line(), file=sys.stderr, flush=True)

            with open_session(f"interleaf {name}", session(settings)) as spark, told(spark, far):
                run(spark, settings, on_step)
        funnel = funnel_of(settings.out)
        for said in (restarts_of(settings.out), errors_of(funnel, settings.errors)):
            print(said, end="\n" if said else "", file=sys.stderr)
    except Exception as error:
        status = 2 if isinstance(error, SettingsError) else getattr(error, "exit_status", None)
        if status is None:
            raise
        print(error, file=sys.stderr)
        return int(status)
    outcome = exit_status(funnel)
    if outcome:
        print(f"No document was kept: the release in {settings.out} has no rows.", file=sys.stderr)
    return outcome
