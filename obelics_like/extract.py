"""From a page to its nodes: paragraphs and images in the order of the page."""

from dataclasses import dataclass
from typing import Literal

from obelics_like.main_content import choose
from obelics_like.page_tables import data_tables
from obelics_like.page_tree import Choice, read_page
from obelics_like.records import Node, Reason
from obelics_like.walk import Walker
from webdoc.urls import absolute_url


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """How a page becomes a document."""

    scope: Literal["main", "page"] = "main"
    keep_html: bool = False
    max_html_bytes: int = 10 << 20
    max_elements: int = 200_000

    def __post_init__(self) -> None:
        if self.scope not in ("main", "page"):
            raise ValueError(f'scope must be "main" or "page", got {self.scope!r}')
        if self.max_html_bytes < 1 or self.max_elements < 1:
            raise ValueError("max_html_bytes and max_elements must be 1 or more")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page yields."""

    nodes: tuple[Node, ...] = ()
    title: str = ""
    html: str = ""
    declared_language: str = ""
    reject_reason: Reason | None = None
    reject_detail: str = ""


def extract(markup: bytes | str, url: str, settings: ExtractSettings) -> Extracted:
    page = read_page(markup)
    base = absolute_url(page.base, url) if page.base else url
    if settings.scope == "main":
        choice = choose(page)
    else:
        parts = {
            place
            for place, block in enumerate(page.blocks)
            if block.look.site_part or block.name in ("nav", "footer")
        }
        choice = Choice([0], parts, 0, 0)
    w = Walker(page, choice.dropped, base, data_tables(page))
    for k in choice.kept:
        w.walk(k)
    nodes = tuple(w.nodes)
    return Extracted(nodes, page.title, "", page.language, None if nodes else Reason.DOCUMENT_EMPTY)
