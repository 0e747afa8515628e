"""What the fetcher asks before it fetches, and before it keeps: may I?"""

from collections.abc import Sequence
from typing import Protocol

from webdoc.permission.opt_outs import OptOuts
from webdoc.permission.robots_txt import HostRobots
from webdoc.permission.signs import Decision, PermissionSettings, header_decision


class Robots(Protocol):
    """What one host's robots.txt says."""

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between requests that it asks for, None when it does not."""

    def decide(self, url: str) -> Decision:
        """Decide about one URL of the host."""


class Gate(Protocol):
    """Every permission that a fetch depends on."""

    def url(self, url: str) -> Decision:
        """Decide by the URL alone: lists of those who opted out."""

    def robots(self, status: int, body: bytes) -> Robots:
        """Read the answer for robots.txt; bodies of failures are empty."""

    def answer(self, headers: Sequence[tuple[str, str]]) -> Decision:
        """Decide by the headers of the picture's own answer."""

    def picture(self, sha256: str) -> Decision:
        """Decide by what the bytes are."""


class PermissionGate:
    """The gate of the settings: lists of opt-outs, robots.txt, the answer's headers."""

    def __init__(self, settings: PermissionSettings) -> None:
        self._settings = settings
        self._opt_outs = OptOuts.load(settings.opt_out_lists, settings.opt_out_hash_distance)

    def url(self, url: str) -> Decision:
        """Decide by the lists of addresses and domains."""
        return self._opt_outs.decide_url(url)

    def robots(self, status: int, body: bytes) -> Robots:
        """Read robots.txt."""
        return HostRobots(status, body, self._settings)

    def answer(self, headers: Sequence[tuple[str, str]]) -> Decision:
        """Decide by the headers of an image."""
        return header_decision(headers, self._settings, of="image")

    def picture(self, sha256: str) -> Decision:
        """Decide by the lists of hashes."""
        return self._opt_outs.decide_image(sha256)
