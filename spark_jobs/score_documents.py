"""Documents of a release -> DOCUMENT_SCORES.

spark-submit spark_jobs/score_documents.py SETTINGS.toml

Each document is scored once by each scorer of texts and of documents; what stands in the table
already is not done again, so a killed job goes on where it was.
"""

import sys
from dataclasses import dataclass, field

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.scores.documents import scores_documents
from spark_jobs.scores.releases import score_release_documents
from webdoc.run_settings import SparkSettings
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import build, read_toml


@dataclass(frozen=True, slots=True)
class ScoreDocuments:
    """What this job does when it runs alone."""

    release: str  # folder of a release
    out: str  # folder of DOCUMENT_SCORES; grows
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not scores_documents(self.scores):
            raise ValueError("no scorer: name some in scores.texts or scores.documents")


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScoreDocuments, read_toml(settings_file))
    with open_session("score_documents", settings.spark) as spark:
        score_release_documents(spark, settings.release, settings.scores, settings.out, None)


if __name__ == "__main__":
    sys.exit(launch(main))
