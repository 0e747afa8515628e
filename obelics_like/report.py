"""The report of a release: one HTML page that stands alone, without scripts and without network.

A content security policy forbids both, should any escaping ever fail.
"""

from collections.abc import Iterable
from importlib import resources

from obelics_like.figures import (
    Level,
    Part,
    class_names,
    files_in,
    levels_of,
    percent_text,
    size_text,
)
from obelics_like.published_settings import published_settings
from obelics_like.reason_texts import reason_text
from obelics_like.release_facts import Distribution, ReleaseFacts
from obelics_like.report_examples import ExampleLimits, examples_html
from webdoc.escaping import html_text
from webdoc.funnel import IN_REJECTED_DOCUMENT

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
_LEVEL_SENTENCES = {
    "record": "Every record of every archive file, and what it was.",
    "document": "Every web page among the records.",
    "text": "Every paragraph that was read from them.",
    "image": "Every image that they show in what was read.",
    "word": "The words of those paragraphs.",
}


def report_html(facts: ReleaseFacts, limits: ExampleLimits | None = None) -> str:
    """Return the page.

    Args:
        facts: of the release.
        limits: how much of the examples is shown; the page stays below about
            `max_documents * max_nodes * max_text_chars` characters plus `max_picture_bytes`.
    """
    name = html_text(facts.settings.release.name)
    css = resources.files("obelics_like").joinpath("templates/report.css")
    levels = levels_of(facts.funnel)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: {name}</title>
<style>
{css.read_text(encoding="utf-8")}</style>
</head>
<body>
<header>
<h1>{name}</h1>
<p class="lead">What this release holds, what was left out and why, and pages to check it by.
Made by interleaf {html_text(facts.version)} with the preset
{html_text(facts.settings.preset)}.</p>
<nav aria-label="Contents"><ul>
<li><a href="#funnel">Kept and left out</a></li>
<li><a href="#spread">What is in it</a></li>
<li><a href="#examples">Pages</a></li>
<li><a href="#settings">Settings</a></li>
</ul></nav>
{_tiles(facts, levels)}
{_notes(facts.notes)}
</header>
<main>
<section id="funnel">
<h2>Kept and left out</h2>
<p class="soft">The first rule that something breaks is its reason. Shares are of all that was
looked at on a level.</p>
<div class="levels">
{"".join(map(_level, levels)) or "<p>Nothing was counted.</p>"}
</div>
</section>
<section id="spread">
<h2>What is in it</h2>
<p class="soft">Published documents only.</p>
<div class="columns">
{"".join(map(_distribution, facts.distributions))}
{_counted("Languages", facts.languages)}
{_counted("Most frequent domains", facts.domains)}
</div>
</section>
<section id="examples">
<h2>Pages</h2>
{examples_html(facts, limits or ExampleLimits())}
</section>
<section id="settings" class="settings">
<h2>Settings</h2>
<details><summary>All settings of this run</summary>
<pre>{html_text(published_settings(facts.settings))}</pre></details>
</section>
</main>
<footer><p>The texts and images belong to the owners of the pages. This file loads nothing from the
network.</p></footer>
</body>
</html>
"""


def _tiles(facts: ReleaseFacts, levels: Iterable[Level]) -> str:
    """Return the headline figures; records say what was read, the other levels what was kept."""
    tiles = [
        _tile(
            level.name,
            f"{level.kept:,}",
            f"of {level.total:,}, {percent_text(level.kept_share)}",
            _bar(level.kept_share),
        )
        for level in levels
        if level.key != "record"
    ]
    found = {folder: files_in(facts, folder) for folder in ("data", "images")}
    size = sum(size_bytes for _, _, size_bytes in found.values())
    n_files = sum(count for count, _, _ in found.values())
    pictures = (
        f"{found['images'][1]:,} pictures inside" if found["images"][1] else "image URLs only"
    )
    plural = "file" if n_files == 1 else "files"
    tiles.append(_tile("Size", size_text(size), f"{n_files:,} Parquet {plural}, {pictures}", ""))
    return f'<dl class="tiles">{"".join(tiles)}</dl>'


def _tile(name: str, big: str, of: str, bar: str) -> str:
    return (
        f'<div class="tile kept"><dt>{html_text(name)}</dt><dd class="big">{big}</dd>'
        f'<dd class="of">{of}</dd>{f"<dd>{bar}</dd>" if bar else ""}</div>\n'
    )


def _bar(share: float) -> str:
    """Return a bar; it says nothing to a screen reader, the figure beside it does."""
    fill = f'<span class="fill" style="width:{share * 100:.2f}%"></span>' if share else ""
    return f'<span class="track" aria-hidden="true">{fill}</span>'


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{html_text(note)}</li>" for note in notes)
    if not items:
        return ""
    return f'<div class="note">Not every rule judged everything:<ul>{items}</ul></div>'


def _level(level: Level) -> str:
    rows = "".join(map(_part, level.parts))
    sentence = html_text(_LEVEL_SENTENCES.get(level.key, ""))
    return (
        f"<section><h3>{html_text(level.name)}</h3>"
        f'<p class="soft">{sentence} {level.total:,} in all.</p>'
        f'<table class="bars"><thead><tr><th scope="col">Reason</th>'
        f'<th scope="col" class="number">Count</th><th scope="col" class="number">Share</th></tr>'
        f"</thead><tbody>\n{rows}</tbody></table></section>\n"
    )


def _part(part: Part) -> str:
    css = (
        "kept" if part.kept else "with-document" if part.reason == IN_REJECTED_DOCUMENT else "lost"
    )
    meaning = reason_text(part.reason)
    code = "" if meaning == part.reason else f" <code>{html_text(part.reason)}</code>"
    return (
        f'<tr class="{css}"><th scope="row">{html_text(meaning[:1].upper() + meaning[1:])}{code}'
        f"{_bar(part.share)}</th>"
        f'<td class="number">{part.count:,}</td>'
        f'<td class="number">{percent_text(part.share)}</td></tr>\n'
    )


def _distribution(spread: Distribution) -> str:
    named = zip(class_names(spread), spread.counts, strict=True)
    return _counted(spread.name.capitalize(), tuple(named))


def _counted(title: str, counts: tuple[tuple[str, int], ...]) -> str:
    """Return how many documents each name has; the longest bar is the largest count."""
    if not counts:
        return ""
    largest = max(count for _, count in counts) or 1
    rows = "".join(
        f'<tr class="kept"><th scope="row"><bdi>{html_text(name) or "not known"}</bdi>'
        f'{_bar(count / largest)}</th><td class="number">{count:,}</td></tr>\n'
        for name, count in counts
    )
    return (
        f"<section><h3>{html_text(title)}</h3>"
        f'<table class="bars"><thead class="hidden"><tr><th scope="col">Value</th>'
        f'<th scope="col" class="number">Documents</th></tr></thead>'
        f"<tbody>\n{rows}</tbody></table></section>\n"
    )
