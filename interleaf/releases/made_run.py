"""What `sample`, `balance`, `merge` and `diff` do: check, work with progress, say what came."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from interleaf.display import cell, shown_run
from spark_jobs.derived import balance, difference, merge, near_targets, sample, semantic_copies
from spark_jobs.derived.balance import BalanceReleaseSettings
from spark_jobs.derived.difference import Difference, DifferenceSettings, Group
from spark_jobs.derived.merge import MergeSettings
from spark_jobs.derived.near_targets import NearTargetsSettings
from spark_jobs.derived.release import Derived
from spark_jobs.derived.sample import SampleSettings
from spark_jobs.derived.semantic_copies import SemanticCopiesSettings
from spark_jobs.run.java import check_java
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.session import Session
from webdoc.reasons import reason_text
from webdoc.release.figures import size_text
from webdoc.settings import assignment_table, build, merged

Settings = TypeVar(
    "Settings",
    SampleSettings,
    MergeSettings,
    BalanceReleaseSettings,
    NearTargetsSettings,
    SemanticCopiesSettings,
)
Made = TypeVar("Made")
_WORDS = {
    difference.NOT_READ: "it never read such a page",
    difference.UNKNOWN: "it has no tables/ that would say why",
}
_SHOWN = 20  # settings and rows of the funnel
_SPARK_JOBS = 25  # that a release takes, roughly: for the progress


def run_sample(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Write a sample, and say what is in it.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    settings = build(SampleSettings, merged(assignment_table(assignments), options))
    sample.check_settings(settings)
    _make_and_say("sample", "sampling", sample.run, settings)


def run_balance(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Write a balanced release, and say what is in it; errors as of `run_sample`."""
    settings = build(BalanceReleaseSettings, merged(assignment_table(assignments), options))
    balance.check(settings)
    _make_and_say("balance", "balancing", balance.run, settings)


def run_near(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Write a release of what is near target vectors; errors as of `run_sample`."""
    settings = build(NearTargetsSettings, merged(assignment_table(assignments), options))
    near_targets.check(settings)
    _make_and_say("near", "sampling", near_targets.run, settings)


def run_dedup(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Write a release without semantic copies; errors as of `run_sample`."""
    settings = build(SemanticCopiesSettings, merged(assignment_table(assignments), options))
    semantic_copies.check(settings)
    _make_and_say("dedup", "comparing vectors", semantic_copies.run, settings)


def run_merge(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Merge releases, and say what is in the new one.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    settings = build(MergeSettings, merged(assignment_table(assignments), options))
    merge.check_settings(settings)
    console = Console()
    made = _made(console, "merge", "merging", merge.run, settings)
    _say(console, settings.out, made.release)
    if not made.compared:
        console.print(
            "Near-copies were not looked for: not every release has tables/signatures of the same"
            " kind.",
            style="yellow",
        )


def _make_and_say(
    command: str, title: str, run: Callable[[Session, Settings], Derived], settings: Settings
) -> None:
    console = Console()
    _say(console, settings.out, _made(console, command, title, run, settings))


def _made(
    console: Console,
    command: str,
    title: str,
    run: Callable[[Session, Settings], Made],
    settings: Settings,
) -> Made:
    """Run a job that makes a release, with its progress."""
    check_java()
    progress = RunProgress([title], [1], [_SPARK_JOBS])
    with shown_run(console, f"interleaf {command}", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        return run(spark, settings)


def _say(console: Console, out: str, made: Derived) -> None:
    console.print(
        f"{out}: {made.documents:,} documents with {made.images:,} images in {made.files:,} files,"
        f" {size_text(made.size_bytes)}; {made.documents_left_out:,} documents are not in it.",
        highlight=False,
        markup=False,
    )


def run_diff(options: dict[str, Any], *, as_json: bool) -> None:
    """Compare two releases, and print a table or JSON.

    Raises:
        RunFolderError: a folder holds no whole release.
    """
    settings = build(DifferenceSettings, options)
    difference.check(settings)
    check_java()
    console = Console()
    progress = RunProgress(["comparing"], [1], [10])
    shown = Console(stderr=True) if as_json else console
    with shown_run(shown, "interleaf diff", settings.spark, progress) as (spark, on_step):
        on_step(1, "comparing")
        found = difference.run(spark, settings)
    if as_json:
        print(found.as_json(), end="")
    else:
        _print_difference(console, found)


def _print_difference(console: Console, found: Difference) -> None:
    table = Table(title=f"{found.same:,} documents are the same", title_justify="left")
    for name in ("", "why", "documents", "such as"):
        table.add_column(name, justify="right" if name == "documents" else "left", overflow="fold")
    for what, groups in (("came", found.came), ("went", found.went), ("changed", found.changed)):
        for group in groups:
            table.add_row(what, cell(_why(what, group)), f"{group.documents:,}", cell(_such(group)))
    console.print(table)
    rows = [f"{key}: {a!r}, now {b!r}" for key, (a, b) in found.settings.items()]
    rows += [f"{level}, {reason}: {a:,}, now {b:,}" for level, reason, a, b in found.funnel]
    for line in rows[:_SHOWN]:
        console.print(f"  {line}", markup=False, highlight=False)
    if len(rows) > _SHOWN:
        console.print(f"  and {len(rows) - _SHOWN:,} more: --json has all of them")


def _why(what: str, group: Group) -> str:
    if what == "changed":
        return group.reason.replace("_", " ")
    return f"{group.reason}: {_WORDS.get(group.reason) or reason_text(group.reason)}"


def _such(group: Group) -> str:
    return ", ".join(group.examples[:2])
