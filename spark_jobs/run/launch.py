"""Starting jobs under spark-submit: their settings file, errors in words, exit status."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pyspark.sql import SparkSession

from spark_jobs.run.folder import RunFolderError, RunOfAPath
from spark_jobs.run.outcome import exit_status, funnel_of
from spark_jobs.run.session import open_session
from webdoc.run_settings import SparkSettings
from webdoc.settings import SettingsError

Settings = TypeVar("Settings", bound=RunOfAPath)
_FLAGS = {"--resume", "--fresh"}


def launch(main: Callable[[str], None], argument: str = "SETTINGS.toml") -> int:
    """Run a job with the settings file, or other argument, that the command line names.

    Returns:
        0 when its tables were written, 2 when settings or tables before it are wrong.
    """
    if len(sys.argv) != 2:
        print(f"usage: {Path(sys.argv[0]).name} {argument}", file=sys.stderr)
        return 2
    try:
        main(sys.argv[1])
    except (SettingsError, RunFolderError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def launch_path(  # noqa: PLR0913, PLR0917 - what tells one path from the other
    name: str,
    arguments: Sequence[str],
    load: Callable[[str], Settings],
    prepare: Callable[..., None],
    session: Callable[[Settings], SparkSettings],
    run: Callable[[SparkSession, Settings], None],
) -> int:
    """Run all jobs of a path: SETTINGS.toml [--resume | --fresh].

    Args:
        name: of the path, and of the file that starts it.
        arguments: of the command line.
        load: reads the settings file.
        prepare: makes the folder ready, or refuses in words; takes settings, resume and fresh.
        session: how Spark is opened.
        run: all jobs.

    Returns:
        0 when its release was written, 2 when settings or the folder are wrong, 3 when no
        document was kept.
    """
    flags = {argument for argument in arguments if argument.startswith("--")}
    files = [argument for argument in arguments if not argument.startswith("--")]
    if len(files) != 1 or flags - _FLAGS:
        print(f"usage: {name}.py SETTINGS.toml [--resume | --fresh]", file=sys.stderr)
        return 2
    try:
        settings = load(files[0])
        prepare(settings, resume="--resume" in flags, fresh="--fresh" in flags)
    except (SettingsError, RunFolderError) as error:
        print(error, file=sys.stderr)
        return 2
    with open_session(f"interleaf {name}", session(settings)) as spark:
        run(spark, settings)
    status = exit_status(funnel_of(settings.out))
    if status:
        print(f"No document was kept: the release in {settings.out} has no rows.", file=sys.stderr)
    return status
