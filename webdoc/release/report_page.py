"""What the reports of both corpora are built of: one HTML page without scripts and network.

A content security policy forbids both, should any escaping ever fail.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from webdoc.reasons import IN_REJECTED_DOCUMENT, OFFERED_LEVELS
from webdoc.release.escaping import html_text
from webdoc.release.figures import Level, Part, percent_text

ReasonText = Callable[[str], str]

_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    key: str  # its anchor
    title: str
    html: str
    css: str = ""


def page_html(name: str, lead: str, figures: str, sections: Sequence[Section]) -> str:
    """Return a report.

    Args:
        name: of the release, as it is.
        lead: HTML of a sentence below the heading.
        figures: HTML of tiles and notes.
        sections: in their order; the page begins with links to them.
    """
    css = resources.files("webdoc").joinpath("templates/report.css").read_text(encoding="utf-8")
    title = html_text(name)
    links = "".join(f'<li><a href="#{s.key}">{html_text(s.title)}</a></li>\n' for s in sections)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: {title}</title>
<style>
{css}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="lead">{lead}</p>
<nav aria-label="Contents"><ul>
{links}</ul></nav>
{figures}
</header>
<main>
{"".join(map(_section, sections))}</main>
<footer><p>The texts and images belong to the owners of the pages. This file loads nothing from the
network.</p></footer>
</body>
</html>
"""


def _section(section: Section) -> str:
    css = f' class="{section.css}"' if section.css else ""
    title = html_text(section.title)
    return f'<section id="{section.key}"{css}>\n<h2>{title}</h2>\n{section.html}\n</section>\n'


def settings_section(toml: str) -> Section:
    """Return the settings of a run, folded."""
    shown = (
        "<details><summary>All settings of this run</summary>\n"
        f"<pre>{html_text(toml)}</pre></details>"
    )
    return Section("settings", "Settings", shown, "settings")


def funnel_section(levels: Iterable[Level], sentences: dict[str, str], text: ReasonText) -> Section:
    """Return what each reason took.

    Args:
        levels: of the funnel.
        sentences: what a level counts, by its key.
        text: what a reason means.
    """
    tables = "".join(_level(level, sentences.get(level.key, ""), text) for level in levels)
    shown = (
        '<p class="soft">The first rule that something breaks is its reason. Shares are of all'
        " that was looked at on a level.</p>\n"
        f'<div class="levels">\n{tables or "<p>Nothing was counted.</p>"}\n</div>'
    )
    return Section("funnel", "Kept and left out", shown)


def level_tiles(levels: Iterable[Level]) -> str:
    """Return the headline figures: what was kept of each level that is published."""
    return "".join(
        tile(
            level.name,
            f"{level.kept:,}",
            f"of {level.total:,}, {percent_text(level.kept_share)}",
            _bar(level.kept_share),
        )
        for level in levels
        if level.key not in ("record", *OFFERED_LEVELS)
    )


def tile(name: str, big: str, of: str, bar: str = "") -> str:
    """Return one headline figure."""
    return (
        f'<div class="tile kept"><dt>{html_text(name)}</dt><dd class="big">{big}</dd>'
        f'<dd class="of">{of}</dd>{f"<dd>{bar}</dd>" if bar else ""}</div>\n'
    )


def _bar(share: float) -> str:
    """Return a bar; it says nothing to a screen reader, the figure beside it does."""
    fill = f'<span class="fill" style="width:{share * 100:.2f}%"></span>' if share else ""
    return f'<span class="track" aria-hidden="true">{fill}</span>'


def notes_html(notes: Iterable[str]) -> str:
    """Return what could not be judged; "" where everything was."""
    items = "".join(f"<li>{html_text(note)}</li>" for note in notes)
    if not items:
        return ""
    return f'<div class="note">Not every rule judged everything:<ul>{items}</ul></div>'


def _level(level: Level, sentence: str, text: ReasonText) -> str:
    rows = "".join(_part(part, text) for part in level.parts)
    sentence = html_text(sentence)
    return (
        f"<section><h3>{html_text(level.name)}</h3>"
        f'<p class="soft">{sentence} {level.total:,} in all.</p>'
        f'<table class="bars"><thead><tr><th scope="col">Reason</th>'
        f'<th scope="col" class="number">Count</th><th scope="col" class="number">Share</th></tr>'
        f"</thead><tbody>\n{rows}</tbody></table></section>\n"
    )


def _part(part: Part, text: ReasonText) -> str:
    css = (
        "kept" if part.kept else "with-document" if part.reason == IN_REJECTED_DOCUMENT else "lost"
    )
    meaning = text(part.reason)
    code = "" if meaning == part.reason else f" <code>{html_text(part.reason)}</code>"
    return (
        f'<tr class="{css}"><th scope="row">{html_text(meaning[:1].upper() + meaning[1:])}{code}'
        f"{_bar(part.share)}</th>"
        f'<td class="number">{part.count:,}</td>'
        f'<td class="number">{percent_text(part.share)}</td></tr>\n'
    )


def counted(
    title: str, counts: Sequence[tuple[str, int]], of: str = "Documents", css: str = "kept"
) -> str:
    """Return how often each name stands; the longest bar is the largest count."""
    if not counts:
        return ""
    largest = max(count for _, count in counts) or 1
    rows = "".join(
        f'<tr class="{css}"><th scope="row"><bdi>{html_text(name) or "not known"}</bdi>'
        f'{_bar(count / largest)}</th><td class="number">{count:,}</td></tr>\n'
        for name, count in counts
    )
    return (
        f"<section><h3>{html_text(title)}</h3>"
        f'<table class="bars"><thead class="hidden"><tr><th scope="col">Value</th>'
        f'<th scope="col" class="number">{html_text(of)}</th></tr></thead>'
        f"<tbody>\n{rows}</tbody></table></section>\n"
    )
