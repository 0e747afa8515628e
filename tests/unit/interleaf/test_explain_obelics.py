"""What `interleaf explain` prints of a run of the OBELICS path."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from interleaf.explain_obelics import explain_obelics
from interleaf.explain_records import print_record
from obelics_like.heads import stored
from spark_jobs.marks.read_kinds import READ_KINDS
from spark_jobs.run.files import parquet_by
from spark_jobs.run.tables import RECORDS, table_path
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason

_TITLE = "\x1b]0;a title of the terminal\x07"
_RECORD = {
    "warc_filename": "a.warc",
    "warc_record_offset": 12,
    "record_type": "response",
    "capture_time": "2024-05-18T01:58:10Z",
    "http_status": 200,
    "media_type": "text/html",
    "kind": "other",
    "reject_reason": "truncated",
    "reject_detail": f"3 bytes of{_TITLE} the record are missing",
}


def test_a_record_says_what_went_wrong_and_nothing_to_the_terminal() -> None:
    out = StringIO()
    print_record(Console(file=out, width=200), _RECORD)
    where, fate = out.getvalue().splitlines()
    assert where.startswith("response record at a.warc:12, 2024-05-18T01:58:10Z, status 200")
    assert "cut off when it was captured; 3 bytes of" in fate
    assert "\x1b" not in fate


def test_a_record_without_a_detail_ends_with_its_reason() -> None:
    out = StringIO()
    print_record(Console(file=out, width=200), _RECORD | {"reject_detail": ""})
    assert out.getvalue().rstrip().endswith("cut off when it was captured")


def test_a_document_says_nothing_to_the_terminal(tmp_path: Path) -> None:
    document = Document(
        doc_id="d" * 32,
        url=f"http://e.org/{_TITLE}",
        reject_reason=Reason.DOCUMENT_PARSER_FAILED,
        reject_detail=_TITLE,
        nodes=(
            Node("text", text="Good words."),
            Node("text", reject_reason=Reason.PARAGRAPH_WORDS),
        ),
    )
    folder = table_path(str(tmp_path), f"{RECORDS}/batch=000000")
    with parquet_by(folder, "part-000000.parquet", READ_KINDS, "kind") as add:
        add(stored(document), 1)
    out = StringIO()

    assert explain_obelics(Console(file=out, width=200), str(tmp_path), "d" * 32)

    assert "http://e.org/" in out.getvalue()
    assert "Good words. │ breaks no rule; its page does" in out.getvalue()
    assert "kept" not in out.getvalue()
    assert "\x1b" not in out.getvalue()
