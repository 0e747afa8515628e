"""What a run will take and give, from a sample of its input."""

from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from interleaf.cli import app
from interleaf.estimate import input_of, sampled
from interleaf.sample import sample_path
from obelics_like.estimate import Range, SplitSample, estimate, sample_order
from obelics_like.settings import load_settings

SPLIT = SplitSample(100, 2.0, 10, 5, 3, 40, 20, 0)


def test_the_whole_is_what_each_byte_of_the_sample_gave() -> None:
    """Of 1,000 bytes 300 were read: 30 + 60 records in 100 + 200 bytes, 300 in all."""
    samples = [replace(SPLIT, records=30), replace(SPLIT, read_bytes=200, records=60)]
    found = estimate(samples, 1_000)
    assert found.records == Range(300.0, 300.0, 300.0)
    assert found.documents.value == pytest.approx(6 * 1_000 / 300)


def test_parts_that_differ_make_a_range() -> None:
    """Rate 0.2 a byte; errors of +10 and -10; 0.8 of the bytes unread: 2 * 5 * sqrt(0.8 * 400)."""
    samples = [replace(SPLIT, records=30), replace(SPLIT, records=10)]
    found = estimate(samples, 1_000).records
    error = 2 * 5 * sqrt(0.8 * 200 * 2)
    assert found.value == 200.0
    assert found.high == pytest.approx(200.0 + error)
    assert found.low == pytest.approx(max(40.0, 200.0 - error))  # no fewer than were seen


def test_one_part_has_no_range_unless_it_is_all() -> None:
    assert estimate([SPLIT], 1_000).records == Range(100.0)
    assert estimate([SPLIT], 100).records == Range(10.0, 10.0, 10.0)


@pytest.mark.parametrize(("samples", "total"), [([], 100), ([SPLIT], 99), ([SPLIT], 0)])
def test_samples_of_nothing_are_refused(samples: list[SplitSample], total: int) -> None:
    with pytest.raises(ValueError, match="a sample of"):
        estimate(samples, total)


@given(st.integers(0, 300))
def test_every_part_has_one_turn(n_splits: int) -> None:
    assert sorted(sample_order(n_splits)) == list(range(n_splits))


@given(st.integers(20, 300))
def test_the_first_parts_are_spread_over_the_whole(n_splits: int) -> None:
    """No quarter of the input is missing among the first ten."""
    order = sample_order(n_splits)
    assert {next(order) * 4 // n_splits for _ in range(10)} == {0, 1, 2, 3}


def test_all_parts_together_are_the_truth() -> None:
    settings = load_settings(
        options={"inputs": [str(sample_path())], "archives": {"split_bytes": 100_000}}
    )
    found = input_of(settings)
    samples = list(sampled(found, settings, 1e9))
    assert len(samples) == len(found.splits) > 8
    with Path(sample_path()).open("rb") as file:
        records = sum(1 for _ in ArchiveIterator(file))
    assert estimate(samples, found.total_bytes).records == Range(records, records, records)
    assert len(list(sampled(found, settings, 0.0))) == 8


def told(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["estimate", *arguments], env={"COLUMNS": "150"})
    assert result.exit_code == status
    return " ".join((result.stdout + result.stderr).split())


def test_the_command_prints_every_figure(tmp_path: Path) -> None:
    text = told(str(sample_path()), str(tmp_path / "gone.warc.gz"), "--cores", "7")
    for part in ("pages", "reading, 7 cores", "data/ of the release", "of memory", "gone.warc.gz"):
        assert part in text
    assert "From 1 of 1 parts" in text


def test_the_help_says_which_time_is_meant() -> None:
    assert "Time is that of reading pages into marked documents alone" in told("--help")


def test_what_cannot_be_estimated_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "[b]empty.warc").touch()
    assert "([b]empty.warc: empty, or of unknown size)" in told(
        str(tmp_path / "[b]empty.warc"), status=2
    )
    assert "No input" in told(status=2)
    assert "None of the inputs can be read" in told(str(tmp_path / "gone.warc.gz"), status=2)
