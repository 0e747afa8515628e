"""`interleaf fetch` and `interleaf verify`: pictures by their URLs; whether what is there holds."""

from typing import Annotated, Any

import typer

from interleaf.options import Config, Debug, Master, Sets, errors_in_words


def fetch(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="URLS...",
            help="Lists of URLs (.txt, one a line), or .csv, .jsonl, Parquet with a column of them",
            show_default=False,
        ),
    ] = None,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder of the pictures.")] = "",
    column: Annotated[str, typer.Option("--column", help="Column that holds the URLs.")] = "url",
    config: Config = None,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Fetch pictures by their URLs: allowed, politely, checked, each stored once.

    The same command goes on where it was, and asks again where a failure may have passed.

    Example: interleaf fetch urls.txt --out pictures --set fetch.contact=https://example.org/bot
    """
    with errors_in_words(debug):
        from interleaf.fetch_run import load_fetch_settings, run_fetch  # noqa: PLC0415 - likewise

        options: dict[str, Any] = {"out": out, "column": column}
        if inputs:
            options["inputs"] = list(inputs)
        if master:
            options["spark"] = {"master": master}
        run_fetch(load_fetch_settings(config, sets or (), options))


def verify(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The --out folder of a run or a fetch.")
    ],
    links: Annotated[
        bool, typer.Option("--links", help="Also ask every URL again: does it give the same bytes?")
    ] = False,
    config: Config = None,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Look whether a release is whole, or the stored pictures of a fetch and its links.

    Of a release every checksum, column, row and picture, and whether documents, pictures, clusters,
    Croissant file and card agree. Of a fetch its pictures by their hashes, and with --links the
    web. Ends with status 1 when something is changed, missing or wrong.

    Example: interleaf verify corpus
    """
    with errors_in_words(debug):
        from interleaf.fetch_run import load_fetch_settings, run_verify  # noqa: PLC0415 - likewise

        options: dict[str, Any] = {"out": folder}
        if master:
            options["spark"] = {"master": master}
        whole = run_verify(load_fetch_settings(config, sets or (), options), links=links)
    if not whole:
        raise typer.Exit(1)
