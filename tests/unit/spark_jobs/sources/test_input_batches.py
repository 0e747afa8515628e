"""Size decides into how many tasks, and so files, a run is cut; cores only where it is small."""

import pytest

from spark_jobs.sources.input_batches import batches_at_once, batches_of, tasks_for
from webdoc.storage.inputs import ArchiveFile

MB, GB = 1 << 20, 1 << 30
KINDS = 11  # of rows that reading writes, each into a file of its own


@pytest.mark.parametrize("cores", [10, 1000])
def test_a_snapshot_of_common_crawl_writes_under_300_000_files(cores: int) -> None:
    size = 980_000_000  # of a file of CC-MAIN-2024-51, about
    files = [ArchiveFile(f"{number}.warc.gz", "", size) for number in range(90_000)]
    batches = batches_of(files, 64 * GB)
    parts_of_a_file = 234  # of 4 MiB
    tasks = [
        tasks_for(len(batch) * size, len(batch) * parts_of_a_file, cores, len(files) * size)
        for batch in batches
    ]
    assert KINDS * sum(tasks) < 300_000
    at_once = batches_at_once(tasks, cores)
    assert at_once >= 2
    assert at_once * min(tasks[:-1]) >= min(cores, 1000)  # so that no core is idle


@pytest.mark.parametrize(
    ("size", "parts", "tasks"),
    [
        (40 * MB, 10, 10),  # all its parts
        (400 * MB, 100, 16),  # four for each core
        (1024 * MB, 256, 16),  # the largest that is cut by the number of cores
        (1025 * MB, 257, 17),  # 64 MB each
    ],
)
def test_only_a_small_run_is_cut_by_the_number_of_cores(size: int, parts: int, tasks: int) -> None:
    assert tasks_for(size, parts, 4, size) == tasks
