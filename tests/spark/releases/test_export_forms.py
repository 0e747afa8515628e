"""`interleaf export` to what trainers read. `make readers` reads the same with their libraries."""

import json
import sqlite3
import struct
import tarfile
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from scripts.run_notebook import run_cell
from spark_jobs.derived import export
from spark_jobs.derived.export import Exported, ExportSettings, run
from spark_jobs.run.folder import RunFolderError
from tests.spark.releases.test_export import (
    BODIES,
    DOCUMENTS,
    HASHES,
    small_release,  # noqa: F401 - the fixture release
)

ROOT = Path(__file__).resolve().parents[3]
IDS = [f"{number:032x}" for number in range(DOCUMENTS)]
THREE_SHARDS = 24_000  # bytes; a document of the small release counts as some 7,000


def exported(spark: SparkSession, release: Path, out: Path, to: str, **changes: Any) -> Exported:
    return run(spark, ExportSettings(release=str(release), to=to, out=str(out), **changes))


def sums(folder: Path) -> dict[str, str]:
    """The checksums of a folder, after a look whether they are true and whole."""
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    named = dict(line.split("  ")[::-1] for line in lines)
    assert all(sha256((folder / n).read_bytes()).hexdigest() == d for n, d in named.items())
    files = {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}
    assert files == {*named, "SHA256SUMS"}
    return named


def members(folder: Path) -> list[tuple[str, bytes]]:
    found = []
    for path in sorted(folder.glob("data/*.tar")):
        with tarfile.open(path) as tar:
            found += [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]
    return found


def same_again(release: Path, folder: Path) -> Path:
    """The same release, its rows cut and ordered otherwise."""
    copytree(release, folder)
    for name in ("data", "images"):
        table = pq.read_table(folder / name)
        rmtree(folder / name)
        (folder / name).mkdir()
        for part in range(3):
            rows = table.take(list(range(part, table.num_rows, 3))[::-1])
            pq.write_table(rows, folder / name / f"train-{part:05d}-of-00003.parquet")
    return folder


@pytest.fixture(scope="module")
def tars(spark: SparkSession, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tars") / "out"
    exported(spark, release, out, "energon", shard_bytes=THREE_SHARDS)
    return out


def test_a_sample_is_its_json_and_then_its_pictures(tars: Path) -> None:
    found = members(tars)
    names = [name for name, _ in found]
    keys = list(dict.fromkeys(name.partition(".")[0] for name in names))
    assert sorted(keys) == IDS
    assert names == [f"{key}.{end}" for key in keys for end in ("json", "00.png", "01.png")]
    bodies = dict(found)
    for number, key in enumerate(IDS):
        page = json.loads(bodies[f"{key}.json"])
        assert page["texts"] == [f"Page {number} <image>", None, None, "End"]
        assert page["images"] == [None, "00.png", "01.png", None]
        assert [bodies[f"{key}.{n}"] for n in page["images"][1:3]] == [BODIES[number], BODIES[0]]


def test_shards_are_cut_by_size_and_named(tars: Path) -> None:
    named = sums(tars)
    shards = json.loads((tars / "shards.json").read_text())["shardlist"]
    assert len(shards) == 3
    assert sum(shard["nsamples"] for shard in shards) == DOCUMENTS
    for shard in shards:
        file = tars / shard["url"]
        assert file.stat().st_size == shard["filesize"]
        assert shard["filesize"] <= THREE_SHARDS + tarfile.RECORDSIZE
        assert named[shard["url"]] == shard["sha256"]
    assert not (tars / "_unfinished").exists()


def test_energon_finds_each_member_by_its_index(tars: Path) -> None:
    """Offsets in .tar.idx and index.sqlite are those of the tar module, which wrote neither."""
    info = json.loads((tars / ".nv-meta/.info.json").read_text())["shard_counts"]
    assert json.loads((tars / ".nv-meta/split.yaml").read_text())["split_parts"]["train"] == [*info]
    database = sqlite3.connect(tars / ".nv-meta/index.sqlite")
    for number, (shard, count) in enumerate(info.items()):
        with tarfile.open(tars / shard) as tar:
            listed = tar.getmembers()
        starts = [m.offset for m in listed if m.name.endswith(".json")]
        places = struct.unpack(f"<{count + 1}Q", (tars / f"{shard}.idx").read_bytes())
        assert [*places[:-1]] == starts
        rows = database.execute(
            "SELECT sample_key || '.' || part_name, content_byte_offset, content_byte_size, "
            "byte_offset, byte_size FROM samples JOIN sample_parts USING (tar_file_id, "
            "sample_index) WHERE tar_file_id = ? ORDER BY content_byte_offset",
            (number,),
        ).fetchall()
        assert [row[:3] for row in rows] == [(m.name, m.offset_data, m.size) for m in listed]
        assert [row[3] for row in rows] == [s for s in starts for _ in range(3)]
        assert {row[3] + row[4] for row in rows} == set(places[1:])
    database.close()


def test_shards_are_the_same_under_any_partitioning_and_after_a_stop(
    spark: SparkSession,
    release: Path,
    tars: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stopped export writes again what was not whole, and nothing else."""
    again, out = same_again(release, tmp_path / "again"), tmp_path / "out"
    with monkeypatch.context() as patch:

        def stop(*_: Any) -> Exported:
            raise KeyboardInterrupt

        patch.setattr(export, "_finished", stop)
        with pytest.raises(KeyboardInterrupt):
            exported(spark, again, out, "energon", shard_bytes=THREE_SHARDS)
    with pytest.raises(RunFolderError, match=r"of other settings \(shard_bytes\)"):
        exported(spark, again, out, "energon", shard_bytes=THREE_SHARDS + 1)
    first, second, third = sorted(out.glob("data/*.tar"))
    (out / "_unfinished/shards/00001.json").unlink()
    second.write_bytes(b"half")
    before = [path.stat().st_ino for path in (first, third)]
    exported(spark, again, out, "energon", shard_bytes=THREE_SHARDS)
    assert [path.stat().st_ino for path in (first, third)] == before
    assert sums(out) == sums(tars)


def test_mds_has_one_index_of_all(spark: SparkSession, release: Path, tmp_path: Path) -> None:
    exported(spark, release, tmp_path / "mds", "mds", shard_bytes=THREE_SHARDS)
    sums(tmp_path / "mds")
    shards = json.loads((tmp_path / "mds/index.json").read_text())["shards"]
    assert sum(shard["samples"] for shard in shards) == DOCUMENTS
    assert len(shards) == 3
    for shard in shards:
        data = (tmp_path / "mds" / shard["raw_data"]["basename"]).read_bytes()
        assert len(data) == shard["raw_data"]["bytes"]
        assert struct.unpack_from("<I", data)[0] == shard["samples"]


def test_llava_stores_each_picture_once(spark: SparkSession, release: Path, tmp_path: Path) -> None:
    out = tmp_path / "llava"
    done = exported(spark, release, out, "llava", shard_bytes=THREE_SHARDS)
    sums(out)
    pages = [page for f in out.glob("data/*.json") for page in json.loads(f.read_text())]
    lines = [ln for f in out.glob("messages/*.jsonl") for ln in f.read_text().splitlines()]
    assert sorted(page["id"] for page in pages) == IDS
    for page in pages:
        text = "\n".join(turn["value"] for turn in page["conversations"])
        assert text.count("<image>") == len(page["image"]) == 2
        assert "&lt;image&gt;" in text
        assert (out / page["image"][0]).read_bytes() == BODIES[int(page["id"], 16)]
    contents = [json.loads(line)["messages"][0]["content"] for line in lines]
    assert sorted(text.count("<image>") for text in contents) == [2] * DOCUMENTS
    stored = sorted(path.name for path in out.glob("pictures/*/*"))
    assert stored == sorted(f"{digest}.png" for digest in HASHES)
    assert (done.reserved, done.escaped) == (DOCUMENTS, True)
    assert "7 times" in (out / "README.md").read_text().replace("**", "")


def placed_line(number: int) -> str:
    infos = [{"sha256": h, "matched_text_index": 0, "matched_sim": 0.5} for h in ("0", HASHES[0])]
    matrix = [[0.1, 0.2], [0.3, 0.4]]
    row = {"text_list": ["<image>", "b"], "image_info": infos, "similarity_matrix": matrix}
    return json.dumps({**row, "doc_id": IDS[number], "url": f"https://e.org/{number}"})


def test_open_flamingo_gets_the_rows_of_mmc4(
    spark: SparkSession, release: Path, tmp_path: Path
) -> None:
    copytree(release, tmp_path / "placed")
    (tmp_path / "placed/jsonl").mkdir()
    lines = [placed_line(number) for number in range(DOCUMENTS)]
    (tmp_path / "placed/jsonl/docs_shard.jsonl").write_text("\n".join(lines))
    exported(spark, tmp_path / "placed", tmp_path / "out", "mmc4")
    sums(tmp_path / "out")
    found = members(tmp_path / "out")
    assert len(found) == DOCUMENTS
    for name, body in found:
        page = json.loads(body)
        assert name.replace("-", "") == f"{page['doc_id']}.json"
        assert page["text_list"] == ["&lt;image&gt;", "b"]
        (info,) = page["image_info"]
        assert b64decode(info["image_base64"]) == BODIES[0]
        assert page["similarity_matrix"] == [[0.3, 0.4]]


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "mmc4"), "needs the similarity of each picture to each sentence"),
        (("--to", "mds", "--shard-size", "5GB"), "at most 4 GiB"),
        (("--to", "mds", "--shard-size", "big"), "'big' is no size"),
        (("--to", "webdataset", "--shard-size", "0"), "shard_bytes must be 1 or more"),
    ],
)
def test_what_cannot_be_is_said(
    release: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    command = ["export", str(release), "--out", str(tmp_path / "out"), *arguments]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()


def test_the_notebook_gives_a_batch(
    sample_run: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its cells, one after the other; the notebook in the repository holds outputs of its kind."""
    pytest.importorskip("torch")
    monkeypatch.setenv("RELEASE", str(sample_run()))
    monkeypatch.setenv("EXAMPLES", str(ROOT / "examples"))
    monkeypatch.setenv("INTERLEAF_CACHE", str(tmp_path))
    names: dict[str, Any] = {}
    cells = json.loads((ROOT / "notebooks/training_batch.ipynb").read_text("utf-8"))["cells"]
    for number, cell in enumerate(cell for cell in cells if cell["cell_type"] == "code"):
        made = run_cell("".join(cell["source"]), names, number)
        kinds = [sorted(output.get("data", {})) for output in made]
        assert kinds == [sorted(output.get("data", {})) for output in cell["outputs"]]
    batch = names["batch"]
    assert batch.tokens.shape == (4, 1024)
    assert batch.pictures.shape[1:] == (3, 64, 64)
    assert len(batch.pictures) > 0
