"""What the commands of `interleaf` have in common: their options, and errors in words."""

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

# The line of a traceback where an error of our own says what is wrong and what to do.
_OURS = re.compile(r"^(?:webdoc|spark_jobs)\.[\w.]+Error: (.*)$", re.MULTILINE)
# Signs of a storage that fails, in the words of the kernel, wherever in an error they stand.
_STORAGE = {
    "No space left on device": "The disk is full. Free some of it.",
    "Disk quota exceeded": "Your share of the disk is full. Free some of it.",
    "Read-only file system": "The folder cannot be written any more: its disk is read-only.",
    "Input/output error": "The disk fails to read or write. Look at it, or take another one.",
    "Stale file handle": "The folder went away while the run wrote to it. Bring it back.",
}
_DEBUG = "--debug" in sys.argv

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="A TOML file of settings that changes the preset.", show_default=False
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.KEY=VALUE",
        help="Change one setting; can be repeated. E.g. --set documents.min_images=2; "
        "docs/sources.md lists all of them.",
        show_default=False,
    ),
]
Out = Annotated[str, typer.Option("--out", metavar="DIR", help="Folder of the release.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run that is in --out.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Remove the run that is in --out first.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="STEP",
        help="Go on with the run that is in --out, but begin anew at this step, by other settings "
        "of it and of later ones; a wrong name lists the steps.",
        show_default=False,
    ),
]
IndexPath = Annotated[
    str,
    typer.Option(
        "--index",
        metavar="PATH",
        help="Read only the records that an index names: Parquet files of Common Crawl's columnar "
        "index, or of url, filename, offset, length; a file, folder, glob or .paths list, local, "
        "s3:// or https://.",
        show_default=False,
    ),
]
Crawl = Annotated[
    str,
    typer.Option(
        "--crawl",
        metavar="CC-MAIN-YYYY-WW",
        help="A crawl of Common Crawl, by its own index; with --index: the rows of this crawl.",
        show_default=False,
    ),
]
Where = Annotated[
    str,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Of --index or --crawl only rows for which it is true, e.g. \"url_host_tld = 'is' and "
        'fetch_status = 200"; a wrong name lists the columns.',
        show_default=False,
    ),
]
Master = Annotated[
    str | None,
    typer.Option("--master", help="Spark master: local[4], spark://host:7077, yarn. [local[*]]"),
]


@contextmanager
def errors_in_words(debug: bool) -> Iterator[None]:
    """End with a message and a status instead of a traceback, unless it is asked for."""
    from webdoc.settings import SettingsError  # noqa: PLC0415 - `--help` needs none of it

    try:
        yield
    except SettingsError as error:
        _fail(str(error), 2, debug)
    except KeyboardInterrupt:
        _fail("Stopped. The same command with --resume goes on where it was.", 130, debug)
    except Exception as error:
        status = getattr(error, "exit_status", None)
        if status is None and debug:
            raise
        message = str(error) if status is not None else _in_words(error)
        _fail(message, status or 1, debug)


def _in_words(error: Exception) -> str:
    name = type(error).__name__
    said = _OURS.search(str(error))
    if said:  # by a worker, whose error comes wrapped in two others
        return said[1]
    for sign, sentence in _STORAGE.items():
        if sign in str(error):
            return f"{sentence} What was written before is whole: --resume goes on from there."
    first = str(error).strip().splitlines()[0][:400] if str(error).strip() else ""
    if "JAVA_GATEWAY" in str(error) or "Java gateway" in str(error):
        return "Spark could not start Java. `interleaf doctor` says what is missing."
    return f"{name}: {first}\nRun the same command with --debug to see where it happened."


def _fail(message: str, status: int, debug: bool) -> None:
    from rich.console import Console  # noqa: PLC0415 - likewise

    if debug:
        traceback.print_exc()
    errors = Console(stderr=True)
    errors.print(f"interleaf: {message}", style="red", markup=False, highlight=False)
    raise typer.Exit(status)


def given_index(path: str, crawl: str, where: str) -> dict[str, str]:
    """Return the settings of an index that options gave, leaving out what was not given."""
    given = {"path": path, "crawl": crawl, "where": where}
    return {key: value for key, value in given.items() if value}


def given_table(preset: str | None, **values: Any) -> dict[str, Any]:
    """Return the settings that options gave, leaving out what was not given."""
    table = {key: value for key, value in values.items() if value}
    return {"preset": preset, **table} if preset else table
