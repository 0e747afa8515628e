"""`interleaf remove`: a published corpus without what somebody asked to have taken out."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def remove(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    lists: Annotated[
        list[str] | None,
        typer.Option(
            "--list",
            metavar="FILE",
            help="A line each: a URL, a host (its subdomains too), a SHA-256 or a perceptual hash; "
            "or .csv or Parquet with columns url, image_url, host, sha256, phash. Repeatable.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        str,
        typer.Option("--out", metavar="DIR2", help="A new or empty folder. [DIR-removed]"),
    ] = "",
    diff: Annotated[
        str,
        typer.Option(
            "--diff",
            metavar="FILE",
            help="What was removed and why; it stays with you. [DIR2.removed.csv]",
        ),
    ] = "",
    distance: Annotated[
        int, typer.Option("--distance", help="Bits in which a perceptual hash may differ, 0-16.")
    ] = 0,
    exports: Annotated[
        list[str] | None,
        typer.Option(
            "--export",
            metavar="DIR3",
            help="An export of DIR: it is searched for what was removed, never changed.",
            show_default=False,
        ),
    ] = None,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release without the pages, hosts and pictures that a list names; DIR stays as it is.

    A page goes as a whole; a picture goes wherever its bytes stand, and a document that loses its
    last one goes too. Only files that lose something are written anew, the others are linked. At
    the end every byte of the new release is searched for what was removed.
    Exit status 1: the search found something, 3: the list names nothing that is there.

    Example: interleaf remove corpus --list requests.txt --out corpus-2
    """
    with errors_in_words(debug):
        from interleaf.releases.remove_run import load_remove_settings, run_remove  # noqa: PLC0415 - Spark

        given: dict[str, Any] = {
            "release": folder,
            "lists": list(lists or ()),
            "out": out or f"{folder.rstrip('/')}-removed",
            "diff": diff,
            "distance": distance,
            "exports": list(exports or ()),
        }
        if master:
            given["spark"] = {"master": master}
        is_clean = run_remove(load_remove_settings(sets or (), given))
    if not is_clean:
        raise typer.Exit(1)
