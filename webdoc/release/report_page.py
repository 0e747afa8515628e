"""The report of a release: one HTML page that stands alone and loads nothing.

It is whole without its script, which filters pages and copies commands. The policy allows that
script by its hash and no other.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, Final

from markupsafe import Markup

from webdoc.reasons import OFFERED_LEVELS, PERSONAL_DATA
from webdoc.release.charts import chart
from webdoc.release.facts import SharedFacts
from webdoc.release.figures import steps_of
from webdoc.release.files import FolderSize, folder_size
from webdoc.release.rendering import render_html
from webdoc.release.report_examples import ExampleLimits, FoundBy, choices_of, pictures_within

# Levels that are no part of what is published.
_FIRST: Final = (
    ("pictures", "Pictures"),
    ("funnel", "Kept and left out"),
    ("steps", "Rule by rule"),
    ("measured", "What was measured"),
)
_LIMITS: Final = ExampleLimits()
_STEPPED: Final = ("document", "image", "text")
_UNTILED: Final = ("record", PERSONAL_DATA, *OFFERED_LEVELS)


def page_html(  # noqa: PLR0913 - what the two paths' reports differ in
    package: str,
    template: str,
    facts: SharedFacts,
    *,
    sentences: dict[str, str],
    own_sections: tuple[tuple[str, str], ...],
    examples: Markup,
    found: Sequence[FoundBy] = (),
    thumbnails: Iterable[tuple[str, bytes]] = (),
    limits: ExampleLimits = _LIMITS,
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
        found: by what a person finds each of them.
        thumbnails: (sha256, JPEG) of the pictures that may be shown.
        limits: how much is shown.
        values: what only this template names.
    """
    uses = (case.sha256 for grid in facts.grids for case in grid.cases)
    grid_limits = replace(limits, max_picture_bytes=limits.max_picture_bytes // 2)
    compares = [("compared", "Beside another run")] if facts.comparison else []
    page = render_html(
        package,
        template,
        facts=facts,
        sentences=sentences,
        sections=(*_FIRST, *own_sections, *compares, ("settings", "Settings")),
        examples=examples,
        size=_size(facts),
        mixed_files=any(out.line for out in facts.outputs),
        untiled=_UNTILED,
        grid_pictures=pictures_within(uses, thumbnails, grid_limits),
        steps=[(level, steps_of(level)) for level in facts.levels if level.key in _STEPPED],
        charts=[chart(histogram) for histogram in facts.histograms],
        choices=choices_of(found),
        shown_ids={one.doc_id for one in found if one.anchor},
        first_with={
            reason: one.anchor for one in reversed(found) if one.anchor for reason in one.reasons
        },
        script=Markup(_script()),
        script_hash=_sha256(_script()),
        **values,
    )
    return str(page)


@cache
def _script() -> str:
    return (resources.files("webdoc.release") / "templates" / "report.js").read_text("utf-8")


def _sha256(text: str) -> str:
    """Return the hash by which a content security policy knows a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _size(facts: SharedFacts) -> FolderSize:
    """Return the files and bytes of a release, and how many rows are pictures."""
    sizes = [folder_size(facts.files, out.folder) for out in facts.outputs]
    pictures = [
        size.rows for size, out in zip(sizes, facts.outputs, strict=True) if out.is_picture_table
    ]
    return FolderSize(
        sum(size.files for size in sizes), sum(pictures), sum(size.size_bytes for size in sizes)
    )
