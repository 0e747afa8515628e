"""What a run with scorers needs before it begins."""

from spark_jobs.run.clip import works_here
from webdoc.run_settings import SparkSettings
from webdoc.scores.scored_caption import WORDS_BY
from webdoc.scores.scorer import KINDS, ScoreSettings, load_scorer, needs_of


def check_scorers(scores: ScoreSettings, spark: SparkSettings) -> None:
    """Load every scorer that is asked for once; elsewhere only the workers know what they have.

    Raises:
        SettingsError: an extra is not installed, or a model cannot be had.
    """
    if not works_here(spark):
        return
    for kind in KINDS:
        for name in scores.names(kind):
            load_scorer(name, kind, scores.models.get(name, ""))
    if any("words" in needs_of(name) for name in scores.captions):
        load_scorer(WORDS_BY, "pictures")
