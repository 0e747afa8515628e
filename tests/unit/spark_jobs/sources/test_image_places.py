"""Where pictures are looked for, without Spark: files that are not as they should be."""

import os
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spark_jobs.sources.image_places import bodies_at, found_files, parquet_pictures, picture_file
from webdoc.archive.reader import ReadSettings
from webdoc.settings import SettingsError


def test_only_files_are_pictures(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.PNG").write_bytes(b"x")
    (tmp_path / "deep" / "loop.png").symlink_to("..")
    (tmp_path / "link.jpg").symlink_to("deep/a.PNG")
    (tmp_path / "gone.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")  # whoever opens it waits for ever

    found = [path.rpartition("/")[2] for path in found_files(str(tmp_path), (".png", ".jpg"))]

    assert found == ["a.PNG", "link.jpg"]


def test_a_folder_without_any(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to("nowhere.jpg")
    with pytest.raises(FileNotFoundError, match="holds no file that ends in"):
        found_files(str(tmp_path), (".jpg",))


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*gone\.png: .* take it out"):
        list(picture_file(f"file://{tmp_path}/gone.png"))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"sha256": ["ab"], "url": ["x"]}, "has the columns sha256, url"),
        ({"sha256": ["ab", None], "image": [b"x", b"y"]}, "no sha256 in row 1"),
        ({"image": ["a.png"]}, "need image or bytes"),
        (None, "cannot read"),
    ],
)
def test_parquet_files_without_pictures_are_named(
    tmp_path: Path, columns: dict[str, list[object]] | None, message: str
) -> None:
    path = tmp_path / "a.parquet"
    if columns is None:
        path.write_bytes(b"PAR1 cut")
    else:
        pq.write_table(pa.table(columns), path)
    with pytest.raises(SettingsError, match=message) as caught:
        list(parquet_pictures(f"file://{path}"))
    assert "a.parquet" in str(caught.value)


PNG = b"\x89PNG"
BODIES = [PNG, b"", b""]


@pytest.mark.parametrize(
    "columns",
    [
        {"image": [{"bytes": PNG, "path": None}, {"bytes": None, "path": "gone.png"}, None]},
        {"image": [PNG, None, None]},
        {"bytes": [PNG, None, None], "image": ["a.png", "b.png", "c.png"]},
    ],
)
def test_pictures_of_any_dataset_get_their_hashes(
    tmp_path: Path, columns: dict[str, list[object]]
) -> None:
    """As datasets of pictures have them; one that is missing is a picture that cannot be read."""
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    places = list(parquet_pictures(f"file://{tmp_path}/a.parquet"))
    assert [place.sha256 for place in places] == [sha256(body).hexdigest() for body in BODIES]
    assert [body for _, body in bodies_at(places, ReadSettings())] == BODIES


def test_of_a_file_too_large_for_a_picture_the_beginning_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spark_jobs.sources.image_places._MAX_FILE_BYTES", 3)
    (tmp_path / "a.png").write_bytes(PNG * 2)
    (place,) = picture_file(f"file://{tmp_path}/a.png")
    assert [body for _, body in bodies_at([place], ReadSettings())] == [PNG]
