"""`interleaf push`: a release to the Hub, after a look at what would go there."""

from typing import Annotated

import typer

from interleaf.options import Debug, errors_in_words


def push(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A release on this machine.")],
    repo: Annotated[str, typer.Argument(metavar="REPO", help="On the Hub: name/dataset.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Upload. Without it, only say what would be done.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Make a new dataset public; else it is private.")
    ] = False,
    revision: Annotated[str, typer.Option("--revision", help="Branch of the dataset.")] = "main",
    debug: Debug = False,
) -> None:
    """Upload a release to the Hugging Face Hub; without --yes nothing leaves this machine.

    What SHA256SUMS names is uploaded and nothing else, so no tables/. An upload that was stopped
    goes on when the same command is typed again: files that are there already are passed over.
    HF_TOKEN, or `hf auth login`, says who you are; HF_ENDPOINT another Hub.

    Example: interleaf push corpus somebody/corpus --yes
    """
    with errors_in_words(debug):
        from interleaf.releases.push_run import run_push  # noqa: PLC0415 - seconds

        run_push(folder, repo, revision, upload=yes, private=not public)
