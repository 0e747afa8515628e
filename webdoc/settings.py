"""Settings: TOML tables become frozen dataclasses, and whatever is wrong is named in a sentence."""

import tomllib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Settings = TypeVar("Settings")
Value = TypeVar("Value")
Table = dict[str, Any]
Privacy = bool | Literal["folders"] | None
_METHOD: Final = "method"  # section of a preset: base, about, sources
_ABOUT: Final = "about"  # where a field's metadata holds what is said of it


class SettingsError(ValueError):
    """A setting that cannot be: the message names the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a setting beside its value."""

    meaning: str = ""  # a sentence or two
    source: str = ""  # a section of a paper, a specification, a measurement; "ours" where none is
    differs: str = (
        ""  # why the default preset has another value than the paper; "" where it has not
    )
    # Whether it stays out of a release. True: always. "folders": only the last name of a path is
    # shown. False: everybody may read it. None is enough for numbers, flags and choices, which
    # everybody may read; a free text of which nothing is said stays out.
    private: Privacy = None


def setting(
    default: Value, meaning: str, *, source: str, differs: str = "", private: Privacy = None
) -> Value:
    """Return a field of a settings dataclass with what `About` says of it."""
    about = About(meaning, source, differs, private)
    return field(default=default, metadata={_ABOUT: about})


def section(
    make: Callable[[], Value], meaning: str, *, source: str = "", private: Privacy = None
) -> Value:
    """Return a field that holds settings of its own, or a table; `make` builds its default."""
    about = About(meaning, source, private=private)
    return field(default_factory=make, metadata={_ABOUT: about})


def about(settings_field: "Field[Any]") -> About:
    """Return what is said of a field: nothing where no one said anything."""
    return cast(About, settings_field.metadata.get(_ABOUT, About()))


def privacy(settings_field: "Field[Any]", hint: Any) -> Privacy:
    """Return whether a setting stays out of a release; a text of which nothing is said does."""
    return _privacy(about(settings_field), hint)


def _privacy(said: About, hint: Any) -> Privacy:
    return True if said.private is None and _is_free_text(hint) else said.private


def _is_free_text(hint: Any) -> bool:
    if get_origin(hint) is dict:
        return not is_dataclass(get_args(hint)[1])
    return hint is str or str in get_args(hint)


@dataclass(frozen=True, slots=True)
class Described:
    """One setting of a class, however deep in it."""

    key: str  # as in TOML: fetch.contact; "*" stands for any key of a table of tables
    sections: tuple[About, ...]  # around it, the outermost first
    about: About
    hint: Any  # its type

    @property
    def privacy(self) -> Privacy:
        """Whether it stays out of a release, for its own sake or that of a section around it."""
        return any(around.private for around in self.sections) or _privacy(self.about, self.hint)


def described(
    settings: type, where: str = "", sections: tuple[About, ...] = ()
) -> Iterator[Described]:
    """Yield every setting of a settings class in the order of its fields."""
    hints = get_type_hints(settings)
    for each in fields(settings):
        hint, key = hints[each.name], f"{where}{each.name}"
        if get_origin(hint) is dict and is_dataclass(get_args(hint)[1]):
            hint, key = get_args(hint)[1], f"{key}.*"
        if is_dataclass(hint):
            yield from described(cast(type, hint), f"{key}.", (*sections, about(each)))
        else:
            yield Described(key, sections, about(each), hint)


def read_toml(path: str | Path) -> Table:
    """Return the table of a TOML file.

    Raises:
        SettingsError: no such file, or not TOML; says where.
    """
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"there is no settings file {path}. Check its name, or leave --config out."
        ) from error
    except OSError as error:
        raise SettingsError(
            f"cannot read the settings file {path}: {error.strerror or error}"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"the settings file {path} is not UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from error


def merged(first: Mapping[str, Any], *later: Mapping[str, Any]) -> Table:
    """Return one table in which later tables win, key by key and table by table."""
    result: Table = dict(first)
    for table in later:
        for key, value in table.items():
            old = result.get(key)
            both = isinstance(old, Mapping) and isinstance(value, Mapping)
            result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def assignment_table(assignments: Iterable[str]) -> Table:
    """Turn `section.key=value` assignments of a command line into one table.

    A value is read as TOML (`3`, `true`, `["a", "b"]`, `"text"`); what is no TOML is a string.

    Raises:
        SettingsError: an assignment without a key or a sign of equality.
    """
    result: Table = {}
    for assignment in assignments:
        key, sign, text = assignment.partition("=")
        parts = [part.strip() for part in key.split(".")]
        if not sign or not all(parts):
            raise SettingsError(f"--set wants section.key=value, got {assignment!r}")
        try:
            value = tomllib.loads(f"value = {text.strip()}")["value"]
        except tomllib.TOMLDecodeError:
            value = text.strip()
        for part in reversed(parts):
            value = {part: value}
        result = merged(result, value)
    return result


def build(settings: type[Settings], table: Mapping[str, Any], where: str = "") -> Settings:
    """Build settings from a table; what the table leaves out keeps its default.

    Args:
        settings: a dataclass of bool, int, float, str, Literal, tuples, dicts with string keys
            and dataclasses of these; `X | None` takes the string "none" for None.
        table: keys are its fields. A class with a SHORT takes a text for a table of that one key.
        where: the key of this table, for messages.

    Raises:
        SettingsError: an unknown key, a missing one, a value of the wrong type, or one that
            the class itself refuses.
    """
    hints = get_type_hints(settings)
    names = [f.name for f in fields(settings)]  # type: ignore[arg-type]
    values: Table = {}
    for key, value in table.items():
        if key not in names:
            raise SettingsError(_unknown(f"{where}{key}", key, names))
        values[key] = _value(hints[key], value, f"{where}{key}")
    try:
        return settings(**values)
    except TypeError as error:
        raise SettingsError(f"{where.rstrip('.') or 'settings'}: {error}") from error
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(f"{where.rstrip('.') or 'settings'}: {error}") from error


def _unknown(full: str, key: str, names: list[str]) -> str:
    near = get_close_matches(key, names, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"unknown setting {full}: {hint}Known here: {', '.join(sorted(names))}"


def _value(hint: Any, value: Any, where: str) -> Any:  # noqa: PLR0911, PLR0912 - one a type
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value in (None, "none"):
            return None
        return _value(next(arg for arg in args if arg is not type(None)), value, where)
    if origin is Literal:
        if value not in args:
            raise _wrong(where, " or ".join(repr(arg) for arg in args), value)
        return value
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise _wrong(where, f"a list of {_name(args[0])}", value)
        return tuple(_value(args[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise _wrong(where, "a table", value)
        return {key: _value(args[1], item, f"{where}.{key}") for key, item in value.items()}
    if is_dataclass(hint):
        if isinstance(value, str) and hasattr(hint, "SHORT"):
            value = {hint.SHORT: value}
        if not isinstance(value, Mapping):
            raise _wrong(where, "a table", value)
        return build(hint, value, f"{where}.")  # type: ignore[arg-type]
    if hint is str and isinstance(value, date):
        return value.isoformat()  # TOML reads 2024-05-18 as a date
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
        raise _wrong(where, f"{_name(hint)}", value)
    return value


def _name(hint: Any) -> str:
    named = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    return named.get(hint, getattr(hint, "__name__", str(hint)))


def _wrong(where: str, wanted: str, value: Any) -> SettingsError:
    return SettingsError(f"{where} must be {wanted}, got {value!r}")


def as_table(settings: Any) -> Any:
    """Return settings as plain tables, lists and values, ready for TOML: the inverse of `build`.

    None becomes "none": left out, it would come back as the default.
    """
    if is_dataclass(settings):
        return {f.name: as_table(getattr(settings, f.name)) for f in fields(settings)}
    if isinstance(settings, Mapping):
        return {key: as_table(value) for key, value in settings.items()}
    if isinstance(settings, (list, tuple)):
        return [as_table(value) for value in settings]
    return "none" if settings is None else settings


def preset_names(package: str) -> list[str]:
    """Return the names of the presets in a package's folder `presets`."""
    folder = resources.files(package) / "presets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


@dataclass(frozen=True, slots=True)
class Method:
    """A preset that changes another one to what a method does."""

    name: str
    base: str  # the preset that it changes
    about: str  # sentences: what it is, and what it wants of the user
    changes: Table
    sources: Mapping[str, str]  # of each changed setting, by its key


def preset_table(package: str, name: str) -> Table:
    """Return the table of a preset: of a method, that of the preset that it changes, changed.

    Raises:
        SettingsError: no preset of that name.
    """
    found = method_of(package, name)
    if found is None:
        return _stored(package, name)
    return merged(preset_table(package, found.base), found.changes)


def method_of(package: str, name: str) -> Method | None:
    """Return what a preset changes in another one; None where it stands alone.

    Raises:
        SettingsError: no preset of that name.
    """
    table = _stored(package, name)
    if _METHOD not in table:
        return None
    said = table.pop(_METHOD)
    return Method(name, changes=table, **said)


def _stored(package: str, name: str) -> Table:
    names = preset_names(package)
    if name not in names:
        raise SettingsError(f"no preset {name!r}. There are: {', '.join(names)}")
    with resources.as_file(resources.files(package) / "presets" / f"{name}.toml") as path:
        return read_toml(path)


def changes_of(
    config: str | Path | None, assignments: Sequence[str], options: Table | None
) -> Table:
    """Return what changes a preset: a file, then assignments, then what a caller gives.

    Args:
        config: a TOML file; its `preset` names the preset that it changes.
        assignments: `section.key=value`.
        options: a table that wins over all others, e.g. inputs and out of a command line.

    Raises:
        SettingsError: a file or an assignment cannot be read.
    """
    file = read_toml(config) if config is not None else {}
    return merged(file, assignment_table(assignments), options or {})


def settings_from(settings: type[Settings], package: str, changes: Table) -> Settings:
    """Build settings from a preset and what changes it.

    Args:
        settings: the class; it has a field `preset`.
        package: whose presets they are.
        changes: from `changes_of`.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    preset = changes.get("preset", "default")
    if not isinstance(preset, str):
        raise SettingsError(f"preset must be a text, got {preset!r}")
    return build(settings, merged(preset_table(package, preset), changes))
