"""robots.txt: rules by agent and path, preferences of use, and answers that hold no rules."""

import pytest

from webdoc.permission.robots_txt import MAX_BYTES, HostRobots, is_robots_url
from webdoc.permission.signs import UNREADABLE, Decision, PermissionSettings

SETTINGS = PermissionSettings()
PAGE = "https://example.org/a/b.html"


def robots(text: str, settings: PermissionSettings = SETTINGS) -> HostRobots:
    return HostRobots(200, text.encode(), settings)


def reason(text: str, path: str = "/a/b.html", settings: PermissionSettings = SETTINGS) -> str:
    return robots(text, settings).decide(f"https://example.org{path}").reason


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /a", False),
        ("User-agent: *\nDisallow: /c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", True),
        ("User-agent: *\nDisallow: /*.html$", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: interleaf\nDisallow: /", False),
        ("User-agent: InterLeaf/1.0\nDisallow: /", False),
        ("User-agent: interleafbot\nDisallow: /", True),
        ("user-agent interleaf\ndisallow /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: interleaf\nDisallow:\nAllow: /", True),
        ("User-agent: other\nUser-agent: interleaf # us\nDisallow: /", False),
        ("User-agent: other\nUser-agent: another\nDisallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("<!doctype html><title>Not found</title>", True),
    ],
)
def test_rules(text: str, allowed: bool) -> None:
    said = robots(text).decide(PAGE)
    assert said == (Decision(True) if allowed else Decision(False, "robots_txt", "robots.txt"))


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(404, True), (410, True), (401, True), (403, True), (429, False), (500, False), (503, False),
     (0, False), (301, False), (304, False)],
)  # fmt: skip
def test_an_answer_without_rules(status: int, allowed: bool) -> None:
    said = HostRobots(status, b"User-agent: *\nDisallow: /", SETTINGS).decide(PAGE)
    assert said.allowed == allowed
    assert said.reason == ("" if allowed else "robots_unreachable")


@pytest.mark.parametrize("status", [401, 403])
def test_a_forbidden_file_can_be_taken_for_a_no(status: int) -> None:
    settings = PermissionSettings(forbidden_robots_txt_allows=False)
    assert not HostRobots(status, b"", settings).decide(PAGE).allowed
    assert HostRobots(404, b"", settings).decide(PAGE).allowed


def test_rules_bind_only_where_the_settings_say_so() -> None:
    settings = PermissionSettings(signals=("noai",))
    text = "User-agent: *\nDisallow: /\nContent-Usage: train-ai=n"
    assert reason(text, settings=settings) == ""
    assert HostRobots(500, b"", settings).decide(PAGE).allowed


def test_heeded_agents_bind_too() -> None:
    text = "User-agent: GPTBot\nDisallow: /a\nCrawl-delay: 7\n\nUser-agent: *\nCrawl-delay: 2"
    heeding = PermissionSettings(agents=("interleaf", "GPTBot"))
    assert (reason(text), reason(text, settings=heeding)) == ("", "robots_txt")
    assert robots(text).crawl_delay_s == 2
    assert robots(text, heeding).crawl_delay_s == 7


@pytest.mark.parametrize(
    ("line", "delay_s"),
    [("Crawl-delay: 2.5", 2.5), ("Crawl-delay: soon", None), ("Crawl-delay: -1", None), ("", None)],
)
def test_crawl_delay(line: str, delay_s: float | None) -> None:
    assert robots(f"User-agent: *\n{line}\nDisallow: /x").crawl_delay_s == delay_s


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nContent-Usage: / train-ai=n", "content_usage"),
        ("User-agent: *\nContent-Usage: train-ai=n", "content_usage"),
        ("User-agent: *\nContent-Usage : /a\ttrain-ai=n # no", "content_usage"),
        ("Content-Usage: train-ai=n\nUser-agent: *\nAllow: /", "content_usage"),
        ("User-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /", "content_signal"),
        ("User-agent: *\nContent-Usage: /c train-ai=n", ""),
        ("User-agent: *\nContent-Usage: / train-ai=n\nContent-Usage: /a/ train-ai=y", ""),
        ("User-agent: *\nContent-Usage: / train-ai=y\nContent-Usage: /a/ train-ai=n",
         "content_usage"),
        ("User-agent: *\nContent-Usage: /a/ train-ai=y\nContent-Usage: /a/ train-ai=n",
         "content_usage"),
        ("User-agent: *\nContent-Usage: /a/ train-ai=n\nContent-Usage: /a/ train-ai=y",
         "content_usage"),
        ("User-agent: *\nContent-Usage: / train-ai=n\nContent-Signal: /a/ ai-train=yes",
         "content_usage"),
        ("User-agent: *\nContent-Usage: / train-ai=n\n\nUser-agent: interleaf\nAllow: /", ""),
        ("User-agent: interleaf\nContent-Usage: / train-ai=n\n\nUser-agent: *\nAllow: /",
         "content_usage"),
        ("User-agent: other\nContent-Usage: / train-ai=n", ""),
        ("User-agent: *\nSitemap: x\nUser-agent: other\nContent-Usage: / train-ai=n",
         "content_usage"),
        ("User-agent: *\nContent-Usage: / train-ai", UNREADABLE),
        ("User-agent: *\nContent-Usage: / search=n", ""),
    ],
)  # fmt: skip
def test_preferences_of_use(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_the_example_of_the_draft() -> None:
    """The table of draft-ietf-aipref-attach: /test no, /ai-ok/test yes, /never/ is not crawled."""
    text = (
        "User-Agent: *\nAllow: /\nDisallow: /never/\nContent-Usage: / train-ai=n\n"
        "Content-Usage: /ai-ok/ train-ai=y\n\n"
        "User-Agent: ExampleBot\nAllow: /\nContent-Usage: / train-ai=y\n"
    )
    assert reason(text, "/test") == "content_usage"
    assert reason(text, "/never/test") == "robots_txt"
    assert reason(text, "/ai-ok/test") == ""
    assert reason(text, "/test", PermissionSettings(agents=("ExampleBot",))) == ""


def test_only_the_first_500_kib_are_read() -> None:
    filler = "# " + "x" * (MAX_BYTES - 40) + "\n"
    assert reason("User-agent: *\n" + filler + "Disallow: /\n") == "robots_txt"
    assert reason("User-agent: *\n" + filler + "#" * 20 + "\nDisallow: /\n") == ""


@pytest.mark.timeout(60)  # a fifth of a second each in linear time
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("".join(f"User-agent: a{i}\n" for i in range(15_000)) + "Disallow: /z\n" * 20_000, ""),
        ("User-agent: *\n" + "Disallow: /*a*b*c*d*e*f\n" * 20_000, ""),  # the path has no c
        ("User-agent: *\nDisallow: /" + "*a" * 250_000, ""),  # more than the path has
        ("User-agent: *\n" + "Content-Usage: / train-ai=n\n" * 18_000, "content_usage"),
        ("User-agent: " * 40_000, ""),
    ],
)
def test_hostile_files_are_decided(text: str, expected: str) -> None:
    assert reason(text, "/a/b.html" + "a" * 8_000) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/robots.txt", True),
        ("HTTP://E.org:8080/robots.txt", True),
        ("https://e.org/Robots.txt", False),
        ("https://e.org/a/robots.txt", False),
        ("https://e.org//robots.txt", False),
        ("https://e.org/robots.txt?a", False),
        ("https://e.org/robots.txt/", False),
        ("https://e.org/robots_txt", False),
        ("https:///robots.txt", False),
        ("ftp://e.org/robots.txt", False),
    ],
)
def test_where_a_host_has_it(url: str, expected: bool) -> None:
    assert is_robots_url(url) is expected
