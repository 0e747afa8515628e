"""What became of one URL: a row of the manifest, and why it ended so."""

from dataclasses import dataclass, replace
from enum import StrEnum

from webdoc.picture.facts import NOT_LOOKED_FOR, PictureFacts


class Cause(StrEnum):
    """Why a URL gave no picture. Each one has a test that brings it about.

    Beside these there are `http_404` and its like for every status, and `picture_...` with the
    statuses of `webdoc.picture.measure` for bytes that begin as a picture and are not a whole one.
    """

    OK = "ok"
    MOVED = "moved"  # a redirect; the row of its target says what is there
    # nothing was asked
    BAD_URL = "bad_url"  # not http or https, no host, a port of another service, a password
    ROBOTS = "robots"  # the host's robots.txt says no
    ROBOTS_UNREACHABLE = "robots_unreachable"  # it could not be read, which means no
    OPTED_OUT = "opted_out"  # a list of the settings, or the answer's own headers
    HOST_RESTING = "host_resting"  # too many failures in a row
    REFUSED_ADDRESS = "refused_address"  # the name leads to a private address
    DNS = "dns"  # the name leads nowhere
    # no answer
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_FIRST_BYTE = "timeout_first_byte"
    TIMEOUT = "timeout"  # an answer began and did not end in time
    RESET = "reset"  # the connection ended before the answer did
    BAD_HTTP = "bad_http"  # what came is not HTTP, or its headers have no end
    # an answer without a picture
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_REDIRECT = "bad_redirect"  # to nowhere, or to another scheme
    BAD_LENGTH = "bad_length"  # fewer bytes than the headers say
    BAD_ENCODING = "bad_encoding"  # gzip and the like that cannot be undone
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_IMAGE = "not_image"
    # neither the web's fault nor the host's
    INTERNAL_ERROR = "internal_error"  # a mistake of this program; the detail says where


@dataclass(frozen=True, slots=True)
class Fetched:
    """One URL that was asked for. "" and 0 where nothing is known."""

    url: str
    cause: str  # Cause, http_NNN or picture_STATUS
    detail: str = ""  # what went wrong, in a few words, for a person
    final_url: str = ""  # where the answer came from, after redirects
    redirect_url: str = ""  # absolute, where a MOVED answer points
    http_status: int = 0
    time: str = ""  # UTC of the last attempt, 2026-05-18T01:58:10Z
    attempts: int = 0  # requests for this URL, those for robots.txt not counted
    etag: str = ""
    last_modified: str = ""
    media_type: str = ""  # as the server calls it
    permission_reason: str = ""  # which sign decided, and where it stands
    permission_source: str = ""
    facts: PictureFacts = NOT_LOOKED_FOR  # of the bytes as they came, content encoding undone
    bytes_file: str = ""  # where the bytes lie, relative to the folder of the run
    bytes_row: int = 0  # and in which row


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of the manifest beside the bytes of its picture."""

    row: Fetched
    body: bytes = b""  # b"" unless the cause is OK


def at_end_of_redirects(url: str, end: Fetched | None, hops: int, max_redirects: int) -> Fetched:
    """Return the row of a URL whose redirects lead to the row `end`, or to no row that we have.

    Args:
        url: the URL that was wanted.
        end: the row of the last URL of the chain; None when that was never asked.
        hops: redirects from url to there.
        max_redirects: that are followed; a longer chain gives TOO_MANY_REDIRECTS.
    """
    if hops > max_redirects or (end is not None and end.cause == Cause.MOVED):
        return Fetched(url, Cause.TOO_MANY_REDIRECTS, f"more than {max_redirects}")
    if end is None:
        return Fetched(url, Cause.BAD_REDIRECT, "its target was not asked")
    return replace(end, url=url)
