"""Files written inside tasks: whole or not at all, in small row groups, divided as Spark does."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Pillow

from spark_jobs.release.pictures import published_image
from spark_jobs.run.files import parquet_by, row_groups, written_whole
from webdoc.arrow import to_batch
from webdoc.picture.facts import PictureFacts
from webdoc.tables.images import ImageBytes, ImagePlace, PublishedImage, StoredPicture


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    with written_whole(str(path)) as sink:
        sink.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with written_whole(str(tmp_path / "file")) as sink:
            sink.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_hash_and_size_are_those_of_the_bytes(tmp_path: Path) -> None:
    with written_whole(str(tmp_path / "file")) as sink:
        sink.write(b"ab")
        sink.write(b"c")
    # echo -n abc | sha256sum
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (sink.size_bytes, sink.sha256) == (3, known)


@pytest.mark.parametrize(
    ("max_rows", "max_bytes", "sizes"), [(2, 10**9, [2, 2, 1]), (100, 1, [1] * 5), (5, 10**9, [5])]
)
def test_row_groups_close_by_rows_and_by_bytes(
    max_rows: int, max_bytes: int, sizes: list[int]
) -> None:
    batch = pa.RecordBatch.from_pydict({"a": ["x" * 50] * 5})
    groups = list(row_groups([batch.slice(0, 3), batch.slice(3)], max_rows, max_bytes))
    assert [group.num_rows for group in groups] == sizes
    assert pa.concat_tables(groups).column("a").to_pylist() == ["x" * 50] * 5


def test_a_divided_table_reads_back_as_one(tmp_path: Path) -> None:
    images = [
        PublishedImage(f"{i}", "u", ("png", "jpeg")[i % 2], 1, 1, 1, ImageBytes(b"", "p"))
        for i in range(7)
    ]
    folder = tmp_path / "table"
    with parquet_by(str(folder), "part-0.parquet", PublishedImage, "format", max_rows=2) as add:
        for image in images:
            add(image, 10)
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.parquet")) == [
        "format=jpeg/part-0.parquet",
        "format=png/part-0.parquet",
    ]
    assert pq.ParquetFile(folder / "format=png" / "part-0.parquet").metadata.num_row_groups == 2
    table = pq.read_table(folder)
    expected = pa.Table.from_batches([to_batch(images, PublishedImage)])
    assert sorted(table.select(["sha256", "format"]).to_pylist(), key=str) == sorted(
        expected.select(["sha256", "format"]).to_pylist(), key=str
    )


def photo(with_place: bool) -> bytes:
    exif = Pillow.Exif()
    exif[0x010F] = "Maker GmbH"
    if with_place:
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 9.5), 29: "1999:12:31"})
    out = BytesIO()
    Pillow.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def published(body: bytes) -> PublishedImage:
    digest = sha256(body).hexdigest()
    facts = PictureFacts("ok", digest, len(body), "jpeg", 64, 48)
    return published_image(
        StoredPicture(facts, ImagePlace(digest, "archive", "a", 0, 9, "a")), body
    )


def test_the_place_of_a_photo_is_not_published() -> None:
    """Its row still has the hash of the bytes as captured, by which documents name it."""
    body = photo(with_place=True)

    row = published(body)

    assert b"1999:12:31" in body
    assert b"1999:12:31" not in row.image.bytes
    assert b"Maker GmbH" in row.image.bytes
    assert (row.sha256, row.size_bytes) == (sha256(body).hexdigest(), len(row.image.bytes))
    without = photo(with_place=False)
    assert published(without).image.bytes == without


def test_a_picture_is_named_by_its_whole_hash_and_one_ending() -> None:
    body = photo(with_place=False)
    assert published(body).image.path == f"{sha256(body).hexdigest()}.jpg"
