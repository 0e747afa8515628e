import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from obelics_like.croissant import croissant
from obelics_like.release import ReleaseRow
from obelics_like.release_facts import ReleaseFacts, ReleaseFile
from webdoc.arrow import to_batch


def test_files_stand_with_their_checksums(facts: ReleaseFacts) -> None:
    described = croissant(facts)

    files = [d for d in described["distribution"] if d["@type"] == "cr:FileObject"]
    assert [(f["contentUrl"], f["sha256"], f["contentSize"]) for f in files] == [
        ("data/train-00000-of-00001.parquet", "d" * 64, "1500 B"),
        ("images/train-00000-of-00002.parquet", "e" * 64, "9000 B"),
        ("images/train-00001-of-00002.parquet", "f" * 64, "8000 B"),
    ]
    assert [r["@id"] for r in described["recordSet"]] == ["default", "images"]


def test_without_image_files_only_documents_are_described(facts: ReleaseFacts) -> None:
    described = croissant(replace(facts, files=facts.files[:1]))

    assert [r["@id"] for r in described["recordSet"]] == ["default"]
    assert len(described["distribution"]) == 2


def test_no_place_of_this_machine_is_named(facts: ReleaseFacts) -> None:
    assert "somebody" not in json.dumps(croissant(facts))


def test_mlcroissant_finds_no_error_and_reads_the_rows(facts: ReleaseFacts, tmp_path: Path) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="needs the dev extra: mlcroissant")
    row = ReleaseRow(("https://e.org/a.png", None), (None, "Tides"), "[{},null]", '{"url":"u"}')
    path = tmp_path / "data/train-00000-of-00001.parquet"
    path.parent.mkdir()
    pq.write_table(pa.Table.from_batches([to_batch([row], ReleaseRow)]), path)
    data = path.read_bytes()
    file = ReleaseFile("data/train-00000-of-00001.parquet", 1, len(data), sha256(data).hexdigest())
    described = tmp_path / "croissant.json"
    described.write_text(json.dumps(croissant(replace(facts, files=(file,)))))

    dataset = mlc.Dataset(jsonld=described)

    assert dataset.metadata.ctx.issues.errors == set()
    (read,) = dataset.records("default")
    # mlcroissant gives text as bytes
    assert list(read["default/images"]) == [b"https://e.org/a.png", None]
    assert list(read["default/texts"]) == [None, b"Tides"]
    assert read["default/general_metadata"] == b'{"url":"u"}'


def test_mlcroissant_finds_no_error_in_image_columns(facts: ReleaseFacts) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="needs the dev extra: mlcroissant")

    dataset = mlc.Dataset(jsonld=croissant(facts))

    assert dataset.metadata.ctx.issues.errors == set()
