"""What a page fills in is data wherever it is shown: terminal, CSV, cards, reports."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from interleaf.display import cell
from interleaf.explain_records import RECORD_COLUMNS, print_record
from webdoc.release.escaping import csv_cell, one_line

HOSTILE = (
    "\x1b]0;title\x07\x1b[31mred\x1b[2J\x9b31m\r\nsecond line\u2028third\u202eabc\ud800"
    "[bold]markup[/bold]"
)
ANY_TEXT = st.text(st.characters(), max_size=60)


def moves(text: str) -> bool:
    """Tell whether a terminal would do anything but show the text."""
    return any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text)


@given(ANY_TEXT)
def test_one_line_is_one_line_that_moves_nothing(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not moves(line)
    line.encode()


def test_a_record_in_a_terminal_is_text_alone() -> None:
    row: dict[str, object] = dict.fromkeys(RECORD_COLUMNS, HOSTILE)
    row |= {"warc_record_offset": 7, "http_status": 200, "reject_reason": "body_too_large"}
    out = io.StringIO()
    print_record(Console(file=out, force_terminal=True, width=10_000, highlight=False), row)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert not any(moves(line) for line in lines)
    assert "[bold]markup[/bold]" in lines[0]


def test_a_cell_of_a_table_is_text_alone() -> None:
    from rich.table import Table  # noqa: PLC0415

    table = Table("what")
    table.add_row(cell(HOSTILE))
    out = io.StringIO()
    Console(file=out, width=200).print(table)
    assert "[bold]markup[/bold]" in out.getvalue()
    assert not any(moves(line) for line in out.getvalue().splitlines())


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0.warc", "+1.warc", "-1.warc", "@SUM(1).warc", "\t=1.warc", " =1"]
)
def test_no_cell_is_a_formula(name: str) -> None:
    (row,) = csv.reader([csv_cell(name)])
    assert row[0].startswith("'")
    assert row[0].removeprefix("'").strip() == name.strip()


@given(ANY_TEXT)
def test_a_cell_is_one_cell_of_one_row(text: str) -> None:
    rows = list(csv.reader(io.StringIO(f"{csv_cell(text)},2\n")))
    assert len(rows) == 1
    assert rows[0][1:] == ["2"]
    assert rows[0][0].lstrip()[:1] not in {"=", "+", "-", "@"}
