"""Shards of a fetch: pictures before rows, bounded sizes, and reading them back."""

from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from spark_jobs.sources.fetched_files import (
    FETCH_BYTES,
    FETCH_ROWS,
    Shards,
    asked_in,
    clear_unfinished,
)
from spark_jobs.sources.image_places import in_parquet
from spark_jobs.verify_images import checked
from webdoc.arrow import from_batch
from webdoc.fetch.manifest import Answer, Fetched
from webdoc.fetch.settings import FetchSettings
from webdoc.picture.facts import PictureFacts
from webdoc.tables.images import ImagePlace

FOLDER = "run=000001"


def answer(number: int, body: bytes | None = None) -> Answer:
    body = f"picture {number}".encode() if body is None else body
    row = Fetched(f"http://e.org/{number}", "ok" if body else "http_404")
    if not body:
        return Answer(row)
    digest = sha256(body).hexdigest()
    return Answer(
        Fetched(row.url, "ok", facts=PictureFacts(sha256=digest, size_bytes=len(body))), body
    )


def filled(out: Path, answers: list[Answer], **settings: float) -> None:
    limits = FetchSettings(**settings)  # type: ignore[arg-type]
    with Shards(str(out), FOLDER, "part-1", limits) as shards:
        for each in answers:
            if shards.add(each):
                shards.write()


def rows_of(out: Path) -> list[Fetched]:
    files = sorted((out / FETCH_ROWS).rglob("*.parquet"))
    return [
        row
        for file in files
        for batch in pq.read_table(file, partitioning=None).to_batches()
        for row in from_batch(batch, Fetched)
    ]


def images_of(rows: list[Fetched]) -> list[ImagePlace]:
    places = [
        ImagePlace(row.facts.sha256, "parquet", row.bytes_file, row.bytes_row, 0, row.bytes_file)
        for row in rows
        if row.bytes_file
    ]
    return sorted(places, key=lambda place: (place.path, place.position))


def test_every_row_points_at_its_bytes_over_several_shards_and_groups(tmp_path: Path) -> None:
    large = [answer(number, bytes([number]) * (3 << 20)) for number in range(1, 8)]
    small = [answer(number) for number in range(10, 30)]
    none = [answer(number, b"") for number in range(30, 40)]
    filled(tmp_path, large + small + none, shard_bytes=10 << 20, shard_rows=12)
    rows = rows_of(tmp_path)
    assert [row.url for row in rows] == [each.row.url for each in large + small + none]
    for row, each in zip(rows, large + small + none, strict=True):
        if not each.body:
            assert row.bytes_file == ""
            continue
        ((_, body),) = in_parquet(str(tmp_path / row.bytes_file), [row.bytes_row])
        assert body == each.body
    files = list((tmp_path / FETCH_BYTES).rglob("*.parquet"))
    assert len(files) >= 3
    assert max(file.stat().st_size for file in files) < 14 << 20
    groups = [pq.ParquetFile(file).metadata for file in files]
    assert max(one.row_group(i).num_rows for one in groups for i in range(one.num_row_groups)) <= 12


def test_one_picture_under_many_urls_is_stored_once(tmp_path: Path) -> None:
    filled(tmp_path, [answer(number, b"same") for number in range(9)], shard_rows=2)
    places = {(row.bytes_file, row.bytes_row) for row in rows_of(tmp_path)}
    assert len(places) == 1
    assert len(list((tmp_path / FETCH_BYTES).rglob("*.parquet"))) == 1


def test_nothing_asked_means_no_file(tmp_path: Path) -> None:
    filled(tmp_path, [])
    assert not list(tmp_path.rglob("*.parquet"))


def test_until_a_shard_ends_there_is_neither_row_nor_picture(tmp_path: Path) -> None:
    shards = Shards(str(tmp_path), FOLDER, "part-1", FetchSettings())
    shards.add(answer(1, bytes(9 << 20)))
    shards.write()
    assert not list(tmp_path.rglob("*.parquet"))
    assert list(tmp_path.rglob("*.part"))
    shards.end()
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_what_a_killed_run_was_writing_goes(tmp_path: Path) -> None:
    filled(tmp_path, [answer(1)])
    half = tmp_path / FETCH_BYTES / FOLDER / "part-1-0.parquet.abc.part"
    half.write_bytes(b"PAR1")
    clear_unfinished(str(tmp_path))
    assert not half.exists()
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_an_error_leaves_no_half_shard(tmp_path: Path) -> None:
    def die_after_a_picture() -> None:
        with Shards(str(tmp_path), FOLDER, "part-1", FetchSettings()) as shards:
            shards.add(answer(1))
            shards.write()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die_after_a_picture()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_shard_ends_after_its_time(tmp_path: Path) -> None:
    filled(tmp_path, [answer(number) for number in range(3)], shard_s=1e-9)
    assert len(list((tmp_path / FETCH_ROWS).rglob("*.parquet"))) == 3


def test_without_pictures_only_rows_are_written(tmp_path: Path) -> None:
    with Shards(str(tmp_path), FOLDER, "p", FetchSettings(), keep_bytes=False) as shards:
        shards.add(answer(1))
    (row,) = rows_of(tmp_path)
    assert (row.facts.sha256, row.bytes_file) == (answer(1).row.facts.sha256, "")
    assert not (tmp_path / FETCH_BYTES).exists()


def test_a_second_attempt_knows_what_the_first_one_asked(tmp_path: Path) -> None:
    filled(tmp_path, [answer(number) for number in range(5)], shard_rows=2)
    assert asked_in(str(tmp_path), FOLDER, "part-1") == {f"http://e.org/{n}" for n in range(5)}
    assert asked_in(str(tmp_path), FOLDER, "part-2") == set()
    assert asked_in(str(tmp_path), "run=000009", "part-1") == set()


def test_rows_that_are_not_there(tmp_path: Path) -> None:
    filled(tmp_path, [answer(1), answer(2)])
    file = rows_of(tmp_path)[0].bytes_file
    assert [row for row, _ in in_parquet(str(tmp_path / file), [1, 0, 2])] == [0, 1]
    with pytest.raises(FileNotFoundError):
        list(in_parquet(str(tmp_path / "nothing.parquet"), [0]))


def test_checking_finds_what_was_changed_lost_or_broken(tmp_path: Path) -> None:
    filled(tmp_path, [answer(number) for number in range(6)], shard_rows=2)
    images = images_of(rows_of(tmp_path))
    assert [each.outcome for each in checked(str(tmp_path), images)] == ["same"] * 6
    first, second, third = sorted((tmp_path / FETCH_BYTES).rglob("*.parquet"))
    first.write_bytes(first.read_bytes().replace(b"picture 1", b"picture X"))
    second.unlink()
    third.write_bytes(b"no Parquet")
    outcomes = {each.bytes_row: each.outcome for each in checked(str(tmp_path), images[:2])}
    assert outcomes == {0: "same", 1: "changed"}
    assert [each.outcome for each in checked(str(tmp_path), images[2:])] == ["missing"] * 4
