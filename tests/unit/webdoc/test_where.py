"""Conditions: what is allowed, what is said of what is not, and SQL's logic of three values."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.settings import SettingsError
from webdoc.where import parse_where
from webdoc.where_values import Kind

COLUMNS: dict[str, Kind] = {
    "clip_caption": "number",
    "text_area": "number",
    "language": "text",
    "url": "text",
    "kept": "truth",
    "fetch_time": "time",
    "tags": "texts",
}
ROW = {
    "clip_caption": 0.3,
    "text_area": None,
    "language": "en",
    "url": "https://example.org/A_b%c",
    "kept": True,
    "fetch_time": datetime(2024, 5, 18, 1, 58, 10),
    "tags": ["sea", None],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("clip_caption > 0.28", True),
        ("clip_caption > 0.3", False),
        ("clip_caption >= .3 and language = 'en'", True),
        ('language = "en"', True),
        ("text_area < 0.1", None),
        ("text_area < 0.1 or kept", True),
        ("text_area < 0.1 and not kept", False),
        ("not text_area < 0.1", None),
        ("text_area is null and clip_caption is not null", True),
        ("language in ('de', 'en')", True),
        ("language not in ('de', 'fr')", True),
        ("clip_caption in (1, text_area)", None),
        ("clip_caption in (0.3, text_area)", True),
        ("clip_caption between 0.1 and 0.3", True),
        ("text_area between 0.1 and 0.3", None),
        ("clip_caption not between 0.4 and text_area", True),
        ("url like 'https://%'", True),
        ("url like '%a_b%'", False),
        ("url ilike '%a_b%'", True),
        (r"url like '%A\_b\%c'", True),
        (r"url like '%A\_b\%'", False),
        ("url not like 'http:%'", True),
        ("clip_caption / 0 > 1", None),
        ("clip_caption % 0 = 0 or kept", True),
        ("-clip_caption + 1 = 0.7", True),
        ("-7 % 4 = -3", True),
        ("lower(url) = 'https://example.org/a_b%c'", True),
        ("length(trim('  ab ')) = 2", True),
        ("abs(0 - clip_caption) = 0.3", True),
        ("coalesce(text_area, clip_caption) = 0.3", True),
        ("least(text_area, clip_caption, 1) = 0.3 and greatest(1, text_area) = 1", True),
        ("starts_with(url, 'https') and ends_with(url, '%c') and contains(url, '.org')", True),
        ("array_contains(tags, 'sea')", True),
        ("array_contains(tags, 'land')", None),
        ("array_size(tags) = 2", True),
        ("kept is true and kept is not false and kept = true", True),
        ("(text_area > 0) is true", False),
        ("fetch_time >= '2024-05-18' and fetch_time < '2024-05-18T03:58:11+02:00'", True),
        ("isnan(text_area)", False),
        ("kept -- what stays", True),
    ],
)
def test_value(text: str, value: bool | None) -> None:
    where = parse_where(text, COLUMNS)
    assert where.value(ROW) is value
    assert where.keeps(ROW) is (value is True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clip_captoin > 0.28", "did you mean clip_caption?"),
        ("reflect('java.lang.System', 'exit', '1') = 'x'", "function 'reflect' is not allowed"),
        ("java_method('java.lang.System', 'exit') = 'x'", "'java_method' is not allowed"),
        ("url in (select url from other)", "a query of its own|cannot use"),
        ("exists(select 1)", "a query of its own"),
        ("clip_caption > all (select 1)", "a query of its own"),
        ("kept; drop table x", "goes wrong at character 7|near 'drop'"),
        ("kept; kept", "a semicolon divides statements"),
        ("drop table x", "goes wrong at character 1, near 'drop'"),
        ("clip_caption >", "near '>'"),
        ("clip_caption > 1 language", "character 18, near 'language'"),
        ("(kept", r"near 'kept'"),
        ("url = 'x", "quote or a bracket left open"),
        ("", "the condition is empty"),
        ("clip_caption > 'a'", "is a number, and \"'a'\", which is a text"),
        ("language = 1", "only values of one kind"),
        ("language + 1 > 2", "arithmetic wants a number, but 'language' is a text"),
        ("clip_caption", "is a number, not true or false. Compare it"),
        ("clip_caption and kept", "and wants true or false"),
        ("clip_caption = null", "write `is null`"),
        ("url rlike '(a+)+b'", "'regexp_like' is not allowed"),
        ("url like language", "like wants a pattern in quotes"),
        (r"url like 'a\\b'", "stands before %, _"),
        ("lower(url, 'x') = 'x'", "lower"),
        ("starts_with(url) = true", "starts_with"),
        ("least(clip_caption) > 1", "two values or more"),
        ("trim(both 'x' from url) = 'y'", "cannot use"),
        ("abs(clip_caption) over () > 1", "cannot use"),
        ("cast(url as int) > 1", "not allowed"),
        ("facts.width > 1", "without a dot"),
        ("tags[0] = 'sea'", "cannot use"),
        ("tags = 'sea'", "array_contains|only values of one kind"),
        ("url = ?", "cannot use"),
        ("clip_caption > 1e999", "too large"),
        ("fetch_time > 'yesterday'", "compared with a time"),
        ("lenght(url) > 3", "Did you mean length?"),
        ("language in ()", "wants a list"),
        ("(" * 3000 + "kept" + ")" * 3000, "nested too deeply"),
        ("not " * 60 + "kept", "nested too deeply"),
        ("url = 'a\udcff'", "cannot read"),
    ],
)  # fmt: skip
def test_refusal(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse_where(text, COLUMNS)


def test_columns_and_long_chains() -> None:
    """What is named is told in its order; a chain of a thousand ANDs is not a deep condition."""
    text = " and ".join(["text_area < 1", "`language` = 'en'", *["text_area > 0"] * 1000])
    where = parse_where(text, COLUMNS)
    assert where.columns == ("text_area", "language")
    assert where.keeps({"text_area": 0.5, "language": "en"})
    assert not where.keeps({"text_area": 0.5})


def test_nan_is_the_largest_number_and_equals_itself() -> None:
    where = parse_where("clip_caption > 1e308 and clip_caption = clip_caption", COLUMNS)
    assert where.keeps({"clip_caption": math.nan})
    assert parse_where("isnan(clip_caption)", COLUMNS).keeps({"clip_caption": math.nan})
    least = parse_where("least(clip_caption, 1) = 1", COLUMNS)
    assert least.keeps({"clip_caption": math.nan})


def test_nothing_that_was_typed_reaches_spark_as_it_is() -> None:
    """Quotes, backslashes and ${variables}, which Spark would replace, stand as codes."""
    sql = parse_where(r"""url = "it's ${env:HOME} \\ é" """, COLUMNS).spark_sql
    assert "\\u0027s \\u0024\\u007benv:HOME\\u007d \\u005c é" in sql


@given(st.text(max_size=30))
def test_any_text_is_a_condition_or_a_sentence(text: str) -> None:
    try:
        where = parse_where(text, COLUMNS)
    except SettingsError as refusal:
        where, said = None, str(refusal)
    if where is None:
        assert len(said.split()) > 3  # a sentence
    else:
        assert where.value(ROW) in (True, False, None)
        assert set(where.columns) <= COLUMNS.keys()


def test_a_time_without_a_zone_is_utc() -> None:
    where = parse_where("fetch_time = '2024-05-18T01:58:10'", COLUMNS)
    assert where.keeps({"fetch_time": datetime(2024, 5, 18, 1, 58, 10, tzinfo=UTC)})
