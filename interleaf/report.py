"""`interleaf report`: the report of a finished run, written again."""

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs import report_again
from spark_jobs.run.java import check_java
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.tables import table_path
from webdoc.run_settings import SparkSettings


def run_report(out: str) -> None:
    """Write the report of a finished run again, and say where it is.

    Raises:
        RunFolderError: the folder holds no finished run.
    """
    console = Console()
    report_again.check(out)
    check_java()
    progress = RunProgress(["writing the report"], [1], [8])
    with (
        sole_writer(out),
        shown_run(console, "interleaf report", SparkSettings(), progress) as (spark, on_step),
    ):
        on_step(1, "writing the report")
        report_again.run(spark, out)
    console.print(f"Written: {table_path(out, report_again.REPORT)}", highlight=False, markup=False)
