"""Asking a storage again: an outage of minutes is no loss, and what is missing is no outage."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random_exponential,
)

_Answer = TypeVar("_Answer")
_LOG = logging.getLogger(__name__)

_BUSY_STATUS = (408, 425, 429)  # of the 4xx, those by which a server asks for patience
# EAI_NONAME and EAI_NODATA of Linux and of macOS: there is no such host. EAI_AGAIN is another one.
_UNKNOWN_HOST = (-2, -5, 8, 7)
# What stays wrong however often it is tried. botocore is known by name: not every run needs it.
_FINAL = (
    FileNotFoundError,
    PermissionError,
    IsADirectoryError,
    NotADirectoryError,
    ImportError,
    NotImplementedError,
    TypeError,
    ValueError,
)
_FINAL_BOTOCORE = {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"}
_TOLD_FROM_S = 4.0  # shorter waits are not printed


def is_passing(error: BaseException) -> bool:
    """Tell whether an error of a storage library may be gone when one asks again.

    fsspec says "no such file" of a web server whatever went wrong; what it was raised from tells
    a 404 from a 503 and from a server that is away.
    """
    causes = list(_with_causes(error))
    status = next((found for one in causes if (found := http_status(one))), 0)
    if status:
        return status >= 500 or status in _BUSY_STATUS
    if any(_is_unknown_host(one) for one in causes):
        return False
    last = causes[-1]
    names = {base.__name__ for base in type(last).__mro__}
    # A timeout of asyncio and errors of aiohttp that are ValueErrors too are no final ones.
    if isinstance(last, TimeoutError) or "ClientError" in names:
        return "InvalidURL" not in names
    return not (isinstance(last, _FINAL) or names & _FINAL_BOTOCORE)


def http_status(error: BaseException) -> int:
    """Return the status with which a server answered, by an error of aiohttp or botocore; 0: none.

    >>> http_status(TimeoutError())
    0
    """
    status = getattr(error, "status", None)
    if status is None:
        answer = getattr(error, "response", None)
        about = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
        status = about.get("HTTPStatusCode")
    return status if isinstance(status, int) else 0


def _is_unknown_host(error: BaseException) -> bool:
    below: object = getattr(error, "os_error", error)  # aiohttp wraps it
    return type(below).__name__ == "gaierror" and getattr(below, "errno", 0) in _UNKNOWN_HOST


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and what it was raised from."""
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__


def ask_patiently(
    call: Callable[[], _Answer], attempts: int, first_wait_s: float, max_wait_s: float
) -> _Answer:
    """Return what a call returns; where its error may pass, ask again.

    Args:
        call: may be called several times.
        attempts: at most, the first included.
        first_wait_s: before the second attempt; doubles with each. Half of a wait is chance, so
            that a thousand tasks do not come back in the same moment.
        max_wait_s: no wait is longer.

    Raises:
        Exception: of the last attempt, as the call raised it.
    """
    half, most = first_wait_s / 2, max_wait_s / 2
    retrying = Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_exponential(half, most) + wait_random_exponential(half, most),
        retry=retry_if_exception(is_passing),
        before_sleep=_tell,
        reraise=True,
    )
    return retrying(call)


def _tell(state: RetryCallState) -> None:
    """Say that a storage is waited for, once that takes a while."""
    error = state.outcome.exception() if state.outcome else None
    if error is not None and state.upcoming_sleep >= _TOLD_FROM_S:
        wait = f"{state.upcoming_sleep:.0f} s"
        _LOG.warning("%s; asking again in %s, try %d", said(error), wait, state.attempt_number + 1)


def said(error: BaseException) -> str:
    """Say what went wrong without the path, which may be a private one."""
    if isinstance(error, FileNotFoundError) and not is_passing(error):
        return "no such file"
    if isinstance(error, PermissionError):
        return "not allowed to read it"
    *_, last = _with_causes(error)
    status = next((found for one in _with_causes(error) if (found := http_status(one))), 0)
    if status:
        return f"its storage answered {status}"
    words = getattr(last, "strerror", None) or str(last)
    return f"{type(last).__name__}: {words}"[:300]
