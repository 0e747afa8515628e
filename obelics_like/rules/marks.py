"""Marks: what jobs say of documents and nodes while the documents stay where they are. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score

WHOLE = -1  # Mark.node_index of what is said of the document itself


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a table of marks: a rule that is broken, or a fact that is known now.

    What a mark does not say (None, "") stays as it is in the document.
    """

    doc_id: str
    node_index: int  # of the node; WHOLE: the document
    reject_reason: Reason | None = None
    reject_value: float | None = None  # what that rule measured
    reject_detail: str = ""  # of a document: the doc_id that stays, the list, who said no
    facts: PictureFacts | None = None  # of an image that was looked for
    permission_reason: str = ""  # of an image that may not be used: as in Image
    permission_source: str = ""
    clip_caption: float | None = None  # cosines of an image, as in Image
    clip_alt_text: float | None = None
    clip_neighbour: float | None = None
    scores: tuple[Score, ...] | None = None  # of an image's picture; None: not said
    clip_mean: float | None = None  # of a document, as in Document
    clip_min: float | None = None


def with_marks(document: Document, marks: Iterable[Mark]) -> Document:
    """Return the document with what marks say; the first broken rule stays.

    Of several rules in `marks` that break in one place the first by the name of its reason counts.
    """
    ordered = sorted(marks, key=lambda mark: (mark.node_index, mark.reject_reason or ""))
    if not ordered:
        return document
    nodes = list(document.nodes)
    for mark in ordered:
        if mark.node_index == WHOLE:
            document = _document_marked(document, mark)
        else:
            nodes[mark.node_index] = _node_marked(nodes[mark.node_index], mark)
    return replace(document, nodes=tuple(nodes))


def _document_marked(document: Document, mark: Mark) -> Document:
    if mark.clip_mean is not None:
        document = replace(document, clip_mean=mark.clip_mean, clip_min=mark.clip_min)
    if mark.reject_reason is None or document.reject_reason is not None:
        return document
    return replace(
        document,
        reject_reason=mark.reject_reason,
        reject_value=mark.reject_value,
        reject_detail=mark.reject_detail,
    )


def _node_marked(node: Node, mark: Mark) -> Node:
    if node.image is not None:
        image = _image_marked(node.image, mark)
        node = node if image is node.image else replace(node, image=image)
    if mark.reject_reason is None or node.reject_reason is not None:
        return node
    return replace(node, reject_reason=mark.reject_reason, reject_value=mark.reject_value)


def _image_marked(image: Image, mark: Mark) -> Image:
    if mark.facts is not None:
        image = replace(image, facts=mark.facts)
    if mark.permission_reason:
        image = replace(
            image,
            permission_reason=mark.permission_reason,
            permission_source=mark.permission_source,
        )
    if mark.scores is not None:
        image = replace(image, scores=mark.scores)
    cosines = (mark.clip_caption, mark.clip_alt_text, mark.clip_neighbour)
    if cosines != (None, None, None):
        caption, alt_text, neighbour = cosines
        image = replace(
            image, clip_caption=caption, clip_alt_text=alt_text, clip_neighbour=neighbour
        )
    return image


def marks_between(before: Document, after: Document) -> list[Mark]:
    """Return the marks that make `after` of `before`: the reverse of `with_marks`.

    Ends of texts are not among them: they follow from what is live in the end.
    """
    marks = []
    told = (after.reject_reason, after.clip_mean, after.clip_min)
    if told != (before.reject_reason, before.clip_mean, before.clip_min):
        is_new = before.reject_reason is None
        marks.append(
            Mark(
                after.doc_id,
                WHOLE,
                after.reject_reason if is_new else None,
                after.reject_value if is_new else None,
                after.reject_detail if is_new else "",
                clip_mean=after.clip_mean,
                clip_min=after.clip_min,
            )
        )
    for place, (old, new) in enumerate(zip(before.nodes, after.nodes, strict=True)):
        if old is not new and (old.reject_reason, old.image) != (new.reject_reason, new.image):
            marks.append(_between(after.doc_id, place, old, new))
    return marks


def _between(doc_id: str, place: int, old: Node, new: Node) -> Mark:
    image, before = new.image or Image(""), old.image or Image("")
    is_new = old.reject_reason is None
    return Mark(
        doc_id,
        place,
        new.reject_reason if is_new else None,
        new.reject_value if is_new else None,
        facts=image.facts if image.facts != before.facts else None,
        permission_reason=image.permission_reason,
        permission_source=image.permission_source,
        clip_caption=image.clip_caption,
        clip_alt_text=image.clip_alt_text,
        clip_neighbour=image.clip_neighbour,
        scores=image.scores if image.scores != before.scores else None,
    )


def is_whole(marks: Sequence[Mark]) -> bool:
    """Tell whether marks leave out the document itself."""
    return any(m.node_index == WHOLE and m.reject_reason is not None for m in marks)


def marked(node: Node, reason: Reason, value: float | None) -> Node:
    """Return a node with the rule that it breaks, and what that rule measured."""
    value = None if value is None else float(value)  # counts too: a table has one type
    return replace(node, reject_reason=reason, reject_value=value)
