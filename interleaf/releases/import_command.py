"""`interleaf import`: a published corpus becomes a release, and every other command works on it."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DIR_OR_FILES...",
            help="Parquet files or lines of JSON: paths, folders, globs, s3://, https://",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--from", metavar="FORM", help="obelics, mmc4 or omnicorpus.")
    ] = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="A new or an empty folder.")
    ] = "",
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Make a release of rows of OBELICS, MMC4 or OmniCorpus-CC as they are published.

    What these forms do not say (bytes and hashes of images, places in the page) is null. A row with
    columns missing or lists of unequal length is counted with its reason, and the others go on.

    Exit status 3: no row was a document, so the release has no rows.

    Example: interleaf import obelics/*.parquet --from obelics --out corpus
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - likewise

        from interleaf.releases.import_run import run_import  # noqa: PLC0415 - pyspark takes a second to import
        from spark_jobs.derived.import_release import ImportSettings  # noqa: PLC0415 - likewise
        from webdoc.settings import assignment_table, build, merged  # noqa: PLC0415 - likewise

        given: dict[str, Any] = {"inputs": list(inputs or ()), "form": form, "out": out}
        if master:
            given["spark"] = {"master": master}
        settings = build(ImportSettings, merged(assignment_table(sets or ()), given))
        status = run_import(Console(), settings)
    raise typer.Exit(status)
