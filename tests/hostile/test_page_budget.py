"""A page has a budget that nothing passes, whatever library holds the processor."""

import ctypes
import faulthandler
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from obelics_like.record_rows import rows_of
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import load_settings
from spark_jobs.run import supervised as module
from spark_jobs.run.supervised import KILLS, DeadWorkerError, Guard, guard_of, supervised
from webdoc.archive.captures import Capture
from webdoc.internal_errors import ErrorSettings, InternalError
from webdoc.page import read_capture
from webdoc.page.budget import BudgetSettings, OverBudgetError, bounded_memory, in_budget, watching
from webdoc.reasons import CaptureReason, Kind, Reason

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
SHORT = BudgetSettings(seconds=0.2, mib=64)


def hold_in_c() -> None:
    """Keep the processor inside OpenSSL, which hears of no signal."""
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)


def crash() -> None:
    faulthandler.disable()  # its many lines are no news here
    ctypes.string_at(0)


def loop() -> None:
    while True:
        pass


def eat() -> int:
    return len(b"x" * (1 << 30))


def wait() -> None:
    time.sleep(10_000)


def swallow() -> None:
    """What libraries do with exceptions that they do not know."""
    while True:
        try:
            loop()
        except Exception:
            continue


STEPS: dict[str, Callable[[], object]] = {
    "hold": hold_in_c,
    "crash": crash,
    "loop": loop,
    "eat": eat,
    "wait": wait,
    "swallow": swallow,
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short limits for what comes after the first one."""
    monkeypatch.setattr("webdoc.page.budget._KILL_S", 0.1)
    monkeypatch.setattr(module, "_WALL_S", 1.0)
    monkeypatch.setattr(module, "_LOOK_S", 0.05)


def pages(*names: str) -> list[str]:
    """Work on pages of these names; what becomes of each."""
    found = []
    for offset, name in enumerate(names):
        try:
            with bounded_memory():
                found.append(str(in_budget(("a.warc", offset), STEPS.get(name, lambda: "read"))))
        except OverBudgetError as error:
            found.append(str(error))
    return found


def guard(out: Path, budget: BudgetSettings = SHORT) -> Guard:
    return guard_of(str(out), budget)


def test_what_stays_in_the_budget_is_as_without_one(tmp_path: Path, impatient: None) -> None:
    assert supervised(lambda: pages("a", "b"), guard(tmp_path)) == ["read", "read"]
    assert not (tmp_path / KILLS).exists()


@pytest.mark.parametrize("name", ["loop", "swallow", "eat"])
def test_python_and_memory_are_ended_without_a_process(
    name: str, tmp_path: Path, impatient: None
) -> None:
    first, bad, last = supervised(lambda: pages("a", name, "b"), guard(tmp_path))
    assert (first, last) == ("read", "read")
    assert bad == ("more than 64 MiB of memory" if name == "eat" else "more than 0.2 s")
    assert not (tmp_path / KILLS).exists()


@pytest.mark.parametrize(
    ("name", "how"),
    [("hold", "signal SIGPROF"), ("crash", "signal SIGSEGV"), ("wait", "it made no progress")],
)
def test_a_page_that_ends_two_processes_is_set_aside(
    name: str, how: str, tmp_path: Path, impatient: None
) -> None:
    answer = supervised(lambda: pages("a", name, "b"), guard(tmp_path))
    assert answer == ["read", "it ended 2 processes that read it", "read"]
    kills = [json.loads(file.read_text()) for file in (tmp_path / KILLS).iterdir()]
    assert kills == [{"warc_filename": "a.warc", "warc_record_offset": 1, "how": how}] * 2


def test_a_resumed_run_does_not_meet_it_again(tmp_path: Path, impatient: None) -> None:
    supervised(lambda: pages("crash"), guard(tmp_path))
    before = sorted((tmp_path / KILLS).iterdir())
    assert supervised(lambda: pages("crash"), guard(tmp_path)) == [
        "it ended 2 processes that read it"
    ]
    assert sorted((tmp_path / KILLS).iterdir()) == before


def test_many_such_pages_are_each_set_aside(tmp_path: Path, impatient: None) -> None:
    answer = supervised(lambda: pages(*["crash", "a"] * 5), guard(tmp_path))
    assert answer == ["it ended 2 processes that read it", "read"] * 5
    assert len(list((tmp_path / KILLS).iterdir())) == 10


def test_a_process_that_dies_at_no_page_is_an_error(tmp_path: Path, impatient: None) -> None:
    with pytest.raises(DeadWorkerError, match="signal SIGSEGV"):
        supervised(crash, guard(tmp_path))


def test_what_the_work_raises_comes_back(tmp_path: Path) -> None:
    def work() -> None:
        raise FileNotFoundError(2, "No such file", "x.warc")

    with pytest.raises(FileNotFoundError, match=r"x\.warc") as caught:
        supervised(work, guard(tmp_path))
    assert "test_page_budget.py" in caught.value.__notes__[0]


def test_a_child_does_not_outlive_its_parent(tmp_path: Path) -> None:
    """Spark kills a worker whose task is no longer wanted; nobody would end its child."""
    noted = tmp_path / "child"

    def work() -> None:
        noted.write_text(str(os.getpid()))
        time.sleep(60)

    parent = os.fork()
    if parent == 0:
        try:
            supervised(work, guard(tmp_path))
        finally:
            os._exit(0)
    end = time.monotonic() + 20
    while not (noted.exists() and noted.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    child = int(noted.read_text())
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    end = time.monotonic() + 20
    while _is_there(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _is_there(child)


def _is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def timers() -> Iterator[None]:
    yield
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_no_timer_stays(timers: None) -> None:
    with watching(SHORT):
        in_budget(("a", 0), lambda: None)
        with pytest.raises(OverBudgetError):
            in_budget(("a", 0), loop)
        with pytest.raises(KeyError):
            in_budget(("a", 0), lambda: {}["x"])


# Pages, pictures and records, through the rows of the path.


def capture(kind: Kind, offset: int, body: bytes = b"<p>Some words.") -> Capture:
    return Capture(
        "a.warc",
        offset,
        10,
        url=f"http://e.org/{offset}",
        kind=kind,
        body=body,
        http_charset="utf-8",
    )


CAPTURES = [
    capture(Kind.PAGE, 0),
    capture(Kind.PAGE, 1, b"<p>bad"),
    capture(Kind.IMAGE, 2, b"bad"),
    capture(Kind.PAGE, 3),
]


def fail_at(monkeypatch: pytest.MonkeyPatch, step: Callable[[], object]) -> None:
    """Let a step stand in for a library that meets its page or picture."""
    real_extract = read_capture.extract
    monkeypatch.setattr(
        read_capture,
        "extract",
        lambda data, *rest: step() if b"bad" in data else real_extract(data, *rest),
    )
    monkeypatch.setattr("webdoc.tables.records.picture_facts", lambda *_: step())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load(load_settings())


def test_a_mistake_of_ours_is_a_row_of_its_page_or_picture(
    monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    def mistake() -> None:
        raise KeyError("no such thing")

    fail_at(monkeypatch, mistake)
    settings = load_settings()
    rows = list(rows_of(CAPTURES, "", settings.extraction, rules))
    page, picture = rows[1].document, rows[2]
    assert page is not None
    assert page.reject_reason == Reason.INTERNAL_ERROR
    assert page.reject_detail.startswith("KeyError at tests/hostile/test_page_budget.py:")
    assert (picture.kind, picture.reject_reason) == ("other", CaptureReason.INTERNAL_ERROR)
    assert picture.reject_detail.startswith("KeyError at ")
    good = [row.document.reject_reason for row in (rows[0], rows[3]) if row.document]
    assert good == [Reason.DOCUMENT_WORDS] * 2
    with pytest.raises(KeyError):
        list(rows_of(CAPTURES, "", settings.extraction, rules, ErrorSettings(unexpected="stop")))


def test_a_record_that_met_a_mistake_ends_a_run_where_it_should() -> None:
    row = Capture("a", 0, 1, reject_reason=CaptureReason.INTERNAL_ERROR, reject_detail="KeyError")
    ErrorSettings().check(row)
    with pytest.raises(InternalError, match="KeyError"):
        ErrorSettings(unexpected="stop").check(row)


@pytest.mark.parametrize("name", ["loop", "eat", "hold", "crash"])
def test_a_page_and_a_picture_over_their_budget_are_rows(
    name: str, monkeypatch: pytest.MonkeyPatch, rules: Rules, tmp_path: Path, impatient: None
) -> None:
    fail_at(monkeypatch, STEPS[name])
    settings = load_settings()
    budget = BudgetSettings(seconds=0.5, mib=128)

    def work() -> list[tuple[str, str | None]]:
        rows = rows_of(CAPTURES, "", settings.extraction, rules)
        return [(r.kind, r.document.reject_reason if r.document else r.reject_reason) for r in rows]

    assert supervised(work, guard(tmp_path, budget)) == [
        ("page", "document_words"),
        ("page", "document_over_budget"),
        ("other", "over_budget"),
        ("page", "document_words"),
    ]
