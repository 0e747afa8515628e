"""`interleaf sample`, `merge` and `diff`: releases made of releases, and beside each other."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words

Release = Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")]
NewFolder = Annotated[str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")]


def sample(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Release,
    out: NewFolder = "",
    share: Annotated[
        float | None,
        typer.Option("--share", help="Of the documents, above 0, up to 1.", show_default=False),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", help="How many documents.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another one gives another sample.")] = 0,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="A score or another number of documents that decides; a wrong name lists them.",
        ),
    ] = "",
    draw: Annotated[
        str,
        typer.Option(
            "--draw",
            metavar="HOW",
            help="hash, top, gumbel, pareto or density. [hash; with --by gumbel]",
            show_default=False,
        ),
    ] = "",
    temperature: Annotated[
        float, typer.Option("--temperature", help="Of gumbel: a large one looks less at COLUMN.")
    ] = 2.0,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release of some documents of a release, with their pictures; DIR stays as it is.

    The hashes of doc_ids decide, so the sample is the same on every cluster, and a smaller one with
    the same seed is a part of a larger one. With --by a number of each document decides too:

    --draw top takes the largest. gumbel draws by z / temperature, as QuRating does. pareto keeps a
    document where a Pareto number is above 1 - COLUMN, as NeMo Curator does, and says itself how
    many. density needs no COLUMN: a document is the less likely, the more others have its words.

    Example: interleaf sample corpus --share 0.01 --seed 7 --out corpus-sample

    Example: interleaf sample corpus --by document_quality --share 0.5 --out better
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_sample  # noqa: PLC0415 - Spark

        options: dict[str, Any] = {"release": folder, "out": out, "seed": seed}
        options |= {"share": share} if share is not None else {}
        options |= {"count": count} if count is not None else {}
        options |= {"by": by, "draw": draw, "temperature": temperature}
        if master:
            options["spark"] = {"master": master}
        run_sample(sets or (), options)


def merge(
    folders: Annotated[
        list[str], typer.Argument(metavar="DIR DIR2...", help="Releases of one path.")
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR3", help="A new or an empty folder.")
    ] = "",
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write one release of several, each document once; the releases stay as they are.

    Of documents with the same id, address or text the one of the first release stays. Where all of
    them have tables/signatures of the same kind, near-copies are left out too, by the rule of the
    first one.

    Example: interleaf merge corpus-may corpus-june --out corpus
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_merge  # noqa: PLC0415 - Spark

        options: dict[str, Any] = {"releases": list(folders), "out": out}
        if master:
            options["spark"] = {"master": master}
        run_merge(sets or (), options)


def diff(
    before: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    after: Annotated[str, typer.Argument(metavar="DIR2", help="Another one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Show which documents came from one release to another, which went, and why.

    A page is the same one in both if its address is. Why it is missing in one of them its tables/
    say: by which rule it went, or that it was never read. Settings and counts that differ follow.

    Example: interleaf diff corpus-may corpus-june --json
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_diff  # noqa: PLC0415 - Spark

        options: dict[str, Any] = {"before": before, "after": after}
        if master:
            options["spark"] = {"master": master}
        run_diff(options, as_json=as_json)
