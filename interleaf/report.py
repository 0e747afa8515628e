"""`interleaf report`: the report of a finished run, written again."""

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs import report_again
from spark_jobs.run.java import check_java
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.tables import table_path
from webdoc.run_settings import SparkSettings


def run_report(out: str, compare: str = "") -> None:
    """Write the report of a finished run again, and say where it is.

    Args:
        out: folder of the run.
        compare: folder of another release to stand beside it; "": none.

    Raises:
        RunFolderError: the folder holds no finished run, or the other one no release.
    """
    console = Console()
    report_again.check(out)
    if compare:
        report_again.comparison_of(out, compare)
    check_java()
    progress = RunProgress(["writing the report"], [1], [8])
    with (
        sole_writer(out),
        shown_run(console, "interleaf report", SparkSettings(), progress) as (spark, on_step),
    ):
        on_step(1, "writing the report")
        report_again.run(spark, out, compare)
    console.print(f"Written: {table_path(out, report_again.REPORT)}", highlight=False, markup=False)
