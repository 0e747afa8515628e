"""`interleaf select`: a release of some documents of a release, by a condition on its columns."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def select(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    where: Annotated[
        str,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help="What must be true, in the words of SQL; a wrong name lists the columns.",
        ),
    ] = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Make a release of what a condition keeps of a release, which stays as it is.

    A condition names columns of documents (language, clip_mean, image_count, word_count, any score)
    and of images (clip_caption, original_width, alt_text, any score). One that names a column of
    images is asked of each image: those of which it is not true leave, and so does a document
    that has none left. Where a value is not known a comparison is not true; ask "is null". A
    column that documents and images both have, such as licence, is called image_licence of images.

    Exit status 3: no document was kept, so the release has no rows.

    Example: interleaf select corpus --where "clip_caption > 0.28 and language = 'en'" --out best
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - likewise

        from interleaf.releases.select_run import run_select  # noqa: PLC0415 - pyspark takes a second to import
        from spark_jobs.derived.select import SelectSettings  # noqa: PLC0415 - likewise
        from webdoc.settings import assignment_table, build, merged  # noqa: PLC0415 - likewise

        given: dict[str, Any] = {"release": folder, "where": where, "out": out}
        if master:
            given["spark"] = {"master": master}
        settings = build(SelectSettings, merged(assignment_table(sets or ()), given))
        status = run_select(Console(), settings)
    raise typer.Exit(status)
