"""Rows of a release as scorers see them, sound or not, and read where they stand."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from interleaf.releases.score_run import score_settings
from spark_jobs.run.folder import RunFolderError
from spark_jobs.score_release import check
from spark_jobs.scores.releases import thing_in
from spark_jobs.scores.stored_rows import rows_at
from tests.spark.releases.small_releases import picture, row, small_release
from webdoc.scores.scorer import ScoredDocument, ScoredText

SOUND = {
    "images": [None, "https://e.org/1.png"],
    "texts": ["One.", None],
    "metadata": '[null, {"src": "https://e.org/1.png"}]',
    "general_metadata": '{"doc_id": "1", "language": "en"}',
}


def test_a_sound_row_is_a_text_and_a_document() -> None:
    assert thing_in(SOUND, "texts") == ScoredText("One.", "en")
    document = thing_in(SOUND, "documents")
    assert isinstance(document, ScoredDocument)
    assert [part.text for part in document.document.parts] == ["One.", None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": ["One."]},
        {"images": None},
        {"metadata": "[null]"},
        {"metadata": None},
        {"metadata": "no JSON"},
        {"metadata": "[null, null]"},
        {"general_metadata": "[1]"},
        {"general_metadata": None},
    ],
)
def test_a_row_that_is_no_document_is_none(wrong: dict[str, object]) -> None:
    assert thing_in({**SOUND, **wrong}, "documents") is None


def test_a_row_without_texts_is_an_empty_text() -> None:
    assert thing_in({**SOUND, "texts": None}, "texts") == ScoredText("", "en")
    assert thing_in({**SOUND, "general_metadata": "{"}, "texts") is None


def test_rows_are_read_by_their_places_alone(tmp_path: Path) -> None:
    """Two files of three row groups each; a column that a file lacks is not among what comes."""
    for name, first in (("a.parquet", 0), ("b.parquet", 100)):
        numbers = [first + n for n in range(250)]
        table = pa.table({"number": numbers, "text": [f"t{n}" for n in numbers]})
        pq.write_table(table, tmp_path / name, row_group_size=100)
    places = [("a.parquet", n) for n in (0, 99, 100, 249)] + [("b.parquet", n) for n in (5, 205)]
    wanted = pa.record_batch(
        {
            "doc_id": [f"{name}{n}" for name, n in places],
            "path": [name for name, _ in places],
            "position": [n for _, n in places],
        }
    )

    found = {}
    for ids, batch in rows_at(
        str(tmp_path), [wanted.slice(0, 3), wanted.slice(3)], ("number", "x")
    ):
        assert batch.schema.names == ["number"]
        found |= dict(zip(ids, batch.column("number").to_pylist(), strict=True))

    assert found == {f"{name}{n}": n + (100 if name == "b.parquet" else 0) for name, n in places}


def test_a_release_without_a_column_is_refused_by_name(tmp_path: Path) -> None:
    folder = small_release(tmp_path / "a", [[row(1, [picture(1)])]], [[1]])
    file = next((folder / "data").glob("*.parquet"))
    pq.write_table(pq.read_table(file).drop_columns(["texts", "images"]), file)
    asked = score_settings("document_quality", (), {"release": str(folder)})

    with pytest.raises(RunFolderError, match=rf"{file.name}.* has no column images, texts"):
        check(asked)

    check(score_settings("sharpness", (), {"release": str(folder)}))
