"""What the operators and functions of a `where` give in Python: the same that Spark gives.

None is SQL's null. Numbers are double in both, NaN equals itself and is larger than any other
number, a division by zero is null.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

# `time` is a moment, `texts` and `numbers` are lists; `null` is of no column.
Kind = Literal["number", "text", "truth", "time", "texts", "numbers"]
Value = Any  # float, str, bool, datetime, or a list of the first two; None: null


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a `where` may call."""

    sql: str  # with a place for each argument, or for all of them
    takes: tuple[Kind, ...]  # of its arguments; empty: as many as there are, all of one kind
    gives: Kind | Literal["same"]
    value: Callable[..., Value]  # of arguments that are not null, unless `null_aware`
    null_aware: bool = False


def is_nan(value: Value) -> bool:
    """Tell whether a value is a number that is none; null is not."""
    return isinstance(value, float) and math.isnan(value)


def order(left: Value, right: Value) -> int:
    """Return -1, 0 or 1: how two values that are not null are ordered."""
    if is_nan(left) or is_nan(right):
        return int(is_nan(left)) - int(is_nan(right))
    return int(left > right) - int(left < right)


def both(values: Sequence[bool | None]) -> bool | None:
    """Return the AND of values: one that is false decides, then one that is null."""
    if False in values:
        return False
    return None if None in values else True


def either(values: Sequence[bool | None]) -> bool | None:
    """Return the OR of values: one that is true decides, then one that is null."""
    if True in values:
        return True
    return None if None in values else False


def divided(left: float, right: float) -> float | None:
    """Return a quotient; None when the divisor is zero."""
    return left / right if right else None


def remainder(left: float, right: float) -> float | None:
    """Return a remainder with the sign of the dividend; None when the divisor is zero."""
    if not right:
        return None
    return math.nan if math.isinf(left) else math.fmod(left, right)


def like_pattern(pattern: str) -> re.Pattern[str]:
    r"""Return what a LIKE pattern matches: % any text, _ any character, \ takes their meaning.

    Raises:
        ValueError: a backslash that stands before none of `%`, `_` and itself.
    """
    parts, at = [], 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
            if pattern[at : at + 1] not in ("%", "_", "\\"):
                raise ValueError(r"in a LIKE pattern \ stands before %, _ or \ only")
            parts.append(re.escape(pattern[at]))
        else:
            parts.append({"%": ".*", "_": "."}.get(sign, re.escape(sign)))
        at += 1
    return re.compile(re.sub(r"(?:\.\*)+", ".*", "".join(parts)), re.DOTALL)


def moment(value: Value) -> datetime:
    """Return a time of a row or of a text as UTC.

    Raises:
        ValueError: a text that is no ISO 8601 time.
    """
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _least(*values: Value) -> Value:
    return _extreme(values, -1)


def _greatest(*values: Value) -> Value:
    return _extreme(values, 1)


def _extreme(values: Sequence[Value], side: int) -> Value:
    best = None
    for value in values:
        if value is not None and (best is None or order(value, best) == side):
            best = value
    return best


def _first_known(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _holds(values: Sequence[Value], wanted: Value) -> bool | None:
    if any(value is not None and order(value, wanted) == 0 for value in values):
        return True
    return None if None in values else False


FUNCTIONS = {
    "abs": Function("abs({})", ("number",), "number", abs),
    "array_contains": Function("array_contains({}, {})", ("texts", "text"), "truth", _holds),
    "array_size": Function("CAST(array_size({}) AS DOUBLE)", ("texts",), "number", len),
    "coalesce": Function("coalesce({})", (), "same", _first_known, null_aware=True),
    "contains": Function("contains({}, {})", ("text", "text"), "truth", lambda a, b: b in a),
    "ends_with": Function("endswith({}, {})", ("text", "text"), "truth", str.endswith),
    "greatest": Function("greatest({})", (), "same", _greatest, null_aware=True),
    "isnan": Function("isnan({})", ("number",), "truth", is_nan, null_aware=True),
    "least": Function("least({})", (), "same", _least, null_aware=True),
    "length": Function(
        "CAST(char_length({}) AS DOUBLE)", ("text",), "number", lambda a: float(len(a))
    ),
    "lower": Function("lower({})", ("text",), "text", str.lower),
    "starts_with": Function("startswith({}, {})", ("text", "text"), "truth", str.startswith),
    "trim": Function("trim({})", ("text",), "text", lambda a: a.strip(" ")),
    "upper": Function("upper({})", ("text",), "text", str.upper),
}
SPELLINGS = {
    "startswith": "starts_with",
    "endswith": "ends_with",
    "char_length": "length",
    "character_length": "length",
    "len": "length",
    "is_nan": "isnan",
    "lcase": "lower",
    "ucase": "upper",
    "size": "array_size",
    "cardinality": "array_size",
}
