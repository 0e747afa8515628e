from hypothesis import example, given
from hypothesis import strategies as st

from webdoc.fetch.answer import Reply, printable
from webdoc.fetch.job import address_of, asked_host, job_of, row_of, target_of
from webdoc.fetch.manifest import Cause, Fetched, at_end_of_redirects
from webdoc.picture.facts import PictureFacts

PIECES = st.lists(
    st.sampled_from(
        ["http://", "https://", "e.org", "é.org", "/a", "/../b", "%2F", "%zz", "?q=1", "#f", " ",
         ":80", ":x", "@", "//", ".", "\\", "\n", "ü", "[::1]", "&amp;", "\ud800"]
    ),
    max_size=7,
).map("".join)  # fmt: skip


@example("http://é.org http://")
@given(st.one_of(PIECES, st.text()))
def test_an_address_is_its_own_address(url: str) -> None:
    """Else the second look at a URL would be at another one than the first."""
    address = address_of(url)
    assert address_of(address) == address
    assert "#" not in address
    assert address == "" or address.startswith(("http://", "https://"))


@example("http://http://\ud800")
@given(st.one_of(PIECES, st.text()))
def test_every_url_becomes_a_row(url: str) -> None:
    job, problem = job_of(url)
    assert row_of(job, Cause.BAD_URL, problem).url == url
    assert problem or job.origin.startswith(("http://", "https://"))


@given(st.text(), st.sampled_from(["http://e.org/a/b", "https://e.org/"]))
def test_redirects_point_to_an_address_or_nowhere(location: str, base: str) -> None:
    job, _ = job_of(base)
    target = target_of(job, Reply(302, (("Location", location),)))
    assert target == address_of(target)


@given(st.text(), st.integers(1, 300))
def test_words_of_strangers_are_short_and_harmless(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit


def test_headers_are_found_whatever_their_case_and_cut() -> None:
    reply = Reply(200, (("X-Long", "y" * 900), ("ETAG", '"a\tb"'), ("etag", "second")))
    assert reply.header("etag") == '"a b"'
    assert len(reply.header("x-long")) == 200
    assert reply.header("missing") == ""


def test_hosts() -> None:
    assert asked_host("http://E.org./x") == asked_host("https://e.org:8080/y") == "e.org"


def test_ends_of_redirects() -> None:
    end = Fetched("http://e.org/b", "ok", facts=PictureFacts(sha256="s"))
    assert at_end_of_redirects("http://e.org/a", end, 2, 2) == Fetched(
        "http://e.org/a", "ok", facts=PictureFacts(sha256="s")
    )
    assert at_end_of_redirects("u", end, 3, 2).cause == "too_many_redirects"
    assert at_end_of_redirects("u", Fetched("v", "moved"), 1, 2).cause == "too_many_redirects"
    assert at_end_of_redirects("u", None, 1, 2).cause == "bad_redirect"
