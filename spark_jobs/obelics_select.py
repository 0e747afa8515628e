"""An index of captures -> SELECTED: which records the run reads.

spark-submit spark_jobs/obelics_select.py SETTINGS.toml
"""

import sys

from pyspark.sql import SparkSession

from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.run.launch import launch
from spark_jobs.run.obelics import prepare
from spark_jobs.run.session import open_session
from spark_jobs.sources.input_doors import select_inputs


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write SELECTED, unless it is there, and note which files hold its records."""
    select_inputs(spark, settings.out, settings.archives, settings.index)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_select", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
