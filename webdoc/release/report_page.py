"""The report of a release: one HTML page that stands alone, without scripts and without network."""

from typing import Any, Final

from markupsafe import Markup

from webdoc.reasons import OFFERED_LEVELS, PERSONAL_DATA
from webdoc.release.facts import SharedFacts
from webdoc.release.files import FolderSize, folder_size
from webdoc.release.rendering import render_html

# Levels that are no part of what is published.
_UNTILED: Final = ("record", PERSONAL_DATA, *OFFERED_LEVELS)


def page_html(  # noqa: PLR0913 - what the two paths' reports differ in
    package: str,
    template: str,
    facts: SharedFacts,
    *,
    sentences: dict[str, str],
    own_sections: tuple[tuple[str, str], ...],
    examples: Markup,
    **values: Any,
) -> str:
    """Return a report.

    Args:
        package: of the path, whose `templates` folder holds the template.
        template: extends report.html.j2.
        facts: of the release.
        sentences: what a level of the funnel counts, by its key.
        own_sections: (anchor, title) of the sections between the funnel and the settings.
        examples: HTML.
        values: what only this template names.
    """
    sections = (("funnel", "Kept and left out"), *own_sections, ("settings", "Settings"))
    page = render_html(
        package,
        template,
        facts=facts,
        sentences=sentences,
        sections=sections,
        examples=examples,
        size=_size(facts),
        mixed_files=any(out.line for out in facts.outputs),
        untiled=_UNTILED,
        **values,
    )
    return str(page)


def _size(facts: SharedFacts) -> FolderSize:
    """Return the files and bytes of a release, and how many rows are pictures."""
    sizes = [folder_size(facts.files, out.folder) for out in facts.outputs]
    pictures = [
        size.rows for size, out in zip(sizes, facts.outputs, strict=True) if out.is_picture_table
    ]
    return FolderSize(
        sum(size.files for size in sizes), sum(pictures), sum(size.size_bytes for size in sizes)
    )
