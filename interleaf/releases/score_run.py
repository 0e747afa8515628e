"""What `interleaf score` does: check, score with progress, say what was read and found."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs import score_release
from spark_jobs.run.progress import RunProgress
from spark_jobs.score_release import ScoreReleaseSettings
from webdoc.release.figures import size_text, value_text
from webdoc.scores.scorer import kind_of
from webdoc.settings import assignment_table, build, merged


def score_settings(
    signals: str, assignments: Sequence[str], given: dict[str, Any]
) -> ScoreReleaseSettings:
    """Build the settings: each signal goes to the scorers of its kind.

    Raises:
        SettingsError: a signal is none, or another setting cannot be.
    """
    kinds: dict[str, list[str]] = {}
    for name in filter(None, (part.strip() for part in signals.split(","))):
        own = kinds.setdefault(kind_of(name), [])
        own += [name] if name not in own else []
    table = merged(assignment_table(assignments), given, {"scores": kinds})
    return build(ScoreReleaseSettings, table)


def run_score(console: Console, settings: ScoreReleaseSettings) -> None:
    """Score, and print how many bytes were read and how the scores are spread.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    score_release.check(settings)  # before Spark takes its seconds to start
    title = "scoring"
    progress = RunProgress([title], [1], [2])
    with shown_run(console, "interleaf score", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        done = score_release.run(spark, settings)
    console.print(
        f"{settings.release}/scores: {done.documents:,} documents. Read {done.read_bytes:,} bytes"
        f" ({size_text(done.read_bytes)}) of {size_text(done.all_bytes)}.",
        highlight=False,
    )
    if done.unscored:
        console.print(
            f"  {done.unscored:,} documents have no score: they are empty, or their lists are of"
            " several lengths.",
            style="yellow",
        )
    for one in done.spreads:
        console.print(
            f"  {one.name}: {one.count:,} {one.of}, {value_text(one.least)} to"
            f" {value_text(one.most)}, mean {value_text(one.mean)}",
            highlight=False,
        )
