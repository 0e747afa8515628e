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
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release of some documents of a release, with their pictures; DIR stays as it is.

    The hashes of doc_ids decide, so the sample is the same on every cluster, and a smaller one with
    the same seed is a part of a larger one.

    Example: interleaf sample corpus --share 0.01 --seed 7 --out corpus-sample
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_sample  # noqa: PLC0415 - Spark

        options: dict[str, Any] = {"release": folder, "out": out, "seed": seed}
        options |= {"share": share} if share is not None else {}
        options |= {"count": count} if count is not None else {}
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
