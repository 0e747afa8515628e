import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webdoc.text.characters import code_points


@given(st.text(st.characters(), max_size=40))  # lone surrogates too
@example("")
@example("\0")
@example("a\0\0")
def test_code_points_are_those_of_python(text: str) -> None:
    """NULs at the end are kept, and an empty text has none."""
    assert code_points(text).tolist() == [ord(char) for char in text]


@pytest.mark.parametrize("text", ["plain", "\xe9t\xe9", "\u6771\u4eac", "\U0001f600 \ud800"])
def test_code_points_of_each_width_of_python_strings(text: str) -> None:
    assert code_points(text).tolist() == [ord(char) for char in text]
