"""`interleaf export`: a release in another form, for those who train on it."""

from typing import Annotated, Any, Literal

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    to: Annotated[
        str,
        typer.Option("--to", metavar="NAME", help="The form; without it, all forms are named."),
    ] = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    missing: Annotated[
        Literal["error", "skip_image", "skip_document"],
        typer.Option("--missing", help="What becomes of pictures whose bytes are not there."),
    ] = "skip_image",
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write the documents of a finished run in another form; the run stays as it is.

    Pictures are copied as they are, never encoded anew. --set files.rows_per_file=1000 and
    files.image_bytes_per_file say how large files become.

    Example: interleaf export corpus --to json_lines --out corpus-lines
    """
    with errors_in_words(debug):
        from interleaf.export_run import load_export_settings, run_export  # noqa: PLC0415 - likewise

        options: dict[str, Any] = {"release": folder, "to": to, "out": out, "missing": missing}
        if master:
            options["spark"] = {"master": master}
        run_export(load_export_settings(sets or (), options))
