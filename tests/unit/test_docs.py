"""The documentation names all of its pages; the site's own check finds links that lead nowhere."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_list_of_decisions_names_each_of_them() -> None:
    listed = re.findall(r"\(decisions/(\w+)\.md\)", (DOCS / "decisions.md").read_text("utf-8"))

    assert sorted(listed) == sorted(file.stem for file in (DOCS / "decisions").glob("*.md"))


def test_the_site_shows_each_page_of_the_guide() -> None:
    shown = (DOCS.parent / "mkdocs.yml").read_text("utf-8")

    assert [file.name for file in (DOCS / "guide").glob("*.md") if file.name not in shown] == []
