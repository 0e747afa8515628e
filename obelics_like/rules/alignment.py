"""How well images fit the texts around them: what is compared, and what the cosines mark. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish
from obelics_like.rules.marks import marked
from webdoc.clip.alignment import (
    AlignmentRules,
    ImageAlignment,
    align_document,
    alignment_of,
    weak_document,
    weak_image,
)
from webdoc.clip.model import ClipSettings
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason
from webdoc.settings import setting


@dataclass(frozen=True, slots=True)
class ComparingSettings(ClipSettings):
    """Whether images are compared with their texts, by which model, and how."""

    model: str = setting(
        "",
        "A model, as in the MMC4 path; empty: nothing is compared.",
        source="ours: as in [decisions/clip.md](decisions/clip.md)",
        private="folders",
    )

    def __post_init__(self) -> None:
        if self.model:
            # By name: super() does not find its class where slots make it anew.
            ClipSettings.__post_init__(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A live image beside one of the texts that it is compared with."""

    doc_id: str
    node_index: int
    kind: str  # caption, alt_text, neighbour
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class NodeCosine:
    """What a comparison gave."""

    node_index: int
    kind: str  # as in Comparison
    cosine: float  # [-1, 1]


@dataclass(frozen=True, slots=True)
class DocumentWithCosines:
    """A document beside its cosines: what the job hands to the pure step."""

    document: Document
    cosines: tuple[NodeCosine, ...] = ()


def comparisons_of(document: Document) -> list[Comparison]:
    """Return what is compared in a live document: its live images of known bytes and their texts.

    A text is the caption, the alternative text, or the nearest live paragraph before or after the
    image; not its caption again, which is a paragraph too, and not one beyond a point where the
    page says that a text ends. Blank ones are left out.
    """
    if document.reject_reason is not None:
        return []
    before, after = _texts_before(document.nodes), _texts_after(document.nodes)
    found = []
    for place, node in enumerate(document.nodes):
        image = node.image
        if image is None or node.reject_reason is not None or not image.facts.sha256:
            continue
        texts = (
            ("caption", image.caption),
            ("alt_text", image.alt_text),
            ("neighbour", _first_other(before[place], image.caption)),
            ("neighbour", _first_other(after[place], image.caption)),
        )
        found += [
            Comparison(document.doc_id, place, kind, image.facts.sha256, text)
            for kind, text in texts
            if text.strip()
        ]
    return found


def _first_other(texts: tuple[str, ...], caption: str) -> str:
    words = caption.split()
    return next((text for text in texts if text.split() != words), "")


def _texts_before(nodes: Iterable[Node]) -> list[tuple[str, ...]]:
    """Return for each node up to two live paragraphs of its text before it, the nearest first."""
    found: list[tuple[str, ...]] = []
    near: tuple[str, ...] = ()
    for node in nodes:
        found.append(near)
        if node.reject_reason is None:
            near = () if node.ends_document else _with(node, near)
    return found


def _texts_after(nodes: Sequence[Node]) -> list[tuple[str, ...]]:
    """Return for each node up to two live paragraphs of its text behind it, the nearest first."""
    found: list[tuple[str, ...]] = []
    near: tuple[str, ...] = ()
    for node in reversed(nodes):
        is_live = node.reject_reason is None
        near = () if is_live and node.ends_document else near
        found.append(near)
        near = _with(node, near) if is_live else near
    return found[::-1]


def _with(node: Node, near: tuple[str, ...]) -> tuple[str, ...]:
    is_text = node.kind == "text" and node.text.strip()
    return (node.text, *near[:1]) if is_text else near


def aligned(pair: DocumentWithCosines, limits: AlignmentRules, rules: Rules) -> Document:
    """Write the cosines into images and document, and mark what is below the limits.

    Where an image is marked, the rules of a document run anew. Mean and least are those of the
    images that are still live then. An image that is below a limit by its best text is marked.

    Args:
        pair: a document after near-duplicates; one that is rejected stays as it is.
        limits: none by default.
        rules: of the run.
    """
    document = pair.document
    if document.reject_reason is not None:
        return document
    by_node: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for row in pair.cosines:
        by_node[row.node_index].append((row.kind, row.cosine))
    nodes = list(document.nodes)
    for place, cosines in by_node.items():
        nodes[place] = _measured(nodes[place], alignment_of(cosines), limits)
    some_went = any(new.reject_reason for new in map(nodes.__getitem__, by_node))
    document = replace(document, nodes=tuple(nodes))
    return _judged(finish(document, rules) if some_went else document, limits)


def aligned_by_marks(document: Document, limits: AlignmentRules, rules: Rules) -> Document:
    """Return what `aligned` makes of a document in whose images the cosines stand already."""
    cosines = [
        NodeCosine(place, kind, cosine)
        for place, node in enumerate(document.nodes)
        if node.image is not None and node.reject_reason is None
        for kind, cosine in (
            ("caption", node.image.clip_caption),
            ("alt_text", node.image.clip_alt_text),
            ("neighbour", node.image.clip_neighbour),
        )
        if cosine is not None
    ]
    return aligned(DocumentWithCosines(document, tuple(cosines)), limits, rules)


def alignment_in(image: Image) -> ImageAlignment:
    """Return what an image's columns say."""
    return ImageAlignment(image.clip_caption, image.clip_alt_text, image.clip_neighbour)


def _measured(node: Node, found: ImageAlignment, limits: AlignmentRules) -> Node:
    assert node.image is not None  # only images are compared
    image = replace(
        node.image,
        clip_caption=found.caption,
        clip_alt_text=found.alt_text,
        clip_neighbour=found.neighbour,
    )
    node = replace(node, image=image)
    weak = weak_image(found, limits)
    return node if weak is None else marked(node, Reason.IMAGE_ALIGNMENT, weak)


def _judged(document: Document, limits: AlignmentRules) -> Document:
    live = [node.image for node in document.nodes if node.image and node.reject_reason is None]
    found = align_document([alignment_in(image) for image in live])
    document = replace(document, clip_mean=found.mean, clip_min=found.min)
    weak = weak_document(found, limits)
    if weak is None or document.reject_reason is not None:
        return document
    return replace(document, reject_reason=Reason.DOCUMENT_ALIGNMENT, reject_value=weak)
