"""Meta elements that speak of permission are found in the head, whatever stands around them."""

import pytest

from webdoc.permission.meta_signs import meta_signals

NOAI = '<meta name="robots" content="noai">'


@pytest.mark.parametrize(
    "element",
    [
        '<meta name="robots" content="noai">',
        "<META NAME='Robots' CONTENT='noai'>",
        "<meta content=noai name=robots>",
        '<Meta\nname = " robots "\ncontent = "noai" />',
        '<meta name="robots" content="no&#97;i">',
        '<meta http-equiv="X-Robots-Tag" content="noai">',
        '<meta name="robots" content="noai" name="other" content="index">',
        '<noscript><meta name="robots" content="noai"></noscript>',
        '<meta data-x="a" name=robots content="noai"',
    ],
)
def test_ways_to_write_one_sign(element: str) -> None:
    ((name, content),) = meta_signals(f"<html><head><title>t</title>{element}</head><body>")
    assert (name in ("robots", "x-robots-tag"), content) == (True, "noai")


def test_names_that_count() -> None:
    html = b"".join(
        b'<meta name="%s" content="x">' % name
        for name in (b"interleaf", b"googlebot", b"tdm-reservation", b"content-usage", b"viewport")
    )
    expected = (("interleaf", "x"), ("tdm-reservation", "x"), ("content-usage", "x"))
    assert meta_signals(html) == expected
    assert meta_signals(html, agents=("GoogleBot",))[0] == ("googlebot", "x")


@pytest.mark.parametrize(
    ("html", "count"),
    [
        (f"<head></head><body>{NOAI}", 0),
        (f"<html><body><p>{NOAI}", 0),
        (f"<head><!-- {NOAI} --></head>", 0),
        (f"<head><!-- </head> -->{NOAI}</head>", 1),
        (f"<head><!-- a --><!-- b -->{NOAI}", 1),
        (f"<head><script><!-- never closed</script>{NOAI}</head>", 1),
        ("<head><script>" + "x" * 300_000 + f"</script>{NOAI}</head>", 1),
        ("x" * 1024 * 1024 + NOAI, 0),
    ],
)
def test_only_the_head_counts_and_all_of_it(html: str, count: int) -> None:
    assert len(meta_signals(html)) == len(meta_signals(html.encode())) == count


def test_utf16_pages_are_read() -> None:
    assert meta_signals(f"<head>{NOAI}".encode("utf-16")) == (("robots", "noai"),)
    assert meta_signals(f"<head>{NOAI}".encode("utf-16-be")) == (("robots", "noai"),)


@pytest.mark.timeout(60)  # a tenth of a second in linear time
@pytest.mark.parametrize(
    ("piece", "found"),
    [
        ("<!--", set()),
        ("<meta ", set()),
        ("<meta name=robots " + "a" * 3000, {("robots", "")}),
        ("<meta name=" + " " * 3900 + ">", set()),
        ("<meta name=robots content='", {("robots", "<meta name=robots content=")}),
        ('<meta name="robots" ' + "=" * 3000, {("robots", "")}),
    ],
)
def test_hostile_heads_end(piece: str, found: set[tuple[str, str]]) -> None:
    page = (piece * (1_000_000 // len(piece))).encode()
    assert set(meta_signals(page)) == found
