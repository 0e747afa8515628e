"""A mistake of ours is counted and said, and too many of them are no success."""

from pathlib import Path

import pytest

from obelics_like.settings import load_settings
from spark_jobs.run.errors import TooManyErrorsError, errors_of
from spark_jobs.run.outcome import funnel_of
from webdoc.internal_errors import ErrorSettings, said_by
from webdoc.reasons import FunnelRow, reason_text
from webdoc.settings import SettingsError


def rows(errors: int, total: int = 100) -> list[FunnelRow]:
    return [
        FunnelRow("record", "page", 1_000),
        FunnelRow("document", "kept", total - errors),
        FunnelRow("document", "internal_error", errors),
    ]


def test_errors_up_to_the_share_are_said_and_more_are_no_success() -> None:
    assert errors_of(rows(0), ErrorSettings()) == ""
    said = errors_of(rows(1), ErrorSettings(max_share=0.01))
    assert said.startswith("1 of 100 documents met a mistake of this program (internal_error)")
    with pytest.raises(TooManyErrorsError, match=r"2 of 100 .*\(0\.01\)"):
        errors_of(rows(2), ErrorSettings(max_share=0.01))
    assert TooManyErrorsError.exit_status == 4


def test_a_level_is_judged_alone(tmp_path: Path) -> None:
    """One of ten URLs is much, however many records there were."""
    (tmp_path / "funnel.csv").write_text(
        "level,reason,count,words,text_bytes\nrecord,page,9000,0,0\nrecord,internal_error,1,0,0\n"
        "image,internal_error,1,0,0\nimage,kept,9,0,0\n"
    )
    funnel = funnel_of(str(tmp_path))
    with pytest.raises(TooManyErrorsError, match="1 of 9,001 records and 1 of 10 images"):
        errors_of(funnel, ErrorSettings())


@pytest.mark.parametrize(
    ("setting", "unexpected", "share"),
    [
        ("errors=stop", "stop", 0.01),
        ("errors.unexpected=stop", "stop", 0.01),
        ("errors.max_share=0", "row", 0.0),
    ],
)
def test_settings_of_errors(setting: str, unexpected: str, share: float) -> None:
    assert load_settings(None, [setting]).errors == ErrorSettings(unexpected, share)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "setting", ["errors=perhaps", "errors.max_share=2", "budget.seconds=0", "budget.mib=1"]
)
def test_settings_that_cannot_be(setting: str) -> None:
    with pytest.raises(SettingsError):
        load_settings(None, [setting])


def test_an_exception_is_said_with_class_and_place_on_one_line() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise ValueError

    for error, said in (
        (KeyError("a\nb\x1b[31m"), "KeyError at tests/hostile/test_internal_errors.py:"),
        (MuteError(), "MuteError at tests/hostile/test_internal_errors.py:"),
        (ValueError("x" * 10_000), "ValueError at"),
    ):
        try:
            raise error
        except Exception as caught:
            text = said_by(caught)
        assert text.startswith(said)
        assert text.isprintable()
        assert len(text) <= 300


def test_the_reason_has_a_sentence() -> None:
    assert "mistake of this program" in reason_text("internal_error")
    assert "time or memory" in reason_text("document_over_budget")
