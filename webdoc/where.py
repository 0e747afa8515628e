"""Conditions on columns, as SQL writes them: `language = 'en' and clip_caption > 0.28`.

What a person types is parsed by sqlglot and walked node by node; what is not known here by name is
refused, so nothing that Spark could run as code (`reflect`, a subquery) ever reaches it. Out of the
walk come a text for Spark, written anew, and a function for Python that gives the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlglot import exp

from webdoc.settings import SettingsError
from webdoc.where_text import HELP, function_name, quoted, refusal, tree_of, words
from webdoc.where_values import (
    FUNCTIONS,
    Kind,
    Value,
    both,
    divided,
    either,
    like_pattern,
    moment,
    order,
    remainder,
)

Row = Mapping[str, Any]
_MAX_DEPTH = 50  # Spark's own parser walks as deep as an expression is
_CALLED = {
    "number": "a number", "text": "a text", "truth": "true or false", "time": "a time",
    "texts": "a list of texts", "numbers": "a list of numbers",
}  # fmt: skip
_COMPARED: dict[type, tuple[str, Callable[[int], bool]]] = {
    exp.EQ: ("=", lambda o: o == 0),
    exp.NEQ: ("!=", lambda o: o != 0),
    exp.LT: ("<", lambda o: o < 0),
    exp.LTE: ("<=", lambda o: o <= 0),
    exp.GT: (">", lambda o: o > 0),
    exp.GTE: (">=", lambda o: o >= 0),
}
_COUNTED: dict[type, tuple[str, Callable[[float, float], float | None]]] = {
    exp.Add: ("({} + {})", lambda a, b: a + b),
    exp.Sub: ("({} - {})", lambda a, b: a - b),
    exp.Mul: ("({} * {})", lambda a, b: a * b),
    exp.Div: ("({} / nullif({}, 0D))", divided),
    exp.Mod: ("({} % nullif({}, 0D))", remainder),
}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition that was checked."""

    text: str  # as it was typed
    columns: tuple[str, ...]  # that it names, in the order in which they come
    spark_sql: str  # for `F.expr`; it holds only what this module wrote
    value: Callable[[Row], bool | None]  # of a row: None where SQL says null

    def keeps(self, row: Row) -> bool:
        """Tell whether a row is kept: the condition is true of it, and neither false nor null.

        A row maps each of `columns` to a float, int, bool, str, datetime (UTC where it has no
        zone) or a list of these; None is null.
        """
        return self.value(row) is True


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression in Spark's words and in ours."""

    kind: Kind
    sql: str
    value: Callable[[Row], Value]
    literal: str | None = None  # the text itself, of a text that was typed


def parse_where(text: str, columns: Mapping[str, Kind]) -> Where:
    """Check a condition.

    Args:
        text: such as "clip_caption > 0.28 and not language in ('de', 'fr')". Double quotes hold a
            text too; a column of an unusual name stands in backticks.
        columns: what may be named, and what kind it is of. In Spark a `number` may be of any
            numeric type, and is compared as a double; a `time` is a timestamp.

    Raises:
        SettingsError: a column, function or operator that is not known, kinds that cannot be
            compared, or words that are no condition. The message says where and what would do.
    """
    walk = _Walk(columns)
    try:
        part = walk.part(tree_of(text))
    except RecursionError:
        raise _too_deep() from None
    if part.kind != "truth":
        raise SettingsError(
            f"the condition {text.strip()!r} is {_CALLED[part.kind]}, not true or false. Compare it"
            f" with something, as in {_example(columns)}."
        )
    return Where(text, tuple(walk.used), part.sql, part.value)


class _Walk:
    """One walk over a tree, which remembers the columns that it met."""

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self._columns = columns
        self.used: dict[str, None] = {}
        self._depth = 0

    def part(self, node: exp.Expression) -> _Part:
        """Return what a node stands for."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _too_deep()
        try:
            return self._part(node)
        finally:
            self._depth -= 1

    def _part(self, node: exp.Expression) -> _Part:  # noqa: PLR0911, PLR0912 - one a kind of node
        match node:
            case exp.Paren():
                return self.part(_only(node, "this")[0])
            case exp.Column():
                return self._column(node)
            case exp.Literal():
                return _typed(node)
            case exp.Boolean():
                truth = bool(node.this)
                return _Part("truth", str(truth).upper(), lambda _: truth)
            case exp.Neg():
                return self._negative(node)
            case exp.And() | exp.Or():
                return self._joined(node)
            case exp.Not():
                return _negated(self._of_kind(_only(node, "this")[0], "truth", "not"))
            case exp.Is():
                return self._is(node)
            case exp.In():
                return self._in(node)
            case exp.Between():
                return self._between(node)
            case exp.Like() | exp.ILike():
                return self._like(node)
        if type(node) in _COMPARED:
            left, right = _only(node, "this", "expression")
            return self._compared(left, right, *_COMPARED[type(node)])
        if type(node) in _COUNTED:
            return self._counted(node)
        return self._called(node)

    def _column(self, node: exp.Expression) -> _Part:
        name, kind = node.name, self._columns.get(node.name)
        if node.args.get("table") is not None:
            raise SettingsError(
                f"{node.sql(dialect='spark')} is no column: a column has one name, without a dot"
            )
        if kind is None:
            near = get_close_matches(name.lower(), self._columns, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}? " if near else ""
            raise SettingsError(
                f"there is no column {name!r}: {hint}There are: {', '.join(sorted(self._columns))}"
            )
        self.used[name] = None
        quoted = "`" + name.replace("`", "``") + "`"
        read, cast_to = _READERS[kind], _CASTS.get(kind)

        def value(row: Row) -> Value:
            held = row.get(name)
            return None if held is None else read(held)

        return _Part(kind, f"CAST({quoted} AS {cast_to})" if cast_to else quoted, value)

    def _of_kind(self, node: exp.Expression, kind: Kind, word: str) -> _Part:
        part = self.part(node)
        if part.kind != kind:
            raise SettingsError(
                f"{word} wants {_CALLED[kind]}, but {words(node)} is {_CALLED[part.kind]}"
            )
        return part

    def _negative(self, node: exp.Expression) -> _Part:
        part = self._of_kind(_only(node, "this")[0], "number", "-")
        return _Part("number", f"negative({part.sql})", _null_safe(lambda a: -a, [part]))

    def _joined(self, node: exp.Expression) -> _Part:
        word, rule = ("AND", both) if isinstance(node, exp.And) else ("OR", either)
        _only(node, "this", "expression")
        parts = [self._of_kind(each, "truth", word.lower()) for each in _flat(node)]
        values = [part.value for part in parts]
        sql = f" {word} ".join(part.sql for part in parts)
        return _Part("truth", f"({sql})", lambda row: rule([value(row) for value in values]))

    def _is(self, node: exp.Expression) -> _Part:
        left, right = _only(node, "this", "expression")
        if isinstance(right, exp.Null):
            part = self.part(left)
            return _Part("truth", f"({part.sql} IS NULL)", lambda row: part.value(row) is None)
        if isinstance(right, exp.Boolean):
            truth = bool(right.this)
            part = self._of_kind(left, "truth", "is true or is false")
            sql = f"({part.sql} <=> {str(truth).upper()})"
            return _Part("truth", sql, lambda row: part.value(row) is truth)
        raise SettingsError(f"`is` takes null, not null, true or false, not {words(right)}")

    def _compared(
        self, left: exp.Expression, right: exp.Expression, sign: str, holds: Callable[[int], bool]
    ) -> _Part:
        first, second = self._alike([left, right], sign)
        if first.kind in ("texts", "numbers"):
            raise SettingsError(
                f"{words(left)} is {_CALLED[first.kind]}: ask array_contains(…) or array_size(…)"
            )
        value = _null_safe(lambda a, b: holds(order(a, b)), [first, second])
        return _Part("truth", f"({first.sql} {sign} {second.sql})", value)

    def _alike(self, nodes: Sequence[exp.Expression], word: str) -> list[_Part]:
        """Return parts of one kind; a text beside a time is read as a time."""
        parts = [self.part(node) for node in nodes]
        if any(part.kind == "time" for part in parts):
            parts = [_as_time(part) for part in parts]
        for part, node in zip(parts, nodes, strict=True):
            if part.kind != parts[0].kind:
                raise SettingsError(
                    f"{word} stands between {words(nodes[0])}, which is {_CALLED[parts[0].kind]},"
                    f" and {words(node)}, which is {_CALLED[part.kind]}: only values of one kind"
                    " can be compared"
                )
        return parts

    def _in(self, node: exp.Expression) -> _Part:
        this, *members = _only(node, "this", "expressions")
        if not members:
            raise SettingsError("in wants a list of values, as in language in ('en', 'de')")
        part, *others = self._alike([this, *members], "in")
        values = [other.value for other in others]

        def value(row: Row) -> bool | None:
            tested = part.value(row)
            held = [each(row) for each in values]
            same = [None if tested is None or h is None else order(tested, h) == 0 for h in held]
            return either(same)

        sql = ", ".join(other.sql for other in others)
        return _Part("truth", f"({part.sql} IN ({sql}))", value)

    def _between(self, node: exp.Expression) -> _Part:
        this, low, high = _only(node, "this", "low", "high")
        at_least = self._compared(this, low, *_COMPARED[exp.GTE])
        at_most = self._compared(this, high, *_COMPARED[exp.LTE])
        return _Part(
            "truth",
            f"({at_least.sql} AND {at_most.sql})",
            lambda row: both([at_least.value(row), at_most.value(row)]),
        )

    def _like(self, node: exp.Expression) -> _Part:
        this, wanted = _only(node, "this", "expression", free=("negate",))
        part, any_case = self._of_kind(this, "text", "like"), isinstance(node, exp.ILike)
        pattern = self._of_kind(wanted, "text", "like").literal
        if pattern is None:
            raise SettingsError(f"like wants a pattern in quotes, not {words(wanted)}")
        try:
            matcher = like_pattern(pattern.lower() if any_case else pattern)
        except ValueError as error:
            raise SettingsError(f"{error}, got {pattern!r}") from error

        def matches(text: str) -> bool:
            return matcher.fullmatch(text.lower() if any_case else text) is not None

        word = "ILIKE" if any_case else "LIKE"
        made = _Part("truth", f"({part.sql} {word} {quoted(pattern)})", _null_safe(matches, [part]))
        return _negated(made) if node.args.get("negate") else made

    def _counted(self, node: exp.Expression) -> _Part:
        sql, count = _COUNTED[type(node)]
        sides = _only(node, "this", "expression", free=("typed", "safe"))
        left, right = [self._of_kind(side, "number", "arithmetic") for side in sides]
        return _Part("number", sql.format(left.sql, right.sql), _null_safe(count, [left, right]))

    def _called(self, node: exp.Expression) -> _Part:
        name = function_name(node)
        function = FUNCTIONS.get(name)
        if function is None:
            raise SettingsError(refusal(node, name))
        nodes = _only(node, "this", "expression", "expressions", free=("ignore_nulls",))
        if not function.takes:
            parts = self._alike(nodes, name)
            if len(parts) < 2:
                raise SettingsError(f"{name} wants two values or more")
        elif len(nodes) != len(function.takes):
            raise SettingsError(f"{name} wants {len(function.takes)} value(s), got {len(nodes)}")
        else:
            pairs = zip(nodes, function.takes, strict=True)
            parts = [self._of_kind(each, kind, name) for each, kind in pairs]
        sqls = [part.sql for part in parts]
        sql = function.sql.format(*(sqls if function.takes else [", ".join(sqls)]))
        kind = parts[0].kind if function.gives == "same" else function.gives
        values = [part.value for part in parts]
        if function.null_aware:
            return _Part(kind, sql, lambda row: function.value(*(value(row) for value in values)))
        return _Part(kind, sql, _null_safe(function.value, parts))


def _only(node: exp.Expression, *keys: str, free: Sequence[str] = ()) -> list[exp.Expression]:
    """Return the operands of a node that stand under these keys; any other operand is refused."""
    found: list[exp.Expression] = []
    for key, held in node.args.items():
        parts = held if isinstance(held, list) else [held]
        if key in keys:
            found += [part for part in parts if isinstance(part, exp.Expression)]
        elif held and key not in free:
            raise SettingsError(f"cannot use {words(node)} in a condition. {HELP}")
    return found


def _flat(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield what a chain of ANDs, or of ORs, joins: a long chain is not a deep one."""
    stack = [node]
    while stack:
        each = stack.pop()
        if type(each) is type(node):
            stack += [each.args["expression"], each.this]
        else:
            yield each


def _null_safe(function: Callable[..., Value], parts: Sequence[_Part]) -> Callable[[Row], Value]:
    values = [part.value for part in parts]

    def value(row: Row) -> Value:
        found = [each(row) for each in values]
        return None if any(each is None for each in found) else function(*found)

    return value


def _negated(part: _Part) -> _Part:
    return _Part("truth", f"(NOT {part.sql})", _null_safe(lambda a: not a, [part]))


def _typed(node: exp.Expression) -> _Part:
    text = str(node.this)
    if node.is_string:
        return _Part("text", quoted(text), lambda _: text, text)
    number = float(text)
    if number == float("inf"):
        raise SettingsError(f"the number {text} is too large")
    return _Part("number", f"{number!r}D", lambda _: number)


def _as_time(part: _Part) -> _Part:
    if part.literal is None:
        return part
    try:
        time = moment(part.literal)
    except ValueError as error:
        raise SettingsError(
            f"{part.literal!r} is compared with a time, and is none itself: write it as"
            " '2024-05-18' or '2024-05-18T01:58:10Z'"
        ) from error
    return _Part("time", f"TIMESTAMP '{time:%Y-%m-%dT%H:%M:%S.%f}Z'", lambda _: time)


def _example(columns: Mapping[str, Kind]) -> str:
    name = next((name for name, kind in columns.items() if kind == "number"), "width_px")
    return f"{name} > 0.5"


def _too_deep() -> SettingsError:
    return SettingsError(f"the condition is nested too deeply, more than {_MAX_DEPTH} levels")


_READERS: dict[str, Callable[[Any], Value]] = {
    "number": float,
    "text": str,
    "truth": bool,
    "time": moment,
    "texts": list,
    "numbers": list,
}
_CASTS = {"number": "DOUBLE"}
