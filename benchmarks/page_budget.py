"""What the budget of a page costs ordinary pages.

python -m benchmarks.page_budget [--pairs 5] [--repeat 40]

The pages of the sample, as many as a task has, are read in the process itself, with nothing to hold
them, and under the supervisor of a task: a fork, and for each page its notes, two timers and the
bound on memory. Both are timed in one run, in turns, by the processor's time of the process and of
its child.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable

from interleaf.sample import sample_path
from obelics_like.record_rows import rows_of
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import load_settings
from spark_jobs.run.supervised import guard_of, supervised
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.page.budget import BudgetSettings
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of


def cpu_s(work: Callable[[], int]) -> float:
    """Return the processor's time that a piece of work takes, of children that ended too."""
    before = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    of_children = (after[1].ru_utime - before[1].ru_utime) + (
        after[1].ru_stime - before[1].ru_stime
    )
    return after[0] - before[0] + of_children


def main() -> None:
    """Print the ratio of each pair, and their median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=40, help="times the pages of the sample")
    asked = parser.parse_args()
    settings, reading = load_settings(), ReadSettings()
    rules = Rules.load(settings)
    files = expand_inputs([str(sample_path())], reading.storage)
    pages = [
        one
        for split in splits_of(files, 1 << 30)
        for one in read_captures(split, reading)
        if one.kind == Kind.PAGE
    ] * asked.repeat

    def work() -> int:
        return len(list(rows_of(pages, "", settings.extraction, rules)))

    work()  # models and tables are in memory from here on
    with tempfile.TemporaryDirectory() as out:
        guard = guard_of(out, BudgetSettings())
        ratios = []
        for number in range(asked.pairs):
            runs = [work, lambda: supervised(work, guard)]
            order = (0, 1) if number % 2 else (1, 0)
            took = {which: cpu_s(runs[which]) for which in order}
            ratios.append(took[1] / took[0])
            print(f"{len(pages)} pages: {took[0]:.3f} s bare, ratio {ratios[-1]:.4f}", flush=True)
    print(f"median of {asked.pairs} ratios: {statistics.median(ratios):.4f}")


if __name__ == "__main__":
    main()
