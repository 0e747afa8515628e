import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.fetch.manifest import Cause
from webdoc.fetch.retry import (
    WORTH_ANOTHER_RUN,
    backoff_s,
    is_of_the_host,
    is_passing,
    retry_after_s,
    says_busy,
)
from webdoc.fetch.settings import FetchSettings, share_of

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 5 ", 5),
        ("9" * 400, math.inf),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 12:00:30 -0000", 30),
        ("Thu, 01 Jan 2026 13:00:30 +0100", 30),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Thu, 99 Jan 2026 12:00:30 GMT", None),
        ("Thu, 01 Jan 99999999999 12:00:30 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


@given(st.text())
def test_retry_after_never_raises_and_never_goes_back(value: str) -> None:
    seconds = retry_after_s(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.text(), st.integers(1, 50))
def test_backoff_doubles_within_its_jitter_and_limit(url: str, attempt: int) -> None:
    settings = FetchSettings(backoff_s=2, max_backoff_s=60)
    seconds = backoff_s(url, attempt, settings)
    middle = 2.0 * 2 ** (attempt - 1)
    assert min(60, middle / 2) <= seconds <= min(60, middle * 1.5)
    assert seconds == backoff_s(url, attempt, settings)


def test_urls_that_failed_together_do_not_come_back_together() -> None:
    settings = FetchSettings()
    assert len({backoff_s(f"http://e.org/{i}", 1, settings) for i in range(100)}) == 100


@pytest.mark.parametrize(
    ("cause", "now", "later", "host"),
    [
        ("timeout", True, True, True),
        ("dns", True, True, True),
        ("http_429", True, True, True),
        ("http_503", True, True, True),
        ("http_500", True, True, False),
        ("bad_length", True, True, False),
        ("tls", False, True, True),
        ("host_resting", False, True, False),
        ("robots_unreachable", False, True, False),
        ("robots", False, False, False),
        ("opted_out", False, False, False),
        ("http_404", False, False, False),
        ("http_410", False, False, False),
        ("not_image", False, False, False),
        ("too_large", False, False, False),
        ("refused_address", False, False, False),
        ("bad_url", False, False, False),
        ("ok", False, False, False),
        ("moved", False, False, False),
    ],
)
def test_what_each_cause_means(cause: str, now: bool, later: bool, host: bool) -> None:
    assert (is_passing(cause), cause in WORTH_ANOTHER_RUN, is_of_the_host(cause)) == (
        now,
        later,
        host,
    )


def test_every_cause_is_a_plain_word() -> None:
    assert all(cause.value.replace("_", "").isalpha() for cause in Cause)


def test_busy() -> None:
    assert [status for status in (200, 404, 429, 500, 502, 503) if says_busy(status)] == [429, 503]


@pytest.mark.parametrize(
    "wrong",
    [
        {"parallel": 0}, {"parallel_per_host": 0}, {"rate_per_host": 0}, {"rate_per_host": -1},
        {"timeout_s": 0}, {"max_bytes": 0}, {"retries": -1}, {"max_redirects": 17},
        {"max_redirects": -1}, {"contact": "me\r\nX: y"}, {"contact": "me) (you"},
        {"rate": -1}, {"run_rate": 0.0009},
        {"shard_rows": 0}, {"run_parallel": 0}, {"backoff_s": -1},
    ],
)  # fmt: skip
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        FetchSettings(**wrong)  # type: ignore[arg-type]


@given(
    st.integers(1, 500),
    st.integers(1, 500),
    st.integers(1, 100),
    st.one_of(st.just(0.0), st.floats(0.001, 100)),
    st.one_of(st.just(0.0), st.floats(0.1, 100)),  # a task has at least 0.001
)
def test_tasks_together_keep_the_limits_of_the_run(
    parallel: int, run_parallel: int, tasks: int, rate: float, run_rate: float
) -> None:
    settings = FetchSettings(
        parallel=parallel, run_parallel=run_parallel, rate=rate, run_rate=run_rate
    )
    share = share_of(settings, tasks)
    assert 1 <= share.parallel <= parallel
    assert share.parallel == 1 or share.parallel * tasks <= run_parallel
    if rate:
        assert 0 < share.rate <= rate
    if run_rate:
        assert 0 < share.rate * tasks <= run_rate * (1 + 1e-9)
    if not rate and not run_rate:
        assert share.rate == 0


def test_the_agent_says_who_it_is() -> None:
    agent = FetchSettings(contact="https://example.org/bot").agent
    assert agent.startswith("interleaf/")
    assert agent.endswith(" (+https://example.org/bot)")
