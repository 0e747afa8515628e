"""Writes docs/sources.md anew from what the settings say of themselves: `make docs`.

Above the mark the page is written by hand, below it nothing is. With --check nothing is written,
and the exit status is 1 where the page is stale.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mmc4_like.settings import Mmc4Settings  # noqa: E402
from mmc4_like.settings import load_settings as mmc4_settings  # noqa: E402
from obelics_like.settings import ObelicsSettings  # noqa: E402
from obelics_like.settings import load_settings as obelics_settings  # noqa: E402
from webdoc.settings import (  # noqa: E402
    Described,
    Table,
    as_table,
    described,
    method_of,
    preset_names,
)

PAGE: Final = ROOT / "docs" / "sources.md"
MARK: Final = "<!-- What follows is made by `make docs` from the settings classes. -->"
_MANY: Final = 8  # items of a list; more are counted
_PUBLISHED: Final = {True: " Private.", "folders": " Of it only the last name is published."}
_TOP: Final = "Inputs and outputs"


class Corpus(NamedTuple):
    """One path: its settings, and the tables of its presets by name, the paper's first."""

    title: str
    settings: type
    presets: Mapping[str, Table]


def corpora() -> tuple[Corpus, Corpus]:
    """Return both paths."""
    obelics = {
        name: as_table(obelics_settings(options={"preset": name}))
        for name in ("obelics", "default")
    }
    mmc4 = {
        name: as_table(mmc4_settings(options={"preset": name}))
        for name in ("mmc4", "mmc4-core", "mmc4-ff", "default")
    }
    return (
        Corpus("Settings of the OBELICS path", ObelicsSettings, obelics),
        Corpus("Settings of the MMC4 path", Mmc4Settings, mmc4),
    )


def page(by_hand: str) -> str:
    """Return the whole page under what is written by hand."""
    obelics, mmc4 = corpora()
    parts = [by_hand.rstrip(), MARK, *_lines(obelics, {}), *_lines(mmc4, _shared(obelics))]
    parts += _methods()
    return "\n\n".join(parts) + "\n"


def rows(corpus: Corpus) -> Iterator[tuple[Described, tuple[str, ...]]]:
    """Yield each setting with its value in each preset as the tables show it."""
    for each in described(corpus.settings):
        yield each, tuple(value(table, each.key) for table in corpus.presets.values())


def _shared(corpus: Corpus) -> dict[str, str]:
    """Return the sections whose settings have one value in every preset, as tables show them."""
    texts = {}
    for name, group in groupby(rows(corpus), key=_section):
        members = list(group)
        if name != _TOP and all(len(set(values)) == 1 for _, values in members):
            texts[name] = str([(each.key, values[0], each.about) for each, values in members])
    return texts


def _lines(corpus: Corpus, written: Mapping[str, str]) -> Iterator[str]:
    """Yield headings, sentences and tables of a path; what is written already is only named."""
    yield f"## {corpus.title}"
    again, shared = [], _shared(corpus)
    for name, group in groupby(sorted(rows(corpus), key=_order), key=_section):
        members = list(group)
        if name in written and shared.get(name) == written[name]:
            again.append(name)
            continue
        yield f"### {name}"
        yield from _sentences(members)
        yield _table(members, tuple(corpus.presets))
    if again:
        yield f"As in the OBELICS path: {', '.join(f'`[{name}]`' for name in again)}."


def _methods() -> Iterator[str]:
    """Yield what the presets change that follow a method, with the source of each number."""
    yield "## Presets that follow a method"
    yield "Each changes another preset, and may be changed in turn by `--set` and `--config`."
    for package in ("obelics_like", "mmc4_like"):
        for name in preset_names(package):
            found = method_of(package, name)
            if found is None:
                continue
            yield f"### `{name}` of `interleaf {package.removesuffix('_like')}`"
            yield f"{found.about} It changes the preset `{found.base}`."
            lines = [("setting", "value", "source"), ("---",) * 3]
            lines += [
                (f"`{key}`", _changed(found.changes, key), source)
                for key, source in found.sources.items()
            ]
            yield "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _changed(table: Table, key: str) -> str:
    """Return a changed value; of a table of numbers each with its name."""
    section, _, name = key.partition(".")
    found = table[section][name]
    if isinstance(found, dict):
        return ", ".join(f"{each}: {shown(number)}" for each, number in found.items())
    return shown(found)


def _section(row: tuple[Described, tuple[str, ...]]) -> str:
    section, dot, _ = row[0].key.partition(".")
    return section if dot else _TOP


def _order(row: tuple[Described, tuple[str, ...]]) -> bool:
    return _section(row) != _TOP


def _sentences(members: Sequence[tuple[Described, tuple[str, ...]]]) -> Iterator[str]:
    """Yield what is said of a section and of those in it, each once."""
    said = {}
    for each, _ in members:
        names = each.key.split(".")
        for depth, section in enumerate(each.sections):
            said[".".join(names[: depth + 1])] = section.meaning
    for name, meaning in said.items():
        yield f"`{name}`: {meaning}" if "." in name else meaning


def _table(members: Sequence[tuple[Described, tuple[str, ...]]], presets: Sequence[str]) -> str:
    heads = ("setting", "meaning", *presets, "source", "why default differs")
    lines = [heads, ("---",) * len(heads)]
    for each, values in members:
        differs = each.about.differs if values[0] != values[-1] else ""
        meaning = f"{each.about.meaning}{_PUBLISHED.get(each.privacy, '')}"
        lines.append((f"`{each.key}`", meaning, *values, each.about.source, differs))
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def value(table: Table, key: str) -> str:
    """Return the value of a key as the tables show it; "*" means every key that names it."""
    names = key.split(".")
    if "*" not in names:
        found: Any = table
        for name in names:
            found = found[name]
        return shown(found)
    outer, _, inner = names
    found = {name: limits[inner] for name, limits in table[outer].items()}
    return ", ".join(f"{k}: {shown(v)}" for k, v in found.items() if v != "none") or "none"


def shown(value: object) -> str:
    """Return a value as the tables show it; long lists are counted."""
    if isinstance(value, (list, dict)):
        many = len(value) > _MANY
        return f"{len(value)} of them" if many else ", ".join(f"`{v}`" for v in value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "none" if value == "none" else f"`{value}`" if value else "empty"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or say whether it is stale."""
    before = PAGE.read_text(encoding="utf-8")
    after = page(before.partition(MARK)[0])
    if "--check" not in arguments:
        PAGE.write_text(after, encoding="utf-8")
        return 0
    if before != after:
        print("docs/sources.md is stale: run `make docs`", file=sys.stderr)
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
