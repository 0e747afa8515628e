"""What robots.txt in the archives says about URLs that documents ask about. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from webdoc.permission.robots_txt import HostRobots
from webdoc.permission.signs import ALLOWED, Decision, PermissionSettings, Signal
from webdoc.url_keys import host_of

_SIGNALS = frozenset((Signal.ROBOTS_TXT, Signal.CONTENT_USAGE, Signal.CONTENT_SIGNAL))


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a document may use a URL; or, without a URL, the robots.txt that answers."""

    origin: str  # scheme, host and port: webdoc.url_keys.origin_of
    url: str = ""  # of the page or of an image of it; "" for the robots.txt of the origin
    doc_id: str = ""  # of the document that asks
    http_status: int = 0  # of the robots.txt; 0 where it cannot be read
    robots_txt: bytes = b""
    capture_time: str = ""  # of the robots.txt


@dataclass(frozen=True, slots=True)
class Refusal:
    """A URL that a document may not use, and who says so."""

    doc_id: str
    url: str
    reason: str  # as in webdoc.permission.signs.Decision
    source: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """All refusals of one document."""

    refusals: tuple[Refusal, ...] = ()


def robots_bind(settings: PermissionSettings) -> bool:
    """Tell whether anything that stands in a robots.txt is heeded."""
    return not _SIGNALS.isdisjoint(settings.signals)


class RobotsReader:
    """Answers questions that come origin by origin, one robots.txt in memory at a time."""

    def __init__(self, settings: PermissionSettings) -> None:
        self._settings = settings
        self._origin = ""
        self._robots: HostRobots | None = None
        self._source = ""
        self._last = ("", ALLOWED)  # pages of a site show the same pictures

    def refusals(self, questions: Iterable[Question]) -> list[Refusal]:
        """Return what is refused.

        Args:
            questions: sorted by origin, then by URL, so that the robots.txt of an origin comes
                first; they may come in several calls. Without a robots.txt nothing is refused.
        """
        found = []
        for question in questions:
            if not question.url:
                self._read(question)
            elif question.origin == self._origin:
                decision = self._decide(question.url)
                if not decision.allowed:
                    reason, source = decision.reason, self._source
                    found.append(Refusal(question.doc_id, question.url, reason, source))
        return found

    def _read(self, question: Question) -> None:
        self._origin = question.origin
        self._robots = HostRobots(question.http_status, question.robots_txt, self._settings)
        host = host_of(question.origin)
        self._source = f"robots.txt of {host}, captured {question.capture_time}"
        self._last = ("", ALLOWED)

    def _decide(self, url: str) -> Decision:
        assert self._robots is not None
        if url != self._last[0]:
            self._last = (url, self._robots.decide(url))
        return self._last[1]
