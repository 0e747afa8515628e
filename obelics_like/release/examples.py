"""The examples of the report: pages in reading order, with what was left out and why beside it."""

from collections import Counter
from collections.abc import Iterable

from obelics_like.release.facts import ReleaseFacts
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason, reason_text
from webdoc.release.escaping import html_text, shortened
from webdoc.release.figures import size_text, value_text
from webdoc.release.report_examples import (
    ExampleLimits,
    Pictures,
    figure_html,
    line_html,
    pictures_within,
)

_HIDDEN = frozenset({Reason.IMAGE_UNSAFE, Reason.IMAGE_FACES, Reason.IMAGE_NOT_PERMITTED})
_BLOCK_CLASSES = {"li": "item", "blockquote": "quote", "figcaption": "caption", "tr": "cell"}


def pictures_to_show(documents: Iterable[Document]) -> list[str]:
    """Return the SHA-256 of each picture of some documents, once, in order.

    One that is unsafe, shows too many faces or may not be used in any of them is left out.
    """
    fates = [
        (node.image.facts.sha256, node.reject_reason)
        for document in documents
        for node in document.nodes
        if node.image and node.image.facts.sha256
    ]
    hidden = {digest for digest, reason in fates if reason in _HIDDEN}
    return [digest for digest in dict.fromkeys(d for d, _ in fates) if digest not in hidden]


def examples_html(facts: ReleaseFacts, limits: ExampleLimits) -> str:
    """Return the examples: published ones, then those left out; the first of each stands open."""
    shown = sorted(facts.examples, key=_order)[: limits.max_documents]
    if not shown:
        return "<p>There is no page to show.</p>"
    uses = (
        node.image.facts.sha256
        for document in shown
        for node in document.nodes[: limits.max_nodes]
        if node.image
    )
    pictures = pictures_within(uses, facts.thumbnails, limits)
    n_kept = sum(document.reject_reason is None for document in shown)
    intro = (
        f'<p class="soft">{n_kept:,} published pages and {len(shown) - n_kept:,} left out as a'
        " whole, each in reading order. What was left out is crossed out, with the reason and what"
        " the rule measured beside it.</p>\n"
    )
    return intro + "\n".join(
        _document(document, pictures, limits, is_open=index in (0, n_kept))
        for index, document in enumerate(shown)
    )


def _order(document: Document) -> tuple[bool, int, str]:
    """Return what puts the published ones first, and those with most to see before others."""
    return document.reject_reason is not None, -_marks(document), document.doc_id


def _marks(document: Document) -> int:
    return sum(node.reject_reason is not None for node in document.nodes)


def _document(
    document: Document, pictures: Pictures, limits: ExampleLimits, *, is_open: bool
) -> str:
    nodes = document.nodes[: limits.max_nodes]
    items = "\n".join(_node(node, pictures, limits) for node in nodes)
    more = len(document.nodes) - len(nodes)
    if more:
        items += f'\n<li class="node soft">{more:,} more parts of this page are not shown.</li>'
    badge = "left out" if document.reject_reason else "published"
    css = "badge" if document.reject_reason else "badge kept"
    title = line_html(document.title, limits) or "Page without a title"
    return (
        f'<details class="example"{" open" if is_open else ""}>\n'
        f'<summary><h3><bdi>{title}</bdi></h3><span class="{css}">{badge}</span>'
        f'<span class="url"><bdi>{line_html(document.url, limits)}</bdi></span></summary>\n'
        f'<div class="about">{_verdict(document, limits)}<p>{_about(document)}</p></div>\n'
        + (f'<ol class="nodes">\n{items}\n</ol>\n' if items else "")
        + "</details>"
    )


def _verdict(document: Document, limits: ExampleLimits) -> str:
    if document.reject_reason is None:
        return ""
    detail = line_html(document.reject_detail, limits)
    return (
        '<p class="verdict">Left out as a whole: '
        + _reason(document.reject_reason, document.reject_value)
        + (f' <bdi class="soft">{detail}</bdi>' if detail else "")
        + "</p>"
    )


def _about(document: Document) -> str:
    kept = Counter(node.kind for node in document.nodes if node.reject_reason is None)
    total = Counter(node.kind for node in document.nodes)
    parts = [
        f"{kept['text']:,} of {total['text']:,} paragraphs and"
        f" {kept['image']:,} of {total['image']:,} images broke no rule"
    ]
    if document.language:
        parts.append(
            f"language {html_text(document.language)}, score {value_text(document.language_score)}"
        )
    if document.capture_time:
        parts.append(f"captured {html_text(document.capture_time)}")
    parts.append(
        f"<bdi>{html_text(document.warc_filename)}</bdi> at {document.warc_record_offset:,}"
    )
    parts.append(f"id <code>{html_text(document.doc_id)}</code>")
    return " · ".join(parts)


def _reason(reason: Reason, value: float | None) -> str:
    measured = "" if value is None else f' <span class="value">measured {value_text(value)}</span>'
    return f"{html_text(reason_text(reason))} <code>{html_text(reason)}</code>{measured}"


def _node(node: Node, pictures: Pictures, limits: ExampleLimits) -> str:
    content = _figure(node.image, pictures, limits) if node.image else _text(node, limits)
    end = '<p class="end">The page says that a text ends here.</p>' if node.ends_document else ""
    if node.reject_reason is None:
        return f'<li class="node"><div class="content">{content}{end}</div></li>'
    why = _reason(node.reject_reason, node.reject_value)
    return (
        f'<li class="node lost"><div class="content">{content}{end}</div>'
        f'<div class="why"><span class="hidden">Left out: </span>{why}</div></li>'
    )


def _text(node: Node, limits: ExampleLimits) -> str:
    """Return a paragraph with the look of its element, never the element itself.

    Headings of a page would tear up the outline of the report.
    """
    start, left_out = shortened(node.text, limits.max_text_chars)
    text = html_text(start)
    if left_out:
        text += f' <span class="soft">… {left_out:,} more characters</span>'
    text = f"<del>{text}</del>" if node.reject_reason else text
    if node.tag == "pre":
        return f'<pre class="text" dir="auto">{text}</pre>'
    if node.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        css = f"heading l{node.tag[1]}"
    else:
        css = _BLOCK_CLASSES.get(node.tag, "")
        css += f" d{min(node.level, 3)}" if css == "item" else ""
    return f'<p class="{f"text {css}".strip()}" dir="auto">{text}</p>'


def _figure(image: Image, pictures: Pictures, limits: ExampleLimits) -> str:
    address = image.url or image.source_url
    picture = pictures.get(image.facts.sha256)
    return figure_html(picture, image.alt_text, _image_facts(image), address, limits)


def _image_facts(image: Image) -> str:
    parts = [html_text(image.facts.format)] if image.facts.format else []
    if image.facts.width_px:
        parts.append(f"{image.facts.width_px:,} × {image.facts.height_px:,} px")
    if image.facts.size_bytes:
        parts.append(size_text(image.facts.size_bytes))
    if image.rendered_width or image.rendered_height:
        shown = f"{image.rendered_width or '?'} × {image.rendered_height or '?'}"
        parts.append(f"shown at {html_text(shown)}")
    parts.append(f"status: {html_text(image.facts.status) or 'not looked for'}")
    return " · ".join(parts)
