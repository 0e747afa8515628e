"""The command `interleaf`. Every error is a sentence on what is wrong and one on how to mend it."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from typer.core import TyperGroup

from interleaf.fetch_commands import fetch, verify
from interleaf.mmc4_command import ManyValues, mmc4
from interleaf.options import (
    Config,
    Crawl,
    Debug,
    Fresh,
    From,
    IndexPath,
    Master,
    Out,
    Resume,
    Sets,
    Where,
    errors_in_words,
    given_index,
    given_table,
)
from interleaf.releases.balance_command import balance, dedup, near
from interleaf.releases.export_command import export
from interleaf.releases.fit_quality_command import fit_quality
from interleaf.releases.import_command import import_
from interleaf.releases.made_commands import diff, merge, sample
from interleaf.releases.push_command import push
from interleaf.releases.remove_command import remove
from interleaf.releases.score_command import score
from interleaf.releases.select_command import select
from interleaf.releases.spoil_command import spoil
from webdoc.version import VERSION

_WHOLE: Final = 500  # characters of a first sentence, which has fewer


class Commands(TyperGroup):
    """The commands, each with its whole first sentence; typer would cut it at the line's end."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(limit=_WHOLE)) for name, one in found if one]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


app = typer.Typer(
    name="interleaf",
    no_args_is_help=True,
    add_completion=False,
    cls=Commands,
    context_settings={"max_content_width": 110},  # so that few examples are cut
    rich_markup_mode=None,  # rich and its Markdown take longer to import than all the rest
    pretty_exceptions_enable=False,
    help="Turn web archives into corpora where text and images stand in reading order.",
    epilog="New here? Type interleaf demo; it takes a minute and needs no network.",
)

Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help="Settings to start from: default, obelics, datacomp, laion, metaclip, omnicorpus.",
        show_default=False,
    ),
]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"interleaf {VERSION}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn web archives into corpora where text and images stand in reading order."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder of the result.")] = Path("demo-out"),
    debug: Debug = False,
) -> None:
    """Run the sample that comes with the package, and say where to look.

    The sample is a small web of our own making: 40 and more pages, captured into one WARC file.

    Example: interleaf demo --out demo-out
    """
    with errors_in_words(debug):
        from interleaf.demo import run_demo  # noqa: PLC0415 - pyspark takes a second to import

        run_demo(str(out))


@app.command()
def doctor(debug: Debug = False) -> None:
    """Check Java, Spark, models and storage here, and say how to mend what is missing.

    Example: interleaf doctor
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - `--help` does not need it

        from interleaf.doctor import run_doctor  # noqa: PLC0415 - likewise

        status = run_doctor(Console())
    raise typer.Exit(status)


@app.command()
def page(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Annotated[Path | None, typer.Argument(help="An HTML file.", show_default=False)] = None,
    url: Annotated[str, typer.Option("--url", help="The page's URL, to resolve links.")] = "",
    list_file: Annotated[
        str,
        typer.Option(
            "--list", metavar="FILE.tsv", help='Lines "path TAB url"; - is standard input.'
        ),
    ] = "",
    preset: Preset = None,
    config: Config = None,
    sets: Sets = None,
    to: Annotated[
        Literal["json", "text", "markdown"],
        typer.Option("--to", help="json: everything. text, markdown: what stays, to read."),
    ] = "json",
    keep_html: Annotated[
        bool, typer.Option("--keep-html", help="Add the simplified HTML.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Print what extraction makes of a page: JSON, one object or one a line with --list, or text.

    Without --preset no rule is applied. With it, each node and the page carry the reason for
    which the preset leaves them out; `texts` and `images`, text and Markdown hold what stays.

    Example: interleaf page article.html --url https://example.org/article --to markdown
    """
    with errors_in_words(debug):
        from interleaf.pages import PageReader, print_json, read_list, readable  # noqa: PLC0415
        from obelics_like.rules.mark_document import Rules  # noqa: PLC0415
        from obelics_like.settings import load_settings  # noqa: PLC0415
        from webdoc.settings import SettingsError  # noqa: PLC0415

        if bool(file) == bool(list_file):
            raise SettingsError("Give either one HTML file or --list FILE.tsv.")
        if list_file and to != "json":
            raise SettingsError(f"--to {to} shows one page. Give one HTML file, or --to json.")
        options = given_table(preset)
        if keep_html:
            options["extraction"] = {"keep_html": True}
        settings = load_settings(config, sets or (), options)
        judged = preset is not None or config is not None
        reader = PageReader(settings, Rules.load(settings) if judged else None)
        try:
            if file and to != "json":
                typer.echo(readable(reader.document(str(file), url), to), nl=False)
            elif file:
                print_json([reader.read(str(file), url)])
            elif list_file == "-":
                print_json(read_list(reader, sys.stdin))
            else:
                with open(list_file, encoding="utf-8") as lines:
                    print_json(read_list(reader, lines))
        except OSError as error:
            raise SettingsError(f"Cannot read {error.filename}: {error.strerror}.") from error


@app.command()
def obelics(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="WARC, ARC or WACZ files: paths, folders, globs, .paths lists, s3://, https://",
            show_default=False,
        ),
    ] = None,
    out: Out = "",
    preset: Preset = None,
    config: Config = None,
    sets: Sets = None,
    master: Master = None,
    resume: Resume = False,
    fresh: Fresh = False,
    start: From = "",
    earlier: Annotated[
        list[str] | None,
        typer.Option(
            "--earlier",
            metavar="DIR",
            help="Folder of a finished run: its near-copies are left out; can be repeated.",
            show_default=False,
        ),
    ] = None,
    index: IndexPath = "",
    crawl: Crawl = "",
    where: Where = "",
    keep_html: Annotated[
        bool, typer.Option("--keep-html", help="Keep each document's simplified HTML in tables/.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Build a corpus of interleaved text and images from web archives.

    Every record of the inputs is looked at and accounted for; rules mark, and only publishing
    leaves marked things out. The release opens with datasets.load_dataset(DIR).
    Exit status 3: no document was kept, so the release has no rows.

    Example: interleaf obelics crawl/*.warc.gz --out corpus --set images.source=none

    Example: interleaf obelics --crawl CC-MAIN-2024-22 --where "content_languages = 'isl'"
    --set index.sample=0.01 --out corpus --set images.source=none
    """
    with errors_in_words(debug):
        from interleaf.obelics_run import run_obelics  # noqa: PLC0415 - pyspark takes a second to import
        from obelics_like.settings import load_settings  # noqa: PLC0415

        options = given_table(preset, inputs=list(inputs or ()), out=out)
        if master:
            options["spark"] = {"master": master}
        if earlier:
            options["near_duplicates"] = {"earlier": earlier}
        if keep_html:
            options["extraction"] = {"keep_html": True}
        if selected := given_index(index, crawl, where):
            options["index"] = selected
        settings = load_settings(config, sets or (), options)
        status = run_obelics(settings, resume=resume, fresh=fresh, start=start)
    raise typer.Exit(status)


@app.command()
def estimate(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT...", help="As of `interleaf obelics`.", show_default=False),
    ] = None,
    preset: Preset = None,
    config: Config = None,
    sets: Sets = None,
    cores: Annotated[int, typer.Option("--cores", min=1, help="Of the cluster.")] = 100,
    seconds: Annotated[float, typer.Option("--seconds", help="To spend on the sample.")] = 20.0,
    debug: Debug = False,
) -> None:
    """Tell what reading takes in `interleaf obelics`, and what it gives, from a sample; no Spark.

    Parts spread over the archives are read as the run reads them. Ranges hold for 95 of 100
    samples, if the parts of the archives differ by chance. Time is that of reading pages into
    marked documents alone: finding or fetching images, duplicates and publishing come on top.

    Example: interleaf estimate crawl/*.warc.gz --cores 500
    """
    with errors_in_words(debug):
        from interleaf.estimate import run_estimate  # noqa: PLC0415 - seconds
        from obelics_like.settings import load_settings  # noqa: PLC0415

        options = given_table(preset, inputs=list(inputs or ()))
        run_estimate(load_settings(config, sets or (), options), seconds, cores)


app.command(cls=ManyValues)(mmc4)
app.command()(export)
app.command()(remove)
app.command()(select)
app.command()(score)
app.command()(spoil)
app.command()(fit_quality)
app.command(name="import")(import_)
app.command()(sample)
app.command()(balance)
app.command()(near)
app.command()(dedup)
app.command()(merge)
app.command()(diff)
app.command()(push)
app.command()(fetch)
app.command()(verify)


@app.command()
def explain(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    wanted: Annotated[str, typer.Argument(metavar="URL_OR_ID", help="A page URL or a doc_id.")],
    debug: Debug = False,
) -> None:
    """Show the way of one page: kept or left out, by which rule and value, node by node.

    Example: interleaf explain demo-out https://blog.example/2023/05/rye/
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - `--help` does not need it

        from interleaf.explain import explain as show  # noqa: PLC0415 - pyspark takes a second

        show(Console(), folder, wanted)


@app.command()
def report(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    compare: Annotated[
        str,
        typer.Option(
            "--compare",
            metavar="DIR",
            help="Another release: its counts and settings stand beside those of this one.",
            show_default=False,
        ),
    ] = "",
    debug: Debug = False,
) -> None:
    """Write the report of a finished run again, from its tables.

    Example: interleaf report july --compare june
    """
    with errors_in_words(debug):
        from interleaf.report import run_report  # noqa: PLC0415 - pyspark takes a second to import

        run_report(folder, compare)


@app.command()
def clean(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    keep: Annotated[
        str,
        typer.Option(
            "--keep",
            metavar="release|resume",
            help="release: the release alone, no tables. resume: also what --earlier, report and "
            "explain of later runs read, without what steps handed on to each other.",
        ),
    ] = "resume",
    debug: Debug = False,
) -> None:
    """Remove tables of a finished run that are no longer needed, and say how much that freed.

    Example: interleaf clean corpus --keep release
    """
    with errors_in_words(debug):
        from rich.console import Console  # noqa: PLC0415 - `--help` does not need it

        from interleaf.clean import run_clean  # noqa: PLC0415 - pyspark takes a second to import

        run_clean(Console(), folder, keep)


def main() -> None:
    """Run the command line."""
    app()
