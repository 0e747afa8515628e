"""The dataset card of a release made of another one: that one's card, with what is new about it.

What a run said of how it was made, of permission and of rights stays as it was. What counts
documents is written anew.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from huggingface_hub import DatasetCard

from webdoc.derived.facts import Sums
from webdoc.derived.history import Version
from webdoc.release.escaping import shortened
from webdoc.release.facts import SharedFacts
from webdoc.release.figures import size_category
from webdoc.release.files import Distribution
from webdoc.release.published import PublishedDocument
from webdoc.release.rendering import render_markdown

_EXAMPLE_PARTS: Final = 4
_EXAMPLE_CHARS: Final = 240
_FENCE: Final = re.compile(r"^(`{3,}|~{3,})")
_LANGUAGE_CODE: Final = re.compile(r"[a-z]{2,3}")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
# Sections of a card that count documents or show one, and those that this card has of its own.
_COUNTING: Final = frozenset(
    {
        "One row",
        "What was kept and what was left out",
        "What is in it",
        "Alignment",
        "Scores",
        "Version history",
    }
)


@dataclass(frozen=True, slots=True)
class Examples:
    """Some documents of a release, with small pictures."""

    documents: tuple[PublishedDocument, ...]
    thumbnails: tuple[tuple[str, bytes], ...]  # (sha256, JPEG)


@dataclass(frozen=True, slots=True)
class DerivedFacts:
    """What card and report of a release made of another one say."""

    shared: SharedFacts
    history: tuple[Version, ...]
    sums: Sums
    distributions: tuple[Distribution, ...]
    examples: Examples


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card under a heading of the second level."""

    heading: str  # "" for what stands above the first one
    text: str  # Markdown, with its heading


def sections(text: str) -> list[Section]:
    """Cut the text of a card at its headings of the second level; code is never cut.

    >>> [s.heading for s in sections("# A\\n\\n## B\\n```\\n## no\\n```\\n## C")]
    ['', 'B', 'C']
    """
    found: list[tuple[str, list[str]]] = [("", [])]
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence and line.strip() == fence:
            fence = ""
        if line.startswith("## ") and not fence:
            found.append((line[3:].strip(), []))
        found[-1][1].append(line)
    return [Section(heading, "\n".join(lines).strip()) for heading, lines in found]


def derived_card(before: DatasetCard, facts: DerivedFacts) -> str:
    """Return the card.

    Args:
        before: card of the release that it was made from, the first one if there were several.
        facts: of the new release.
    """
    parts = sections(before.text)[1:]
    text = render_markdown(
        "webdoc.derived",
        "derived_card.md.j2",
        front_matter=str(_front_matter(before, facts.shared)),
        facts=facts.shared,
        own=facts,
        example=_example(facts.examples),
        sections=[part for part in parts if part.heading not in _COUNTING],
    )
    return _EMPTY_LINES.sub("\n\n", text)


def _front_matter(before: DatasetCard, facts: SharedFacts) -> Any:
    """Return what the Hub reads: as before, but for sizes, languages and folders that are gone."""
    data = before.data
    names = {out.name for out in facts.written}
    codes = [code for code in facts.codes if _LANGUAGE_CODE.fullmatch(code)]
    data["language"] = codes or None
    data["multilinguality"] = (
        ["multilingual" if len(codes) > 1 else "monolingual"] if codes else None
    )
    data["size_categories"] = [size_category(_documents(facts))]
    for key in ("configs", "dataset_info"):
        stay = [one for one in data.get(key) or [] if one["config_name"] in names]
        data[key] = stay or None
    return data


def _documents(facts: SharedFacts) -> int:
    folder = f"{facts.outputs[0].folder}/"
    return sum(file.rows for file in facts.files if file.path.startswith(folder))


def _example(examples: Examples) -> str:
    """Return the start of the first document as JSON; "" without any."""
    if not examples.documents:
        return ""
    document = examples.documents[0]
    parts = document.parts[:_EXAMPLE_PARTS]
    row = {
        "images": [part.url if part.text is None else None for part in parts],
        "texts": [part.text if part.text is None else _cut(part.text) for part in parts],
        "metadata": [_cut_values(part.facts) if part.text is None else None for part in parts],
        "general_metadata": _cut_values(document.facts),
    }
    return json.dumps(row, ensure_ascii=False, indent=2)


def _cut_values(facts: Any) -> dict[str, Any]:
    return {key: _cut(value) if isinstance(value, str) else value for key, value in facts.items()}


def _cut(text: str) -> str:
    start, left_out = shortened(text, _EXAMPLE_CHARS)
    return f"{start}…" if left_out else start
