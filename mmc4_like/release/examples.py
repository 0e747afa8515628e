"""The examples of the report: texts with images at their sentences, and the images left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mmc4_like.records import CandidateImage
from mmc4_like.release.image_fates import ImageFate, image_fates
from mmc4_like.tables import PlacedDocument
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

_TITLE_CHARS = 80
# What nobody wants to see, or wants to have shown, is not in the report either.
HIDDEN = frozenset(
    {Reason.IMAGE_NSFW, Reason.IMAGE_FACES, Reason.IMAGE_FACE, Reason.IMAGE_NOT_PERMITTED}
)


def examples_html(
    examples: Iterable[PlacedDocument],
    thumbnails: Iterable[tuple[str, bytes]],
    limits: ExampleLimits | None = None,
) -> str:
    """Return the examples: published ones, then those left out; the first of each stands open.

    Args:
        examples: in any order.
        thumbnails: (sha256, JPEG) of their images, as far as there are any.
        limits: how much is shown.
    """
    limits = limits or ExampleLimits()
    shown = sorted(examples, key=_order)[: limits.max_documents]
    if not shown:
        return "<p>There is no text to show.</p>"
    fates = [image_fates(placed) for placed in shown]
    uses = (
        fate.image.facts.sha256
        for own in fates
        for fate in own[: limits.max_nodes]
        if fate.reason not in HIDDEN
    )
    pictures = pictures_within(uses, thumbnails, limits)
    n_kept = sum(placed.candidate.document.reject_reason is None for placed in shown)
    intro = (
        f'<p class="soft">{n_kept:,} published texts and {len(shown) - n_kept:,} left out as a'
        " whole. An image stands before its sentence, which is underlined; below the text follow"
        " the images that found no place, with the reason.</p>\n"
    )
    return intro + "\n".join(
        _document(placed, own, pictures, limits, is_open=index in (0, n_kept))
        for index, (placed, own) in enumerate(zip(shown, fates, strict=True))
    )


def _order(placed: PlacedDocument) -> tuple[bool, int, str]:
    """Return what puts the published ones first, and those with most images before others."""
    document = placed.candidate.document
    images = len(placed.candidate.images)
    return document.reject_reason is not None, -images, document.doc_id


def _document(
    placed: PlacedDocument,
    fates: Sequence[ImageFate],
    pictures: Pictures,
    limits: ExampleLimits,
    *,
    is_open: bool,
) -> str:
    document = placed.candidate.document
    items = [*_text_nodes(placed, fates, pictures, limits)]
    more = len(items) - limits.max_nodes
    if more > 0:
        items = items[: limits.max_nodes]
        items.append(f'<li class="node soft">{more:,} more parts are not shown.</li>')
    badge = "left out" if document.reject_reason else "published"
    css = "badge" if document.reject_reason else "badge kept"
    start, cut = shortened(document.text, _TITLE_CHARS)
    title = (line_html(start, limits) or "Row without a text") + ("…" if cut else "")
    nodes = "\n".join(items)
    return (
        f'<details class="example"{" open" if is_open else ""}>\n'
        f'<summary><h3><bdi>{title}</bdi></h3><span class="{css}">{badge}</span>'
        f'<span class="url"><bdi>{line_html(document.url, limits)}</bdi></span></summary>\n'
        f'<div class="about">{_verdict(placed, limits)}<p>{_about(placed, fates)}</p></div>\n'
        + (f'<ol class="nodes">\n{nodes}\n</ol>\n' if items else "")
        + "</details>"
    )


def _verdict(placed: PlacedDocument, limits: ExampleLimits) -> str:
    document = placed.candidate.document
    if document.reject_reason is None:
        return ""
    detail = line_html(document.reject_detail, limits)
    why = _reason(document.reject_reason, document.reject_value)
    soft = f' <bdi class="soft">{detail}</bdi>' if detail else ""
    return f'<p class="verdict">Left out as a whole: {why}{soft}</p>'


def _about(placed: PlacedDocument, fates: Sequence[ImageFate]) -> str:
    document, capture = placed.candidate.document, placed.candidate.capture
    n_placed = sum(fate.sentence is not None for fate in fates)
    parts = [
        f"{len(placed.candidate.sentences):,} sentences",
        f"{n_placed:,} of {len(fates):,} images placed",
    ]
    if document.language:
        parts.append(f"language {html_text(document.language)}")
    if capture.capture_time:
        parts.append(f"page captured {html_text(capture.capture_time)}")
    parts.append(f"<bdi>{html_text(document.source_name)}</bdi> at {document.source_row:,}")
    parts.append(f"id <code>{html_text(document.doc_id)}</code>")
    return " · ".join(parts)


def _reason(reason: Reason, value: float | None) -> str:
    measured = "" if value is None else f' <span class="value">measured {value_text(value)}</span>'
    return f"{html_text(reason_text(reason))} <code>{html_text(reason)}</code>{measured}"


def _text_nodes(
    placed: PlacedDocument, fates: Sequence[ImageFate], pictures: Pictures, limits: ExampleLimits
) -> Iterator[str]:
    """Yield the text, cut before each sentence that holds images, then the images left over."""
    document, sentences = placed.candidate.document, placed.candidate.sentences
    at: dict[int | None, list[ImageFate]] = defaultdict(list)
    for fate in fates:
        at[fate.sentence].append(fate)
    cuts = sorted({0, len(sentences), *(n for n in at if n is not None)})
    for begin, end in pairwise(cuts):
        for fate in at[begin]:
            yield _placed_image(fate, pictures, limits)
        first, last = sentences[begin], sentences[end - 1]
        matched = document.text[first.start : first.end] if at[begin] else ""
        rest = document.text[first.start + len(matched) : last.end]
        yield _text(matched, rest, limits)
    for fate in at[None]:
        yield _left_out(fate, pictures, limits)


def _text(matched: str, rest: str, limits: ExampleLimits) -> str:
    matched, cut = shortened(matched, limits.max_text_chars)
    rest, left_out = shortened(rest, limits.max_text_chars - len(matched))
    html = f'<span class="matched">{html_text(matched)}</span>' if matched else ""
    html += html_text(rest)
    if cut + left_out:
        html += f' <span class="soft">… {cut + left_out:,} more characters</span>'
    return f'<li class="node"><div class="content"><p class="text" dir="auto">{html}</p></div></li>'


def _placed_image(fate: ImageFate, pictures: Pictures, limits: ExampleLimits) -> str:
    return (
        f'<li class="node"><div class="content">{_figure(fate, pictures, limits)}</div>'
        f'<div class="why match">similarity {fate.similarity:.3f} with sentence'
        f" {fate.sentence}</div></li>"
    )


def _left_out(fate: ImageFate, pictures: Pictures, limits: ExampleLimits) -> str:
    if fate.reason is None:
        why = "its text was left out before it was compared"
    else:
        why = _reason(fate.reason, fate.value)
    if fate.best_sentence is not None:
        why += (
            f' <span class="value">most like sentence {fate.best_sentence}:'
            f" {fate.similarity:.3f}</span>"
        )
    shown = {} if fate.reason in HIDDEN else pictures
    return (
        f'<li class="node lost"><div class="content">{_figure(fate, shown, limits)}</div>'
        f'<div class="why"><span class="hidden">Left out: </span>{why}</div></li>'
    )


def _figure(fate: ImageFate, pictures: Pictures, limits: ExampleLimits) -> str:
    image = fate.image
    address = image.url or image.source_url
    picture = pictures.get(image.facts.sha256)
    return figure_html(picture, image.alt_text, _image_facts(image), address, limits)


def _image_facts(image: CandidateImage) -> str:
    parts = [f"from {html_text(image.source)}"]
    if image.facts.format:
        parts.append(html_text(image.facts.format))
    if image.facts.width_px:
        parts.append(f"{image.facts.width_px:,} × {image.facts.height_px:,} px")
    if image.facts.size_bytes:
        parts.append(size_text(image.facts.size_bytes))
    parts.append(f"status: {html_text(image.facts.status) or 'not looked for'}")
    return " · ".join(parts)
