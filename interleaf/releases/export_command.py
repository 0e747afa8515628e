"""`interleaf export`: a release in another form, for those who train on it."""

from typing import Annotated, Any, Literal

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="NAME",
            help="The form: parquet (Hugging Face datasets), webdataset, energon (Megatron), mds"
            " (MosaicML), mmc4 (OpenFlamingo), llava (LLaVA, ms-swift), json_lines.",
        ),
    ] = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    missing: Annotated[
        Literal["error", "skip_image", "skip_document"],
        typer.Option("--missing", help="What becomes of pictures whose bytes are not there."),
    ] = "skip_image",
    shard_size: Annotated[
        str, typer.Option("--shard-size", metavar="SIZE", help="Of a shard: 256MB, 1GB, 500000.")
    ] = "1GB",
    escape: Annotated[
        list[str] | None,
        typer.Option(
            "--escape",
            metavar="TEXT",
            help="A marker of your reader, such as <image>: where a page's text holds it, its angle"
            " brackets are written as &lt; and &gt;. mmc4 and llava do so with theirs by"
            " themselves. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[  # noqa: ARG001 - a stopped export goes on by itself, also when told to
        bool, typer.Option("--resume", help="Go on with a stopped export; it does so by itself.")
    ] = False,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write the documents of a finished run in another form; the run stays as it is.

    Pictures are copied as they are, never encoded anew. Shards are the same on every cluster. An
    export that was stopped goes on where it was when the same command is typed again.

    Example: interleaf export corpus --to webdataset --out corpus-tars --shard-size 500MB
    """
    with errors_in_words(debug):
        from interleaf.releases.export_run import load_export_settings, run_export  # noqa: PLC0415 - likewise

        options: dict[str, Any] = {"release": folder, "to": to, "out": out, "missing": missing}
        if escape:
            options["escape"] = escape
        if master:
            options["spark"] = {"master": master}
        run_export(load_export_settings(sets or (), options, shard_size))
