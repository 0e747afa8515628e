"""The report of a release: one HTML page that stands alone, without scripts and without network."""

from obelics_like.release.examples import examples_html
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.figures import class_names, files_in
from webdoc.reasons import reason_text
from webdoc.release.escaping import html_text
from webdoc.release.figures import levels_of, size_text
from webdoc.release.files import Distribution
from webdoc.release.published_settings import published_settings
from webdoc.release.report_examples import ExampleLimits
from webdoc.release.report_page import (
    Section,
    counted,
    funnel_section,
    level_tiles,
    notes_html,
    page_html,
    settings_section,
    tile,
)

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
    levels = levels_of(facts.funnel)
    lead = (
        "What this release holds, what was left out and why, and pages to check it by."
        f" Made by interleaf {html_text(facts.version)} with the preset"
        f" {html_text(facts.settings.preset)}."
    )
    tiles = f'<dl class="tiles">{level_tiles(levels)}{_size_tile(facts)}</dl>'
    sections = (
        funnel_section(levels, _LEVEL_SENTENCES, reason_text),
        Section("spread", "What is in it", _spread(facts)),
        Section("examples", "Pages", examples_html(facts, limits or ExampleLimits())),
        settings_section(published_settings(facts.settings)),
    )
    figures = f"{tiles}\n{notes_html(facts.notes)}"
    return page_html(facts.settings.release.name, lead, figures, sections)


def _spread(facts: ReleaseFacts) -> str:
    parts = (
        *map(_distribution, facts.distributions),
        counted("Languages", facts.languages),
        counted("Most frequent domains", facts.domains),
    )
    return (
        '<p class="soft">Published documents only.</p>\n'
        f'<div class="columns">\n{"".join(parts)}</div>'
    )


def _size_tile(facts: ReleaseFacts) -> str:
    found = {folder: files_in(facts, folder) for folder in ("data", "images")}
    size = sum(size_bytes for _, _, size_bytes in found.values())
    n_files = sum(count for count, _, _ in found.values())
    pictures = (
        f"{found['images'][1]:,} pictures inside" if found["images"][1] else "image URLs only"
    )
    plural = "file" if n_files == 1 else "files"
    return tile("Size", size_text(size), f"{n_files:,} Parquet {plural}, {pictures}")


def _distribution(spread: Distribution) -> str:
    named = zip(class_names(spread), spread.counts, strict=True)
    return counted(spread.name.capitalize(), tuple(named))
