"""README.md of a release: what a person reads first. Text of the web is escaped for Markdown."""

import re
from typing import Any, Final

from webdoc.release.alignment_spread import alignment_rows
from webdoc.release.charts import chart
from webdoc.release.facts import BYTES_A_TOKEN, SharedFacts
from webdoc.release.files import SINGLE_FILES
from webdoc.release.front_matter import front_matter
from webdoc.release.publication import bibtex
from webdoc.release.rendering import render_markdown

_READING: Final = (
    "import json",
    "import os",
    "",
    "from datasets import load_dataset",
    "",
    "folder = os.getcwd()  # where this file lies, or the name of the dataset on the Hub",
)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def card_text(
    package: str, template: str, facts: SharedFacts, tags: tuple[str, ...], **values: Any
) -> str:
    """Return the dataset card of a release.

    Args:
        package: of the path, whose `templates` folder holds the template.
        template: extends card.md.j2.
        facts: of the release.
        tags: of the path, for the Hub.
        values: what only this template names.
    """
    code = "\n".join([*_READING, *(line for out in facts.shown for line in out.reading)])
    absent = {"history.csv", "changes.csv"}  # of a release that is made of another one
    absent |= set() if facts.has_archives else {"archives.csv"}
    absent |= values.pop("absent", set()) | (set() if facts.histograms else {"figures.svg"})
    text = render_markdown(
        package,
        template,
        facts=facts,
        front_matter=str(front_matter(facts, tags)),
        code=code,
        has_images=any(out.is_picture_table for out in facts.written),
        charts=[chart(histogram) for histogram in facts.histograms],
        citation=bibtex(facts.name, facts.publication, f"interleaf {facts.version}"),
        bytes_a_token=BYTES_A_TOKEN,
        alignment_rows=alignment_rows(facts.alignment.counts if facts.alignment else ()),
        single_files=[(n, said) for n, said in SINGLE_FILES.items() if n not in absent],
        **values,
    )
    # A block that says nothing leaves its empty lines behind; no text of ours has two in a row.
    return _EMPTY_LINES.sub("\n\n", text)
