"""What the robots.txt of a host allows us: its rules, its crawl delay, its preferences of use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from protego import Protego

from webdoc.permission.signs import (
    ALLOWED,
    ROBOTS_UNREACHABLE,
    UNREADABLE,
    Decision,
    PermissionSettings,
    Signal,
    usage_reason,
)

MAX_BYTES: Final = 500 * 1024  # Source: RFC 9309, 2.5: what is read at least
SOURCE: Final = "robots.txt"
_USAGE_FIELDS: Final = {
    "content-usage": Signal.CONTENT_USAGE,
    "content-signal": Signal.CONTENT_SIGNAL,
}
_SITE_WIDE: Final = ("sitemap", "host")  # lines that belong to no group
_EVERYBODY: Final = "*"
_NOT_OURS: Final = "-"  # what every agent that is not ours is called before Protego reads the file
_ADDRESS = re.compile(r"(?i:https?)://[^/?#]+/robots\.txt")
# With and without a colon, as Protego reads them. A version or anything else behind the name does
# not matter.
_AGENT_LINE = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)[\s*]*([\w.-]*)", re.IGNORECASE)


def is_robots_url(url: str) -> bool:
    """Tell whether a URL is where a host has its robots.txt. Source: RFC 9309, 2.3."""
    return _ADDRESS.fullmatch(url) is not None


@dataclass(frozen=True, slots=True)
class _Usage:
    """One line of Content-Usage or Content-Signal."""

    signal: Signal
    path: str  # a pattern, as of allow and disallow
    reason: str  # why it says no; "" where it does not


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines for some agents, as far as they concern us."""

    agents: set[str]  # of our names, _EVERYBODY and _NOT_OURS
    usages: list[_Usage] = field(default_factory=list)


class HostRobots:
    """The robots.txt of one host, read at the first question."""

    def __init__(self, status: int, body: bytes, settings: PermissionSettings):
        """Keep an answer.

        Args:
            status: HTTP status after redirects, 0 when there was no answer at all.
            body: bytes of the answer, encodings undone; what lies beyond 500 KiB is not read.
            settings: who we are, and which signals bind.
        """
        self._settings = settings
        self._body = body[: MAX_BYTES + 1]
        self._refusal = _refusal(status, settings)
        self._is_rules = 200 <= status <= 299

    def decide(self, url: str) -> Decision:
        """Decide whether an address of this host may be asked for and used.

        Args:
            url: absolute, percent-encoded.
        """
        if Signal.ROBOTS_TXT in self._settings.signals:
            if not self._refusal.allowed:
                return self._refusal
            if not all(self._rules.can_fetch(url, agent) for agent in self._settings.agents):
                return Decision(False, Signal.ROBOTS_TXT, SOURCE)
        for reason, rules in self._usage_rules:
            if not rules.can_fetch(url, _NOT_OURS):
                return Decision(False, reason, SOURCE)
        return ALLOWED

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds from one request to the next, the longest asked of any of our agents."""
        delays = (self._rules.crawl_delay(agent) for agent in self._settings.agents)
        return max((delay for delay in delays if delay is not None), default=None)

    @cached_property
    def _text(self) -> str:
        body = self._body if self._is_rules else b""
        if len(body) > MAX_BYTES:  # the line that is cut through is not read
            body = body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
        return body.decode("utf-8-sig", "replace")

    @cached_property
    def _rules(self) -> Protego:
        # Protego files each rule once for each agent of its group: half of a file of agents, the
        # other half of rules, would take minutes and gigabytes. Three names are enough for us.
        lines = []
        for line in self._text.splitlines():
            agent = _agent(line, self._settings)
            lines.append(line if agent is None else f"User-agent: {agent}")
        return Protego.parse("\n".join(lines))

    @cached_property
    def _usage_rules(self) -> list[tuple[str, Protego]]:
        """Return reasons, each with the paths that it covers as rules for _NOT_OURS."""
        everybody, *groups = _groups(self._text, self._settings)
        rules: list[tuple[str, Protego]] = []
        for agent in self._settings.agents:
            named = [group for group in groups if agent.lower() in group.agents]
            named = named or [group for group in groups if _EVERYBODY in group.agents]
            usages = [usage for group in (everybody, *named) for usage in group.usages]
            for signal in _USAGE_FIELDS.values():
                rules += _refusing([usage for usage in usages if usage.signal == signal])
        return rules


def _refusal(status: int, settings: PermissionSettings) -> Decision:
    """Return the decision on every address where there are no rules to read.

    Source: RFC 9309, 2.3.1: 4xx means that there are none, 5xx and no answer that all is
    forbidden. 429 is a server that cannot answer now, and redirects without an end are nothing
    that could be read.
    """
    closed = status in (401, 403) and not settings.forbidden_robots_txt_allows
    if 200 <= status <= 299 or (400 <= status <= 499 and status != 429 and not closed):
        return ALLOWED
    return Decision(False, ROBOTS_UNREACHABLE, SOURCE)


def _agent(line: str, settings: PermissionSettings) -> str | None:
    """Return whom the line of an agent names, None for any other line."""
    match = _AGENT_LINE.match(line.partition("#")[0])
    if match is None:
        return None
    name = match[1].lower()
    if not name:
        return _EVERYBODY if "*" in match[0] else _NOT_OURS
    return name if name in map(str.lower, settings.agents) else _NOT_OURS


def _groups(text: str, settings: PermissionSettings) -> Iterator[_Group]:
    """Yield what stands before the first agent, which is for everybody, then the groups."""
    group, has_rules = _Group({_EVERYBODY}), True
    for line in text.splitlines():
        if (agent := _agent(line, settings)) is not None:
            if has_rules:
                yield group
                group, has_rules = _Group(set()), False
            group.agents.add(agent)
            continue
        name, colon, value = line.partition("#")[0].partition(":")
        name = name.strip().lower()
        has_rules = has_rules or (bool(colon) and name not in _SITE_WIDE)
        if name in _USAGE_FIELDS:
            group.usages.append(_usage(value.strip(), settings, _USAGE_FIELDS[name]))
    yield group


def _usage(value: str, settings: PermissionSettings, signal: Signal) -> _Usage:
    """Read a preference. Drafts before draft-ietf-aipref-attach, and many sites, have no path."""
    path = "/"
    if value.startswith("/"):
        path, _, value = value.replace("\t", " ").partition(" ")
    return _Usage(signal, path, usage_reason(value, settings, signal))


def _refusing(usages: list[_Usage]) -> Iterator[tuple[str, Protego]]:
    """Yield the reason and the rules by which preferences of one kind say no, if any does.

    The longest path that fits an address counts, as for allow and disallow; of equal ones the
    stricter. Source: draft-ietf-aipref-attach-04, 3.1.
    """
    reasons = {usage.path: usage.reason for usage in usages if usage.reason}
    if not reasons:
        return
    lines = [f"User-agent: {_NOT_OURS}"]
    lines += (f"Disallow: {path}" for path in reasons)
    lines += (f"Allow: {usage.path}" for usage in usages if usage.path not in reasons)
    stated = usages[0].signal in reasons.values()
    yield usages[0].signal if stated else UNREADABLE, Protego.parse("\n".join(lines))
