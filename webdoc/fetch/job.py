"""A URL on its way: what is asked for in its name, and the row that it becomes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from webdoc.fetch.addresses import is_web_port
from webdoc.fetch.answer import Reply
from webdoc.fetch.manifest import Fetched
from webdoc.permission.signs import ALLOWED, Decision
from webdoc.picture.facts import PictureFacts
from webdoc.url_keys import host_of
from webdoc.urls import absolute_url

_START = re.compile(r"https?://[^/?#]*", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Job:
    """A URL on its way, or the robots.txt that must be read before its origin's URLs."""

    url: str  # as it came
    address: str = ""  # as it is asked for: absolute, encoded, without fragment
    host: str = ""
    origin: str = ""  # scheme, host and port
    attempts: int = 0
    not_before: float = 0.0
    is_robots: bool = False
    redirects: int = 0  # of robots.txt only
    has_ended: bool = False  # its row is made


class Known(TypedDict, total=False):
    """What may be known of a URL at its end."""

    decision: Decision
    reply: Reply
    redirect_url: str
    picture: PictureFacts


def address_of(url: str) -> str:
    """Return what is asked for under a URL: absolute, encoded, no fragment; "" for nothing."""
    return _without_fragment(url, "")


def _without_fragment(url: str, base: str) -> str:
    try:
        return absolute_url(url, base).partition("#")[0]
    except UnicodeEncodeError:  # half of a surrogate pair
        return ""


def asked_host(address: str) -> str:
    """Return the host of an address; with a dot at its end it is still the same host."""
    return host_of(address).rstrip(".")


def job_of(url: str) -> tuple[Job, str]:
    """Return the job of a URL, and what is wrong with the URL."""
    address = address_of(url)
    if not address:
        return Job(url), "no http or https address"
    start = _START.match(address)
    host, origin, problem = _origin_of(start[0] if start else address)
    return Job(url, address, host, origin), problem


@lru_cache(maxsize=10_000)  # a host has many pictures
def _origin_of(start: str) -> tuple[str, str, str]:
    """Return host, origin and what is wrong with them, of the start of an address."""
    parts = urlsplit(start)
    host, origin = asked_host(start), f"{parts.scheme}://{parts.netloc}"
    if parts.username is not None:
        return host, origin, "it holds a password"
    try:
        port = parts.port
    except ValueError as error:
        return host, origin, str(error)
    return host, origin, "" if is_web_port(port) else f"port {port} is another service's"


def target_of(job: Job, reply: Reply) -> str:
    """Return where a redirect points, absolute and without fragment, "" for nowhere."""
    location = reply.header("location")
    return _without_fragment(location, job.address) if location else ""


def row_of(job: Job, cause: str, detail: str = "", **known: Unpack[Known]) -> Fetched:
    """Return the row of a URL that is not asked again in this run."""
    reply, picture = known.get("reply"), known.get("picture")
    decision = known.get("decision", ALLOWED)
    more: dict[str, Any] = {}
    if reply is not None:
        media_type = reply.header("content-type").partition(";")[0]
        more = {
            "http_status": reply.status,
            "etag": reply.header("etag"),
            "last_modified": reply.header("last-modified"),
            "media_type": media_type.strip().lower(),
        }
    if picture is not None:
        more["facts"] = picture
    return Fetched(
        url=job.url,
        cause=cause,
        detail=detail,
        final_url=job.address if job.attempts else "",
        redirect_url=known.get("redirect_url", ""),
        time=_now(),
        attempts=job.attempts,
        permission_reason=decision.reason,
        permission_source=decision.source,
        **more,
    )


def _now() -> str:
    return _clock(int(time()))


@lru_cache(maxsize=1)  # many URLs end in the same second, and formatting a time is slow
def _clock(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
