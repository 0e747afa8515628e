"""`interleaf spoil`: labelled copies of a release, spoiled on purpose, to test a score by."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def spoil(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    kinds: Annotated[
        str,
        typer.Option(
            "--kinds",
            metavar="A,B",
            help="images_foreign, images_same_domain, images_shuffled, paragraphs_foreign, "
            "paragraphs_shuffled, boilerplate, words_shuffled. [all]",
        ),
    ] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all chance.")] = 0,
    copies_only: Annotated[
        bool, typer.Option("--copies-only", help="Leave out the documents as they were.")
    ] = False,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release of documents and of copies that are spoiled in one way each, with labels.

    A score of quality that is any good tells a document from its copies. The label is `spoiled` in
    general_metadata: a kind, or "good". The same release, kinds and seed give the same copies. Of a
    kind that cannot be done to a document there is no copy: a single image cannot be shuffled.
    --set doses.paragraphs=0.3 says how much is spoiled. Of a release of `interleaf mmc4` data/ is
    spoiled, and mmc4/ and jsonl/ are left out.

    Example: interleaf spoil corpus --out corpus-spoiled --kinds images_foreign,boilerplate --seed 1
    """
    with errors_in_words(debug):
        from interleaf.releases.spoil_run import load_spoil_settings, run_spoil  # noqa: PLC0415 - Spark

        given: dict[str, Any] = {"release": folder, "out": out, "seed": seed}
        given["keep_good"] = not copies_only
        if kinds:
            given["kinds"] = [kind.strip() for kind in kinds.split(",") if kind.strip()]
        if master:
            given["spark"] = {"master": master}
        run_spoil(load_spoil_settings(sets or (), given))
