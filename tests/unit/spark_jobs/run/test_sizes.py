"""The size of the input decides how a run is cut, and how its Java starts."""

import pytest

from spark_jobs.run.sizes import quick_start, shuffle_partitions
from webdoc.run_settings import SparkSettings

MB = 1 << 20
OPTIONS = "spark.driver.extraJavaOptions"


@pytest.mark.parametrize(
    ("input_bytes", "parts"),
    [(0, 2), (512 * MB, 2), (512 * MB + 1, 3), (256 * MB * 50_000, 50_000), (1 << 60, 50_000)],
)
def test_parts_grow_with_the_input_and_end(input_bytes: int, parts: int) -> None:
    assert shuffle_partitions(input_bytes) == parts


def test_only_a_small_run_on_one_machine_starts_by_other_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INTERLEAF_CLASS_ARCHIVE", "0")
    here = SparkSettings(master="local[2]", conf={OPTIONS: "-Xss4m", "spark.x": "1"})
    quick = quick_start(here, 64 * MB - 1)
    assert quick.conf[OPTIONS].startswith("-XX:TieredStopAtLevel=1 ")
    assert quick.conf[OPTIONS].endswith(" -Xss4m")  # the last word is the user's
    assert quick.conf["spark.x"] == "1"
    assert quick_start(here, 64 * MB) is here
    elsewhere = SparkSettings(master="spark://e:7077")
    assert quick_start(elsewhere, 1) is elsewhere
