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
FromVectors = Annotated[
    str,
    typer.Option(
        "--from-vectors",
        metavar="DIR",
        help="Place the candidates of a finished run again, by other settings: no model.",
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


def mmc4(  # noqa: PLR0913, PLR0917 - one parameter an option
    texts: Texts = None,
    pages: Pages = None,
    pool: Pool = None,
    given: Given = None,
    model: Model = "",
    out: Out = "",
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
    """
    with errors_in_words(debug):
        from interleaf.mmc4_run import run_mmc4  # noqa: PLC0415 - pyspark takes a second
        from spark_jobs.run.mmc4 import settings_for  # noqa: PLC0415 - likewise

        table = given_table(
            preset,
            texts=list(texts or ()),
            pages=list(pages or ()),
            pool=list(pool or ()),
            given=list(given or ()),
            out=out,
            from_vectors=from_vectors,
        )
        if model:
            table["clip"] = {"model": model}
        if master:
            table["spark"] = {"master": master}
        settings = settings_for(config, sets or (), table)
        status = run_mmc4(settings, resume=resume, fresh=fresh, start=start)
    raise typer.Exit(status)
