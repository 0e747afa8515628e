"""`interleaf balance`, `near` and `dedup`: what a release has too much of, and what is wanted."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words

Vectors = Annotated[
    str,
    typer.Option(
        "--vectors",
        metavar="FOLDER",
        help="Vectors of the pictures. [tables/image_vectors of DIR]",
        show_default=False,
    ),
]
Clusters = Annotated[
    int | None,
    typer.Option("--clusters", min=1, help="Of k-means. [one for 100 vectors]", show_default=False),
]


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


def near(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    targets: Annotated[
        str,
        typer.Option(
            "--targets",
            metavar="FILE",
            help="Vectors: .npz with vectors and model, or tables/image_vectors of another run.",
        ),
    ] = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    vectors: Vectors = "",
    clusters: Clusters = None,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release of documents that show what target vectors show; DIR stays as it is.

    DataComp's image-based sampling: the pictures' CLIP vectors, which a run with clip.model
    has, are clustered by k-means, and the cluster nearest to each target counts. A document stays,
    whole, if it shows a picture of one of these. Targets must be of the same model.

    Example: interleaf near corpus --targets imagenet.npz --out near-imagenet
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_near  # noqa: PLC0415 - Spark

        options: dict[str, Any] = {"release": folder, "out": out, "targets": targets}
        run_near(sets or (), options | _of_vectors(vectors, clusters, master))


def dedup(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release: the --out of a run.")],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR2", help="A new or an empty folder.")
    ] = "",
    of: Annotated[
        str, typer.Option("--of", metavar="images|documents", help="What is compared.")
    ] = "images",
    max_cosine: Annotated[
        float | None,
        typer.Option(
            "--max-cosine", help="Of two that are nearer one goes. [0.95]", show_default=False
        ),
    ] = None,
    keep: Annotated[
        str,
        typer.Option(
            "--keep",
            metavar="RULE",
            help="Which stays: largest, typical or unusual in its cluster. [largest]",
            show_default=False,
        ),
    ] = "",
    vectors: Vectors = "",
    clusters: Clusters = None,
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Write a release without pictures, or documents, that mean nearly the same; DIR stays.

    SemDeDup: CLIP vectors, which a run with clip.model has, are clustered, and within a
    cluster what is nearer than --max-cosine to one that stays goes. Pictures are taken out of
    documents, which go where none is left. The vector of a document is the mean of those of its
    pictures and texts.

    Example: interleaf dedup corpus --of images --max-cosine 0.95 --out fewer
    """
    with errors_in_words(debug):
        from interleaf.releases.made_run import run_dedup  # noqa: PLC0415 - Spark

        limits = {"max_cosine": max_cosine, "keep": keep}
        copies = {name: value for name, value in limits.items() if value not in (None, "")}
        options: dict[str, Any] = {"release": folder, "out": out, "of": of, "copies": copies}
        run_dedup(sets or (), options | _of_vectors(vectors, clusters, master))


def _of_vectors(vectors: str, clusters: int | None, master: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"vectors": vectors}
    if clusters:
        given["clusters"] = {"clusters": clusters}
    if master:
        given["spark"] = {"master": master}
    return given
