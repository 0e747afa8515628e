import io
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture

from obelics_like.release.facts import ReleaseFacts, shared_facts
from webdoc.arrow import to_batch
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.exporters.documents import ReleaseRow
from webdoc.release.croissant import croissant
from webdoc.release.files import ReleaseFile
from webdoc.tables.images import ImageBytes, PublishedImage


def test_files_stand_with_their_checksums(facts: ReleaseFacts) -> None:
    described = croissant(shared_facts(facts))

    files = [d for d in described["distribution"] if d["@type"] == "cr:FileObject"]
    assert [(f["contentUrl"], f["sha256"], f["contentSize"]) for f in files] == [
        ("data/train-00000-of-00001.parquet", "d" * 64, "1500 B"),
        ("images/train-00000-of-00002.parquet", "e" * 64, "9000 B"),
        ("images/train-00001-of-00002.parquet", "f" * 64, "8000 B"),
    ]
    assert [r["@id"] for r in described["recordSet"]] == ["default", "images"]


def test_without_image_files_only_documents_are_described(facts: ReleaseFacts) -> None:
    described = croissant(shared_facts(replace(facts, files=facts.files[:1])))

    assert [r["@id"] for r in described["recordSet"]] == ["default"]
    assert len(described["distribution"]) == 2


def test_no_place_of_this_machine_is_named(facts: ReleaseFacts) -> None:
    assert "somebody" not in json.dumps(croissant(shared_facts(facts)))


def test_mlcroissant_finds_no_error_and_reads_every_table(
    facts: ReleaseFacts, tmp_path: Path
) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="needs the dev extra: mlcroissant")
    row = ReleaseRow(("https://e.org/a.png", None), (None, "Tides"), "[{},null]", '{"url":"u"}')
    png = io.BytesIO()
    Picture.new("RGB", (7, 5), "teal").save(png, "PNG")
    bytes_of_it = ImageBytes(png.getvalue(), "ab.png")
    picture = PublishedImage("ab", "https://e.org/a.png", "png", 7, 5, 99, bytes_of_it)
    files = (
        written(tmp_path, "data/train-00000-of-00001.parquet", row),
        written(tmp_path, "images/train-00000-of-00001.parquet", picture),
        written(tmp_path, "clusters/train-00000-of-00001.parquet", NearCopy("1", "0", "0", 0.93)),
    )
    described = tmp_path / "croissant.json"
    described.write_text(json.dumps(croissant(shared_facts(replace(facts, files=files)))))

    dataset = mlc.Dataset(jsonld=described)

    assert dataset.metadata.ctx.issues.errors == set()
    (read,) = dataset.records("default")
    # mlcroissant gives text as bytes
    assert list(read["default/images"]) == [b"https://e.org/a.png", None]
    assert list(read["default/texts"]) == [None, b"Tides"]
    assert read["default/general_metadata"] == b'{"url":"u"}'
    (copy,) = dataset.records("clusters")
    assert (copy["clusters/keeper"], copy["clusters/similarity"]) == (b"0", 0.93)
    (shown,) = dataset.records("images")
    assert shown["images/height_px"] == 5
    assert shown["images/image"].size == (7, 5)


def written(folder: Path, name: str, record: ReleaseRow | PublishedImage | NearCopy) -> ReleaseFile:
    path = folder / name
    path.parent.mkdir()
    pq.write_table(pa.Table.from_batches([to_batch([record], type(record))]), path)
    data = path.read_bytes()
    return ReleaseFile(name, 1, len(data), sha256(data).hexdigest())
