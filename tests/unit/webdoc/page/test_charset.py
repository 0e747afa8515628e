"""Pages become UTF-8, whatever is declared; bytes that are no text become nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.page.charset import CharsetSettings, codec_of, html_utf8

TEXTS = {
    "windows-1251": "Привет, это обычная русская страница про погоду и новости дня.",
    "gb18030": "你好，世界。今天的天气很好，我们去公园散步，然后回家吃饭。",
    "big5": "你好，世界。今天的天氣很好，我們去公園散步，然後回家吃飯。",
    "shift_jis": "こんにちは、世界。今日は天気がいいので、公園へ散歩に行きます。",
    "euc-jp": "こんにちは、世界。今日は天気がいいので、公園へ散歩に行きます。",
    "euc-kr": "안녕하세요 세계, 오늘은 날씨가 좋네요. 우리는 공원에 갑니다.",
    "windows-1253": "Γειά σου κόσμε, ο καιρός σήμερα είναι πολύ καλός.",
    "windows-1252": "The café on the corner serves good soup, “bread”, and naïve art.",
}


def page(text: str, meta: str = "") -> str:
    declared = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{declared}<title>t</title></head><body>" + f"<p>{text}</p>\n" * 20


@pytest.mark.parametrize("charset", TEXTS)
@pytest.mark.parametrize("declared_by", ["http", "warc", "meta", "nobody", "a liar"])
def test_declared_or_detected(charset: str, declared_by: str) -> None:
    text = page(TEXTS[charset], charset if declared_by == "meta" else "")
    liar = {"http_charset": "utf-8", "warc_charset": "ascii"} if declared_by == "a liar" else {}
    decoded = html_utf8(
        text.encode(charset),
        liar.get("http_charset", charset if declared_by == "http" else ""),
        liar.get("warc_charset", charset if declared_by == "warc" else ""),
    )
    assert decoded is not None
    assert decoded.data.decode() == text
    assert decoded.charset == charset


@given(st.text(min_size=1), st.sampled_from(["", "iso-8859-1", "gb2312", "koi8-r", "none-such"]))
def test_valid_utf8_is_utf8(text: str, liar: str) -> None:
    body = page(text).encode("utf-8", "replace")
    decoded = html_utf8(body, liar, liar)
    assert decoded is not None
    assert (decoded.data, decoded.charset) == (body, "utf-8")


@given(st.binary(), st.sampled_from(["", "utf-16", "shift_jis", "iso-2022-jp", "gb18030"]))
def test_whatever_the_bytes_the_answer_is_utf8(body: bytes, declared: str) -> None:
    decoded = html_utf8(body, declared)
    assert decoded is None or decoded.data.decode()[:1] != "\ufeff"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_wide_characters(codec: str) -> None:
    text = page("déjà vu", "iso-8859-1")
    decoded = html_utf8(text.encode(codec), "iso-8859-1")
    assert decoded is not None
    assert decoded.data.decode() == text


@pytest.mark.parametrize(
    ("http", "warc", "meta", "expected"),
    [
        ("windows-1251", "koi8-r", "windows-1253", "windows-1251"),
        ("", "koi8-r", "windows-1251", "koi8-r"),
        ("", "", "koi8-r", "koi8-r"),
        ("no-such-charset", "", "koi8-r", "koi8-r"),
        ("iso-8859-1", "", "koi8-r", "koi8-r"),
        ("iso-8859-1", "", "", "koi8-r"),
        ("utf-8", "", "koi8-r", "koi8-r"),
    ],
)
def test_the_order_of_declarations(http: str, warc: str, meta: str, expected: str) -> None:
    body = page(TEXTS["windows-1251"], meta).encode("koi8-r")
    decoded = html_utf8(body, http, warc)
    assert decoded is not None
    assert decoded.charset == expected


def test_a_meta_element_that_can_be_read_is_not_in_utf_16() -> None:
    decoded = html_utf8(page(TEXTS["windows-1252"], "utf-16").encode("cp1252"))
    assert decoded is not None
    assert decoded.charset == "windows-1252"


def test_the_meta_element_is_found_in_its_forms() -> None:
    old = '<META http-equiv=Content-Type content="text/html; charset=koi8-r">'
    xml = '<?xml version="1.0" encoding="koi8-r"?>'
    for head in (old, xml):
        decoded = html_utf8((head + "привет" * 9).encode("koi8-r"))
        assert decoded is not None
        assert decoded.charset == "koi8-r"


@pytest.mark.parametrize(("before", "found"), [(1900, True), (2100, False)])
def test_the_meta_element_counts_near_the_start(before: int, found: bool) -> None:
    text = "<!--" + "x" * before + '--><meta charset="koi8-r">' + "привет " * 99
    decoded = html_utf8(text.encode("koi8-r"))
    assert decoded is not None
    assert found == (decoded.charset == "koi8-r" and decoded.data.decode() == text)


@pytest.mark.parametrize(("wrong", "kept"), [(2, True), (3, False)])
def test_a_few_wrong_bytes_are_replaced(wrong: int, kept: bool) -> None:
    """At 5 % of the characters beyond ASCII they are; above, it is another character set."""
    body = "ях".encode("cp1251") * 19 + b"\x98" * wrong + b"plain"  # 98 is no character there
    decoded = html_utf8(body, "windows-1251")
    assert decoded is not None
    assert (decoded.charset == "windows-1251") == kept
    assert (decoded.data.decode().count("\ufffd") == wrong) == kept


@pytest.mark.parametrize(("wrong", "kept"), [(3, True), (4, False)])
@pytest.mark.parametrize("declared", ["utf-8", ""])
def test_characters_that_are_cut_do_not_make_utf_8_another_character_set(
    wrong: int, kept: bool, declared: str
) -> None:
    """An excerpt that ends amid a character: so few others do not outweigh it by 5 %."""
    body = "A café, it’s here — ".encode() + b"cut \xe2\x80" * wrong
    decoded = html_utf8(body, declared)
    assert decoded is not None
    assert (decoded.charset == "utf-8") == kept
    assert ("A café, it’s here — " in decoded.data.decode()) == kept


@pytest.mark.parametrize(("foreign", "western"), [(25, True), (26, False)])
def test_latin_1_is_believed_of_text_that_can_be_it(foreign: int, western: bool) -> None:
    body = b"<p>" + "х".encode("koi8-r") * foreign + b"x" * (100 - foreign)
    decoded = html_utf8(body, "iso-8859-1")
    assert decoded is not None
    assert (decoded.charset == "windows-1252") == western


def test_bytes_that_are_no_text() -> None:
    assert html_utf8(random.Random(3).randbytes(5000)) is None
    assert html_utf8(b"\xff\xd8\xff\xe0" + random.Random(4).randbytes(5000), "utf-8") is None


@pytest.mark.parametrize(("controls", "is_text"), [(2, True), (3, False)])
def test_control_characters_are_no_text(controls: int, is_text: bool) -> None:
    body = "é".encode("cp1252") + b"x" * (98 - controls) + b"\x01" * controls
    settings = CharsetSettings(max_control_share=0.02, max_invalid_share=0)
    assert (html_utf8(body, "", "", settings) is not None) == is_text


def test_nuls_are_tolerated() -> None:
    body = b"<html>\x00\x00" + "é".encode()
    decoded = html_utf8(body)
    assert decoded is not None
    assert decoded.data == body
    assert html_utf8(b"") is not None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        (" GB2312 ", "gb18030"),
        ("GBK", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "iso8859_2"),
        ("utf8", "utf_8"),
        ("rot13", ""),
        ("base64", ""),
        ("unicode_escape", ""),
        ("none-such", ""),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_labels_mean_what_they_mean_on_the_web(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    "name",
    [
        "max_invalid_share",
        "max_invalid_utf8_share",
        "max_control_share",
        "max_western_share",
        "max_declared_western_share",
        "sample_bytes",
    ],
)
def test_impossible_settings_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        CharsetSettings(**{name: -1})
