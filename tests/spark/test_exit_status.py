"""A run that keeps no document says so by its exit status, in both paths and however started."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import tomli_w
from typer.testing import CliRunner

from interleaf.cli import app
from spark_jobs import obelics
from spark_jobs.run.outcome import exit_status
from tests.unit.archives import gz, pages
from webdoc.reasons import FunnelRow

pytestmark = pytest.mark.spark


@pytest.mark.usefixtures("spark")
def test_a_run_of_the_obelics_path_without_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages of two words: all are looked at, none is kept, and the release is whole."""
    archive, out = tmp_path / "a.warc.gz", tmp_path / "out"
    archive.write_bytes(gz(*pages(3)))

    result = CliRunner().invoke(app, ["obelics", str(archive), "--out", str(out)])

    assert result.exit_code == 3
    assert "No document was kept: the release has no rows." in " ".join(result.stdout.split())
    assert pq.read_table(out / "data").num_rows == 0
    settings = tmp_path / "a.toml"
    settings.write_text(tomli_w.dumps({"inputs": [str(archive)], "out": str(out)}))
    assert obelics.main([str(settings), "--resume"]) == 3
    assert "has no rows" in capsys.readouterr().err


def test_one_document_is_enough() -> None:
    marked = FunnelRow("document", "document_images", 9)
    assert exit_status([marked, FunnelRow("image", "kept", 9)]) == 3
    assert exit_status([marked, FunnelRow("document", "kept", 1)]) == 0
