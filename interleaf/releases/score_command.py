"""`interleaf score`: scores for a finished run or release, without building it again."""

from typing import Annotated, Any

import typer

from interleaf.options import Debug, Master, Sets, errors_in_words


def score(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The --out folder of a run, or a release.")
    ],
    signals: Annotated[
        str,
        typer.Option(
            "--signals",
            metavar="NAME,NAME",
            help="Scorers of pictures, captions, texts or documents; a wrong name lists all.",
        ),
    ] = "",
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="NAME",
            help="A CLIP model, as ViT-B-32:openai: document_quality looks at vectors too.",
        ),
    ] = "",
    sets: Sets = None,
    master: Master = None,
    debug: Debug = False,
) -> None:
    """Add scores to a finished run or release: a folder scores/ beside data/.

    Documents and pictures stay as they are. What was scored already, by the same model, is not
    scored again. Card, report and Croissant file name the new columns, and interleaf select takes
    them. Nothing is left out; limits (--set scores.min.NAME=0.3) are drawn into the histograms.
    A scorer that wants a model is given its file or folder: --set scores.models.NAME=PATH

    Example: interleaf score corpus --signals sharpness,text_quality
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - likewise

        from interleaf.releases.score_run import run_score, score_settings  # noqa: PLC0415 - pyspark takes a second

        given: dict[str, Any] = {"release": folder, "model": model}
        if master:
            given["spark"] = {"master": master}
        run_score(Console(), score_settings(signals, sets or (), given))
