"""`interleaf balance`: a release whose frequent concepts do not drown the rare ones."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def balance(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    t: Annotated[
        int | None,
        typer.Option(
            "--t", min=1, help="About how many documents a concept keeps.", show_default=False
        ),
    ] = None,
    entries: Annotated[
        str,
        typer.Option(
            "--entries",
            metavar="FILE",
            help="The concepts, one a line. [names in WordNet; titles and frequent words of DIR]",
            show_default=False,
        ),
    ] = "",
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help="Another one draws others. [0]", show_default=False),
    ] = None,
    per_language: Annotated[
        bool,
        typer.Option("--per-language", help="Each language has a t of its own, as in MetaCLIP 2."),
    ] = False,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release that is balanced over the concepts of its images; DIR stays as it is.

    MetaCLIP's way: concepts are looked for in alternative texts, captions and the sentences on
    either side of an image. One that t documents or fewer have keeps all of them, another keeps
    each with the chance t / count. A document stays if one of its images is drawn, whole. Hashes
    of doc_id, concept and seed decide, so the result is the same on every cluster.

    Example: interleaf balance corpus --t 20000 --out balanced
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_balance  # noqa: PLC0415 - Spark

        asked = {"t": t, "entries": entries, "seed": seed, "per_language": per_language}
        given = {name: value for name, value in asked.items() if value}
        options: dict[str, Any] = {"release": folder, "out": out, "balance": given}
        if master:
            options["spark"] = {"master": master}
        run_balance(sets or (), options)
