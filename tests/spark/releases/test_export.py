"""`interleaf export`: a release in another form, read back by the libraries that train on it."""

import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts
from obelics_like.settings import ObelicsSettings
from spark_jobs.derived.export import ExportSettings, run
from webdoc.arrow import to_batch
from webdoc.exporters.documents import ReleaseRow
from webdoc.tables.images import ImageBytes, PublishedImage

DOCUMENTS = 7


def png(number: int) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (8 + number, 6), (number, 0, 0)).save(out, "PNG")
    return out.getvalue()


BODIES = [png(number) for number in range(DOCUMENTS)]
HASHES = [sha256(body).hexdigest() for body in BODIES]


def row(number: int) -> ReleaseRow:
    """A text, a picture of its own, one that all documents share, one without bytes, a text."""
    known = {"src": f"https://e.org/{number}.png", "sha256": HASHES[number], "format": "png"}
    shared = {"src": "https://e.org/0.png", "sha256": HASHES[0], "format": "png"}
    facts = {"doc_id": f"{number:032x}", "url": f"https://e.org/{number}", "language": "en"}
    known["original_width"] = 8 + number  # type: ignore[assignment]
    return ReleaseRow(
        (None, known["src"], shared["src"], "https://e.org/gone.png", None),
        (f"Page {number} <image>", None, None, None, "End"),
        json.dumps([None, known, shared, {"src": "https://e.org/gone.png", "alt_text": "Ă"}, None]),
        json.dumps(facts),
    )


def write(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_batches([to_batch(rows, type(rows[0]))]), path)


@pytest.fixture(name="release", scope="module")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write(folder / "data/train-00000-of-00002.parquet", [row(n) for n in range(4)])
    write(folder / "data/train-00001-of-00002.parquet", [row(n) for n in range(4, DOCUMENTS)])
    pictures = [
        PublishedImage(h, "u", "png", 8 + n, 6, len(b), ImageBytes(b, f"{h}.png"))
        for n, (h, b) in enumerate(zip(HASHES, BODIES, strict=True))
    ]
    write(folder / "images/train-00000-of-00001.parquet", pictures)
    facts = ReleaseFacts(ObelicsSettings(), "0.1.0", (), (), (), (("en", 7),), (), (), ())
    (folder / "README.md").write_text(card_text(facts), encoding="utf-8")
    (folder / "SHA256SUMS").write_text("")
    return folder


def exported(
    spark: SparkSession, release: Path, out: Path, to: str, **changes: Any
) -> list[dict[str, Any]]:
    run(spark, ExportSettings(release=str(release), to=to, out=str(out), **changes))
    rows = [row for f in sorted(out.glob("data/*.parquet")) for row in pq.read_table(f).to_pylist()]
    return sorted(rows, key=lambda row: row["doc_id"])


def test_lines_hold_every_document_and_checksums_every_file(
    spark: SparkSession, release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "lines"
    exported(spark, release, out, "json_lines")
    (file,) = out.glob("data/*.jsonl")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {line["url"] for line in lines} == {f"https://e.org/{n}" for n in range(DOCUMENTS)}
    first = next(line for line in lines if line["url"] == "https://e.org/1")
    assert first["parts"][0] == {"text": "Page 1 <image>"}
    assert [part.get("sha256") for part in first["parts"][1:3]] == [HASHES[1], HASHES[0]]
    assert first["parts"][3]["alt_text"] == "Ă"
    assert "7 documents" in (out / "README.md").read_text("utf-8").replace("**", "")
    named = dict(line.split("  ")[::-1] for line in (out / "SHA256SUMS").read_text().splitlines())
    files = {str(f.relative_to(out)) for f in out.rglob("*") if f.is_file()} - {"SHA256SUMS"}
    assert named.keys() == files > {"README.md", "RELEASE.md"}
    assert all(sha256((out / n).read_bytes()).hexdigest() == d for n, d in named.items())


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "tfrecord"), "'tfrecord' is none. --to takes energon, json_lines"),
        ((), "Say what to export to"),
        (("--to", "json_lines"), "No output folder"),
    ],
)
def test_what_lacks_is_said(release: Path, arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["export", str(release), *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.usefixtures("spark")
def test_nothing_foreign_is_touched(release: Path, tmp_path: Path) -> None:
    """Neither a folder that holds something, nor one that holds no release."""
    (tmp_path / "note").write_text("mine")
    to = ["--to", "json_lines", "--out", str(tmp_path)]
    full = CliRunner().invoke(app, ["export", str(release), *to])
    none = CliRunner().invoke(app, ["export", str(tmp_path), "--to", "json_lines", "--out", "x"])
    assert (full.exit_code, none.exit_code) == (2, 2)
    assert "is not empty" in " ".join(full.output.split())
    assert "holds no whole release" in " ".join(none.output.split())
    assert (tmp_path / "note").read_text() == "mine"
