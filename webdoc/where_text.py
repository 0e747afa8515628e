"""The text of a condition: how it is parsed, what messages say of it, how Spark gets its own."""

from difflib import get_close_matches
from typing import cast

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, SqlglotError

from webdoc.settings import SettingsError
from webdoc.where_values import FUNCTIONS, SPELLINGS

_MAX_CHARACTERS = 100_000
HELP = (
    "There are and, or, not, =, !=, <, <=, >, >=, in, between, like, ilike, is null, is true,"
    f" + - * / %, and the functions {', '.join(FUNCTIONS)}."
)


def tree_of(text: str) -> exp.Expression:
    """Parse a condition.

    Raises:
        SettingsError: it is none; says where it goes wrong.
    """
    if not text.strip():
        raise SettingsError(f"the condition is empty. {HELP}")
    if len(text) > _MAX_CHARACTERS or "\0" in text:
        raise SettingsError(
            f"a condition has at most {_MAX_CHARACTERS:,} characters and no null character,"
            f" got {len(text):,}"
        )
    try:
        text.encode()  # what came from a shell in no known encoding is no text
        tree = parse_one(text, into=exp.Condition, dialect="spark")
    except ParseError as error:
        raise SettingsError(f"cannot read the condition {_shown(text)}{_place(error)}") from error
    except (SqlglotError, UnicodeError) as error:
        raise SettingsError(
            f"cannot read the condition {_shown(text)}: is a quote or a bracket left open?"
        ) from error
    return cast(exp.Expression, tree)


def _place(error: ParseError) -> str:
    for found in error.errors:
        word, column = found.get("highlight"), found.get("col")
        if word and column:
            first = column - len(word) + 1
            return f": it goes wrong at character {first}, near {_shown(word)}. {HELP}"
    return f". {HELP}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def quoted(text: str) -> str:
    """Return a text as Spark reads it: what could end it or be replaced in it stands as a code.

    Spark replaces ${name} by its own settings and by variables of its machine before it parses.
    """
    safe = (c if c.isalnum() or c in " .,:;/_-%?=&+@#()" else _coded(c) for c in text)
    return "'" + "".join(safe) + "'"


def _coded(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def function_name(node: exp.Expression) -> str:
    """Return the name of a call in our own spelling; "" of what is no call."""
    name = node.name if isinstance(node, exp.Anonymous) else ""
    if not name and isinstance(node, exp.Func):
        name = node.sql_name()
    return SPELLINGS.get(name.lower(), name.lower())


def refusal(node: exp.Expression, name: str) -> str:
    """Say why a node, or a call of this name, has no place in a condition."""
    if node.find(exp.Query) is not None:
        return f"a condition cannot hold a query of its own. {HELP}"
    if isinstance(node, exp.Block):
        return "a condition is one condition: a semicolon divides statements"
    if isinstance(node, exp.Null):
        return "nothing is ever equal to null: write `is null` or `is not null`"
    if isinstance(node, exp.Func) and name:
        near = get_close_matches(name, FUNCTIONS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"the function {name!r} is not allowed in a condition.{hint} {HELP}"
    return f"cannot use {words(node)} in a condition. {HELP}"


def words(node: exp.Expression) -> str:
    """Return how SQL writes a node, cut where it is long."""
    return _shown(node.sql(dialect="spark"))
