"""From a page to its nodes: paragraphs and images in the order of the page."""

from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import SelectolaxError

from webdoc.page.complexity import excess
from webdoc.page.document import Node
from webdoc.page.learned.boosted_trees import BoostedTrees
from webdoc.page.learned.page_kind import PageKind
from webdoc.page.main_content import MODELS, choose
from webdoc.page.reader import PageTooComplexError, read_page
from webdoc.page.simplified_html import SimplifiedHtml
from webdoc.page.tag_starts import TagStarts
from webdoc.page.tree import Choice, Page
from webdoc.page.visible_text import shown_text
from webdoc.page.walk import walk
from webdoc.reasons import Reason
from webdoc.settings import setting
from webdoc.urls import absolute_url

_SCOPES = ("main", "page", "document")


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """How a page becomes a document."""

    scope: Literal["main", "page", "document"] = setting(
        "main",
        "main: the main content; page: all but navigation and footers; document: everything, for"
        " the simplified HTML of a document.",
        source="OBELICS: all but navigation and footers",
        differs="Sidebars, comments and lists of links are no part of what a page is about:"
        " [decisions/extraction.md](decisions/extraction.md).",
    )
    keep_html: bool = setting(False, "Whether the simplified HTML is given as well.", source="ours")
    max_html_bytes: int = setting(
        10 << 20, "Of markup; larger pages are not parsed.", source="ours: bounds the memory"
    )
    max_elements: int = setting(
        200_000, "Of one page; pages with more are not parsed.", source="ours: bounds the time"
    )

    def __post_init__(self) -> None:
        if self.scope not in _SCOPES:
            raise ValueError(f"scope must be one of {', '.join(_SCOPES)}, not {self.scope!r}")
        if self.max_html_bytes < 1 or self.max_elements < 1:
            raise ValueError("max_html_bytes and max_elements must be 1 or more")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page yields."""

    nodes: tuple[Node, ...] = ()
    title: str = ""
    html: str = ""  # simplified; only with keep_html
    declared_language: str = ""  # as the html element says it
    page_kind: str = ""  # one of webdoc.page.learned.page_kind.PAGE_KINDS; "" where nobody looked
    page_kind_score: float = 0.0  # how likely it is of that kind, in [0, 1]
    reject_reason: Reason | None = None
    reject_detail: str = ""


def extract(
    markup: bytes | str,
    url: str,
    settings: ExtractSettings,
    models: dict[str, BoostedTrees] = MODELS,
) -> Extracted:
    """Return the nodes of a page, or the reason why there are none; raise nothing.

    Args:
        markup: of the page, as text or as UTF-8.
        url: of the page, absolute; image addresses are relative to it.
        models: those of the package, or the same learned from other pages, to judge them.
    """
    data = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
    if len(data) > settings.max_html_bytes:
        return Extracted(
            reject_reason=Reason.DOCUMENT_TOO_LARGE, reject_detail=f"{len(data)} bytes of markup"
        )
    starts = TagStarts(data)
    detail = excess(data, starts, settings.max_elements)
    if detail:
        return Extracted(reject_reason=Reason.DOCUMENT_TOO_COMPLEX, reject_detail=detail)
    try:
        page = read_page(
            data, starts, settings.max_elements, passing_by=settings.scope != "document"
        )
    except PageTooComplexError as error:
        return Extracted(reject_reason=Reason.DOCUMENT_TOO_COMPLEX, reject_detail=str(error))
    except SelectolaxError as error:
        return Extracted(reject_reason=Reason.DOCUMENT_PARSER_FAILED, reject_detail=str(error))
    if not page.blocks:
        return Extracted(reject_reason=Reason.DOCUMENT_EMPTY)
    choice, kind = _chosen(page, url, settings.scope, models)
    html = SimplifiedHtml(page, choice) if settings.keep_html else None
    base = absolute_url(page.base, url) if page.base else ""
    nodes = tuple(walk(page, choice, base or url, html))
    return Extracted(
        nodes=nodes,
        title=page.title,
        html=html.finished() if html and nodes else "",
        declared_language=page.language,
        page_kind=kind.name,
        page_kind_score=kind.score,
        reject_reason=None if nodes else Reason.DOCUMENT_EMPTY,
    )


def _chosen(
    page: Page, url: str, scope: str, models: dict[str, BoostedTrees]
) -> tuple[Choice, PageKind]:
    if scope == "main":
        return choose(page, url, models)
    if scope == "document":
        return Choice([0], set(), 0, 0), PageKind()
    dropped = shown_text(page).hidden
    for place, block in enumerate(page.blocks):
        if block.name in ("nav", "footer") or block.look.site_part:
            dropped.add(place)
    return Choice([0], dropped, 0, 0), PageKind()
