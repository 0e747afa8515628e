"""`interleaf fit-quality`: weights of `document_quality` from anyone's labels."""

from pathlib import Path
from typing import Annotated

import typer

from interleaf.options import Debug, errors_in_words


def fit_quality(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="A release, such as one of `interleaf spoil`.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.json", help="The new weights.")],
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels",
            metavar="FILE.tsv",
            help='Lines "doc_id TAB label"; "good" or the name of a fault. '
            "[`spoiled` in general_metadata]",
            show_default=False,
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", min=1, help="Labelled documents of a label that are measured.")
    ] = 5_000,
    debug: Debug = False,
) -> None:
    """Fit the weights of document_quality to labels, and say how well they tell them apart.

    Documents labelled "good" count as much as all others together, each other label as much as any
    other. Of five documents one is not fitted on, and judges the fit. Where `interleaf score DIR
    --signals document_quality --model NAME` has been there, its features are taken, those of
    vectors too, and the weights name the model. Score with the file:
    --set scores.models.document_quality=weights.json

    Example: interleaf fit-quality corpus-spoiled --out weights.json
    """
    with errors_in_words(debug):
        from interleaf.releases.fit_quality_run import run_fit_quality  # noqa: PLC0415 - scipy

        run_fit_quality(folder, out, labels, most)
