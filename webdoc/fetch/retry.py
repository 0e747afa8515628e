"""Which failures may pass, and how long to wait before asking again."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from webdoc.fetch.manifest import Cause
from webdoc.fetch.settings import FetchSettings

# Failures of the moment: the same request may do better in a minute.
_PASSING = frozenset(
    {
        Cause.DNS,
        Cause.CONNECT,
        Cause.TIMEOUT_CONNECT,
        Cause.TIMEOUT_FIRST_BYTE,
        Cause.TIMEOUT,
        Cause.RESET,
        Cause.BAD_LENGTH,
    }
    | {f"http_{status}" for status in (408, 425, 429, 500, 502, 503, 504)}
)
# What a later run asks again; the last ones are not worth another try at once.
WORTH_ANOTHER_RUN = _PASSING | {Cause.HOST_RESTING, Cause.TLS, Cause.ROBOTS_UNREACHABLE}
# Signs that a host, and not one picture, is in trouble.
_OF_THE_HOST = _PASSING - {Cause.BAD_LENGTH, "http_408", "http_425", "http_500"} | {Cause.TLS}
_BUSY = frozenset({429, 503})


def is_passing(cause: str) -> bool:
    """Tell whether the same request may do better a moment later."""
    return cause in _PASSING


def is_of_the_host(cause: str) -> bool:
    """Tell whether a failure counts towards the host's rest."""
    return cause in _OF_THE_HOST


def says_busy(http_status: int) -> bool:
    """Tell whether a host asks to be asked less often."""
    return http_status in _BUSY


def backoff_s(url: str, attempt: int, settings: FetchSettings) -> float:
    """Return the seconds before attempt + 1, from half to one and a half of the set ones.

    The jitter comes from the URL: the same in each run, different for URLs that failed together.
    """
    noise = blake2b(f"{attempt} {url}".encode("utf-8", "replace"), digest_size=4).digest()
    jitter = 0.5 + int.from_bytes(noise, "big") / 2**32
    doubled = settings.backoff_s * 2.0 ** min(attempt - 1, 32)
    return min(doubled * jitter, settings.max_backoff_s)


def retry_after_s(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, None when it cannot be read.

    Seconds or a date, as in RFC 9110, 10.2.3; a date that has passed is 0.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 12 else math.inf
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:  # "-0000" and no zone at all
            date = date.replace(tzinfo=UTC)
        return max(0.0, (date - now).total_seconds())
    except (ValueError, OverflowError):
        return None
