"""What `interleaf remove` does: check, write with progress, say what came of it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import remove
from spark_jobs.derived.release import check
from spark_jobs.derived.remove import Removal, RemoveSettings
from spark_jobs.derived.search import Find
from spark_jobs.run.java import check_java
from spark_jobs.run.progress import RunProgress
from webdoc.release.escaping import one_line
from webdoc.release.figures import size_text
from webdoc.settings import assignment_table, build, merged

_SHOWN = 5


def load_remove_settings(assignments: Sequence[str], given: dict[str, Any]) -> RemoveSettings:
    """Build the settings of a removal: assignments, then what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return build(RemoveSettings, merged(assignment_table(assignments), given))


def run_remove(settings: RemoveSettings) -> bool:
    """Remove, print what came of it, and tell whether the search found nothing.

    Raises:
        SettingsError, RunFolderError, NothingNamedError: the message says why.
    """
    lists = remove.lists_of(settings)  # before Spark takes its seconds to start
    check([settings.release], settings.out)
    check_java()
    console = Console()
    title = "removing"
    progress = RunProgress([title], [1], [30])
    with shown_run(console, "interleaf remove", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        removal = remove.run(spark, settings, lists)
    return _said(console, settings, removal)


def _said(console: Console, settings: RemoveSettings, removal: Removal) -> bool:
    new = removal.release
    console.print(
        f"{settings.out}: {new.documents:,} documents with {new.images:,} images,"
        f" {size_text(new.size_bytes)}. {new.documents_left_out:,} documents were taken out,"
        f" {new.documents_edited:,} lost some of their pictures.",
        highlight=False,
        markup=False,
    )
    console.print(
        f"What was named, and where it stood: {settings.diff_file}. It is no part of the release;"
        " keep it to yourself.",
        highlight=False,
        markup=False,
    )
    console.print(
        f"{settings.release} is as it was and still holds all of it, in its tables/ too: delete it"
        " when nobody needs it. An export of it has to be made again from the new release, with"
        " `interleaf export`, and the old one deleted.",
        highlight=False,
        markup=False,
    )
    mentions = [find for find in removal.finds if find.is_mention]
    rest = [find for find in removal.finds if not find.is_mention]
    if mentions:
        _list(console, "Texts of others that cite an address which was removed", mentions, "yellow")
    own = [find for find in rest if find.folder == settings.out]
    exported = [find for find in rest if find.folder != settings.out]
    if exported:
        _list(console, "Exports that still hold what was removed: make them again", exported, "red")
    if own:
        _list(console, "The search found what was removed; please report it", own, "red")
    else:
        console.print(
            f"Every byte of {settings.out} was searched for it: it is gone.",
            highlight=False,
            markup=False,
        )
    return not rest


def _list(console: Console, title: str, finds: list[Find], style: str) -> None:
    console.print(f"{title} ({len(finds):,}):", style=style, markup=False)
    for find in finds[:_SHOWN]:
        column = f", column {find.column}" if find.column else ""
        console.print(
            f"  {one_line(find.what)} in {find.folder}/{find.path}{column}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if len(finds) > _SHOWN:
        console.print("  …")
