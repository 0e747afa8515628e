"""The examples of the report: texts with images at their sentences, and the images left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from mmc4_like.release.heat_map import HeatMap, heat_map
from mmc4_like.release.image_fates import ImageFate, image_fates, score_text
from mmc4_like.tables import PlacedDocument
from webdoc.picture.showing import NEVER_SHOWN
from webdoc.reasons import KEPT
from webdoc.release.escaping import shortened
from webdoc.release.rendering import render_html
from webdoc.release.report_examples import ExampleLimits, FoundBy, pictures_within
from webdoc.url_keys import host_of, registered_domain

_TITLE_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class ShownNode:
    """A passage of a text, or an image; of an image there is its fate alone."""

    fate: ImageFate | None = None
    matched: str = ""  # the sentence that images stand at
    rest: str = ""  # what follows it
    number: int = -1  # of an image: its index among those of the document


@dataclass(frozen=True, slots=True)
class ShownText:
    """One example as its template takes it."""

    placed: PlacedDocument
    nodes: tuple[ShownNode, ...]  # the text with its images, then the images left over
    title: str
    is_open: bool
    images: int
    placed_images: int
    found: FoundBy
    heat: HeatMap | None  # None where nothing was compared


def examples_html(
    examples: Iterable[PlacedDocument],
    thumbnails: Iterable[tuple[str, bytes]],
    limits: ExampleLimits | None = None,
) -> Markup:
    """Return the examples: published ones, then those left out; the first of each stands open.

    Args:
        examples: in any order.
        thumbnails: (sha256, JPEG) of their images, as far as there are any.
        limits: how much is shown.
    """
    limits = limits or ExampleLimits()
    shown = shown_texts(examples, limits)
    fates = [image_fates(placed) for placed in shown]
    uses = (
        fate.image.facts.sha256
        for document_fates in fates
        for fate in document_fates[: limits.max_nodes]
        if fate.reason not in NEVER_SHOWN
    )
    n_kept = sum(placed.candidate.document.reject_reason is None for placed in shown)
    return render_html(
        "mmc4_like.release",
        "mmc4_examples.html.j2",
        texts=[
            _shown_text(placed, document_fates, is_open=index in (0, n_kept))
            for index, (placed, document_fates) in enumerate(zip(shown, fates, strict=True))
        ],
        n_kept=n_kept,
        pictures=pictures_within(uses, thumbnails, limits),
        limits=limits,
        hidden=NEVER_SHOWN,
        score_text=score_text,
    )


def shown_texts(examples: Iterable[PlacedDocument], limits: ExampleLimits) -> list[PlacedDocument]:
    """Return the documents that are shown, in that order."""
    return sorted(examples, key=_order)[: limits.max_documents]


def _order(placed: PlacedDocument) -> tuple[bool, int, str]:
    """Return what puts the published ones first, and those with most images before others."""
    document = placed.candidate.document
    images = len(placed.candidate.images)
    return document.reject_reason is not None, -images, document.doc_id


def _shown_text(placed: PlacedDocument, fates: Sequence[ImageFate], *, is_open: bool) -> ShownText:
    start, cut = shortened(placed.candidate.document.text, _TITLE_CHARS)
    title = " ".join(start.split())
    return ShownText(
        placed=placed,
        nodes=tuple(_nodes(placed, fates)),
        title=f"{title}…" if title and cut else title,
        is_open=is_open,
        images=len(fates),
        placed_images=sum(fate.sentence is not None for fate in fates),
        found=found_by(placed, fates),
        heat=heat_map(placed),
    )


def found_by(placed: PlacedDocument, fates: Sequence[ImageFate]) -> FoundBy:
    """Return by what a person finds a text in the report."""
    document = placed.candidate.document
    cosines = [fate.similarity for fate in fates if fate.sentence is not None and fate.similarity]
    scores: list[tuple[str, float]] = [
        ("images placed", sum(fate.sentence is not None for fate in fates)),
        ("images", len(fates)),
        ("sentences", len(placed.candidate.sentences)),
    ]
    if cosines:
        scores += [("least similarity", min(cosines)), ("greatest similarity", max(cosines))]
    reasons = [document.reject_reason or KEPT, *(fate.reason for fate in fates if fate.reason)]
    return FoundBy(
        document.doc_id,
        tuple(dict.fromkeys(map(str, reasons))),
        document.language,
        registered_domain(host_of(document.url)),
        tuple(scores),
    )


def _nodes(placed: PlacedDocument, fates: Sequence[ImageFate]) -> Iterator[ShownNode]:
    """Yield the text, cut before each sentence that holds images, then the images left over."""
    document, sentences = placed.candidate.document, placed.candidate.sentences
    at: dict[int | None, list[ShownNode]] = defaultdict(list)
    for number, fate in enumerate(fates):
        at[fate.sentence].append(ShownNode(fate, number=number))
    cuts = sorted({0, len(sentences), *(n for n in at if n is not None)})
    for begin, end in pairwise(cuts):
        yield from at[begin]
        first, last = sentences[begin], sentences[end - 1]
        matched = document.text[first.start : first.end] if at[begin] else ""
        yield ShownNode(None, matched, document.text[first.start + len(matched) : last.end])
    yield from at[None]
