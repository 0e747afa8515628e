"""Hostile pages by the hundred: each is a row, none takes its budget, none ends a process."""

from pathlib import Path

import pytest

from obelics_like.record_rows import rows_of
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import load_settings
from spark_jobs.run.supervised import KILLS, guard_of, supervised
from tests.hostile.hostile_pages import hostile_page
from webdoc.archive.captures import Capture
from webdoc.page.budget import BudgetSettings
from webdoc.reasons import Kind


@pytest.mark.parametrize(
    "numbers", [range(0, 18), pytest.param(range(18, 218), marks=pytest.mark.soak)], ids=len
)
@pytest.mark.timeout(1_800)
def test_each_is_a_row_within_its_budget(numbers: range, tmp_path: Path) -> None:
    settings = load_settings()
    rules = Rules.load(settings)
    budget = BudgetSettings(seconds=10)

    def work() -> dict[int, tuple[str, str]]:
        found = {}
        for number in numbers:
            page = Capture(
                *("a.warc", number, 10),
                url=f"http://e.org/{number}",
                kind=Kind.PAGE,
                body=hostile_page(number),
                http_charset="utf-8",
            )
            (row,) = rows_of([page], "", settings.extraction, rules)
            assert row.document is not None
            found[number] = str(row.document.reject_reason), row.document.reject_detail
        return found

    found = supervised(work, guard_of(str(tmp_path), budget))
    assert sorted(found) == list(numbers)
    wrong = ("internal_error", "document_over_budget")
    assert {n: row for n, row in found.items() if row[0] in wrong} == {}
    assert not (tmp_path / KILLS).exists()
