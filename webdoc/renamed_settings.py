"""Settings that had another name once: a sentence for people, new names for what is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webdoc.settings import SettingsError, Table, merged


@dataclass(frozen=True, slots=True)
class Renamed:
    """An old name, and what stands in its place."""

    old: str  # as in TOML, e.g. images.face_model
    new: str  # likewise
    # From the old value to new keys and their values, where not only the name is another.
    convert: Callable[[Any], Mapping[str, Any]] | None = None

    def now(self, value: Any) -> Mapping[str, Any]:
        """Return the new keys and values that say what the old value said."""
        return self.convert(value) if self.convert else {self.new: value}


def refuse_old_names(table: Mapping[str, Any], renamed: Sequence[Renamed]) -> None:
    """Refuse a table that names a setting by an old name.

    Raises:
        SettingsError: names the new one, and what to write.
    """
    for each in renamed:
        found, value = _value_at(table, each.old)
        if found:
            raise SettingsError(f"{each.old} is now called {each.new}: {_advice(each, value)}")


def with_new_names(table: Mapping[str, Any], renamed: Sequence[Renamed]) -> Table:
    """Return the stored settings of an earlier version under the names of this one."""
    result = merged(table)
    for each in renamed:
        found, value = _value_at(result, each.old)
        if found:
            result = _without(result, each.old.split("."))
            result = merged(result, *(_nested(key, new) for key, new in each.now(value).items()))
    return result


def _advice(renamed: Renamed, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"write [{renamed.new}]"
    return "write " + " and ".join(
        f"{key} = {_toml(new)}" for key, new in renamed.now(value).items()
    )


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _value_at(table: Mapping[str, Any], key: str) -> tuple[bool, Any]:
    value: Any = table
    for name in key.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return False, None
        value = value[name]
    return True, value


def _without(table: Mapping[str, Any], names: Sequence[str]) -> Table:
    first, *rest = names
    kept = {key: value for key, value in table.items() if key != first}
    return {**kept, first: _without(table[first], rest)} if rest else kept


def _nested(key: str, value: Any) -> Table:
    for name in reversed(key.split(".")):
        value = {name: value}
    return dict(value)
