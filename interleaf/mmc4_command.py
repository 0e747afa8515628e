"""`interleaf mmc4`: images placed among the sentences of a text corpus."""

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from interleaf.options import (
    Config,
    Debug,
    Fresh,
    From,
    Master,
    Out,
    Resume,
    Sets,
    errors_in_words,
    given_table,
)

Inputs = list[str] | None
Texts = Annotated[
    Inputs,
    typer.Option(
        "--texts",
        metavar="INPUT...",
        help="JSONL, Parquet or plain text: paths, folders, globs, lists, s3://, https://; "
        "of WARC files the main text.",
        show_default=False,
    ),
]
Pages = Annotated[
    Inputs,
    typer.Option(
        "--pages",
        metavar="WARC_OR_WAT...",
        help="Archives of the texts' pages, whose images are candidates.",
        show_default=False,
    ),
]
Pool = Annotated[
    Inputs,
    typer.Option(
        "--pool",
        metavar="IMAGES...",
        help="A release, Parquet files or a folder of pictures: the nearest ones of each text "
        "are candidates.",
        show_default=False,
    ),
]
Given = Annotated[
    Inputs,
    typer.Option(
        "--given",
        metavar="TABLE...",
        help="A table that says which images belong to which text.",
        show_default=False,
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME[:PRETRAINED]",
        help="A model of open_clip, such as ViT-L-14:openai, or local-dir:FOLDER.",
        show_default=False,
    ),
]
Of = Annotated[
    str,
    typer.Option(
        "--of",
        metavar="DIR",
        help="With --from placing: begin with what the finished run in DIR had made by then, not "
        "with the run in --out. Needs no model, and leaves DIR as it is.",
        show_default=False,
    ),
]
FromVectors = Annotated[
    str,
    typer.Option(
        "--from-vectors",
        metavar="DIR",
        help="The same as --from placing --of DIR.",
        show_default=False,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help="Settings to start from: default, mmc4, mmc4-core, mmc4-ff, datacomp, laion.",
        show_default=False,
    ),
]
_PLACING = "placing"  # the step that can begin with the tables of another run
_MANY = ("--texts", "--pages", "--pool", "--given")


class ManyValues(TyperCommand):
    """A command whose options of inputs take any number of values, as a shell's globs give them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line."""
        rest: list[str] = super().parse_args(ctx, spread(args))
        return rest


def spread(arguments: list[str]) -> list[str]:
    """Repeat the name of an option of inputs before each of its values.

    >>> spread(["--texts", "a", "b", "--resume", "--pool=c", "d"])
    ['--texts', 'a', '--texts', 'b', '--resume', '--pool=c', '--pool', 'd']
    """
    result: list[str] = []
    of = ""  # the option whose values may follow
    has_value = False
    for argument in arguments:
        if argument.startswith("-"):
            name, has_equals, _ = argument.partition("=")
            of = name if name in _MANY else ""
            has_value = bool(has_equals)
        else:
            result += [of] if of and has_value else []
            has_value = True
        result.append(argument)
    return result


def begins_with(start: str, of: str, from_vectors: str) -> tuple[str, str]:
    """Return the step at which the run in --out begins anew, and the other run that is begun with.

    Args:
        start: of --from.
        of: of --of.
        from_vectors: of --from-vectors, another spelling of `--from placing --of DIR`.

    Returns:
        Either may be "": a run that begins with another one is new.

    Raises:
        SettingsError: the options contradict each other.

    >>> begins_with("placing", "corpus", ""), begins_with("", "", "corpus")
    (('', 'corpus'), ('', 'corpus'))
    >>> begins_with("publishing", "", "")
    ('publishing', '')
    """
    from webdoc.settings import SettingsError  # noqa: PLC0415 - `--help` needs none of it

    if from_vectors:
        if of and of != from_vectors:
            raise SettingsError(
                f"--from-vectors {from_vectors} and --of {of} name two runs to begin with: give one"
            )
        start, of = start or _PLACING, from_vectors
    if not of:
        return start, ""
    if start != _PLACING:
        asked = f"--from {start}" if start else "no --from"
        raise SettingsError(
            f"--of {of} with {asked}: only placing can begin with the tables of another run. Give "
            f"--from placing --of {of}, or begin anew at another step in its own folder, with "
            f"--from STEP --out {of}."
        )
    return "", of


def mmc4(  # noqa: PLR0913, PLR0917 - one parameter an option
    texts: Texts = None,
    pages: Pages = None,
    pool: Pool = None,
    given: Given = None,
    model: Model = "",
    out: Out = "",
    of: Of = "",
    from_vectors: FromVectors = "",
    preset: Preset = None,
    config: Config = None,
    sets: Sets = None,
    master: Master = None,
    resume: Resume = False,
    fresh: Fresh = False,
    start: From = "",
    debug: Debug = False,
) -> None:
    """Place images among the sentences of texts, by the similarity of CLIP vectors.

    Images come from the texts' own pages, from a pool, or from a table; weights of a model are
    fetched by open_clip at the first use. The release opens with datasets.load_dataset(DIR).
    Exit status 3: no document was kept, so the release has no rows.

    Example: interleaf mmc4 --texts c4/*.json.gz --pages crawl/*.warc.gz --model ViT-L-14:openai
    --out corpus

    The same images placed by other rules, in minutes: interleaf mmc4 --from placing --of corpus
    --set placement.min_similarity=0.3 --out stricter
    """
    with errors_in_words(debug):
        start, of = begins_with(start, of, from_vectors)
        from interleaf.mmc4_run import run_mmc4  # noqa: PLC0415 - pyspark takes a second
        from spark_jobs.run.mmc4 import settings_for  # noqa: PLC0415 - likewise

        table = given_table(
            preset,
            texts=list(texts or ()),
            pages=list(pages or ()),
            pool=list(pool or ()),
            given=list(given or ()),
            out=out,
            from_vectors=of,
        )
        if model:
            table["clip"] = {"model": model}
        if master:
            table["spark"] = {"master": master}
        settings = settings_for(config, sets or (), table)
        status = run_mmc4(settings, resume=resume, fresh=fresh, start=start)
    raise typer.Exit(status)
