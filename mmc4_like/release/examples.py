"""The examples of the report: texts with images at their sentences, and the images left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from mmc4_like.release.image_fates import ImageFate, image_fates, score_text
from mmc4_like.tables import PlacedDocument
from webdoc.reasons import Reason
from webdoc.release.escaping import shortened
from webdoc.release.rendering import render_html
from webdoc.release.report_examples import ExampleLimits, pictures_within

_TITLE_CHARS: Final = 80
# Pictures left out as unsafe, not permitted or with too many faces are not shown in the report.
HIDDEN = frozenset(
    {Reason.IMAGE_NSFW, Reason.IMAGE_FACES, Reason.IMAGE_FACE, Reason.IMAGE_NOT_PERMITTED}
)


@dataclass(frozen=True, slots=True)
class ShownNode:
    """A passage of a text, or an image; of an image there is its fate alone."""

    fate: ImageFate | None = None
    matched: str = ""  # the sentence that images stand at
    rest: str = ""  # what follows it


@dataclass(frozen=True, slots=True)
class ShownText:
    """One example as its template takes it."""

    placed: PlacedDocument
    nodes: tuple[ShownNode, ...]  # the text with its images, then the images left over
    title: str
    is_open: bool
    images: int
    placed_images: int


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
    shown = sorted(examples, key=_order)[: limits.max_documents]
    fates = [image_fates(placed) for placed in shown]
    uses = (
        fate.image.facts.sha256
        for document_fates in fates
        for fate in document_fates[: limits.max_nodes]
        if fate.reason not in HIDDEN
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
        hidden=HIDDEN,
        score_text=score_text,
    )


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
    )


def _nodes(placed: PlacedDocument, fates: Sequence[ImageFate]) -> Iterator[ShownNode]:
    """Yield the text, cut before each sentence that holds images, then the images left over."""
    document, sentences = placed.candidate.document, placed.candidate.sentences
    at: dict[int | None, list[ImageFate]] = defaultdict(list)
    for fate in fates:
        at[fate.sentence].append(fate)
    cuts = sorted({0, len(sentences), *(n for n in at if n is not None)})
    for begin, end in pairwise(cuts):
        for fate in at[begin]:
            yield ShownNode(fate)
        first, last = sentences[begin], sentences[end - 1]
        matched = document.text[first.start : first.end] if at[begin] else ""
        yield ShownNode(None, matched, document.text[first.start + len(matched) : last.end])
    for fate in at[None]:
        yield ShownNode(fate)
