"""What a published document holds, in few bytes: what counts, lists and cards are made of."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from webdoc.derived.rows import is_dropped
from webdoc.reasons import IN_REJECTED_DOCUMENT, KEPT, FunnelRow, Reason
from webdoc.release.figures import LEVEL_NAMES
from webdoc.url_keys import digest, url_key

_COUNTED: Final = ("count", "words", "text_bytes")


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture in its document."""

    sha256: str  # "" where its bytes were never seen
    url: str
    perceptual_hash: str  # 16 hex digits; "" as above
    similarity: float | None  # with its sentence, of the MMC4 path
    licence: str
    licence_source: str
    credit: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A published document without its texts."""

    doc_id: str
    url: str
    title: str
    language: str
    licence: str
    licence_source: str
    url_key: str  # webdoc.url_keys.url_key; "" without an address
    text_key: str  # 32 hex digits of its texts; equal texts, equal digits
    paragraphs: int
    words: int
    text_bytes: int
    images: int
    pictures: tuple[ShownPicture, ...]


def facts_of(texts: Iterable[str | None], metadata: str, general_metadata: str) -> DocumentFacts:
    """Return the facts of a row of data/.

    Raises:
        ValueError: JSON that is none: no release of ours.
    """
    about = json.loads(general_metadata)
    paragraphs = [part for text in texts if text is not None for part in text.split("\n\n")]
    pictures = tuple(_picture(fact) for fact in json.loads(metadata) if fact is not None)
    return DocumentFacts(
        doc_id=str(about.get("doc_id", "")),
        url=str(about.get("url", "")),
        title=str(about.get("title", "")),
        language=str(about.get("language", "")),
        licence=str(about.get("licence", "")),
        licence_source=str(about.get("licence_source", "")),
        url_key=url_key(str(about.get("url", ""))),
        text_key=digest("\n\n".join(paragraphs)),
        paragraphs=len(paragraphs),
        words=sum(len(text.split()) for text in paragraphs),
        text_bytes=sum(len(text.encode("utf-8", "replace")) for text in paragraphs),
        images=len(pictures),
        pictures=pictures,
    )


def _picture(fact: dict[str, Any]) -> ShownPicture:
    return ShownPicture(
        sha256=fact.get("sha256", ""),
        url=fact.get("src", ""),
        perceptual_hash=fact.get("perceptual_hash", ""),
        similarity=fact.get("matched_sim"),
        licence=fact.get("licence", ""),
        licence_source=fact.get("licence_source", ""),
        credit=fact.get("credit", ""),
    )


def facts_without(facts: DocumentFacts, drops: Collection[str]) -> DocumentFacts:
    """Return the facts of a document without the pictures that are named."""
    if not drops:
        return facts
    kept = tuple(p for p in facts.pictures if not is_dropped(drops, p.sha256, p.url))
    return replace(facts, images=len(kept), pictures=kept)


@dataclass(frozen=True, slots=True)
class Sums:
    """What some documents hold, added up."""

    documents: int = 0
    paragraphs: int = 0
    words: int = 0
    text_bytes: int = 0
    images: int = 0


def funnel_after(
    funnel: Iterable[FunnelRow],
    gone: Sums,
    dropped_images: int,
    reason: Reason,
    image_reason: Reason = Reason.IMAGE_REMOVED,
) -> list[FunnelRow]:
    """Return the funnel of a release from which documents and pictures were taken.

    What is gone moves from kept to its reason, so the counts of a level add up as before. The
    sentences of the MMC4 path are counted by their texts alone and stay where they were.

    Args:
        funnel: of the release before.
        gone: documents that are left out as a whole, and what they hold.
        dropped_images: pictures that were taken out of documents that stay.
        reason: of the documents.
        image_reason: of those pictures.
    """
    rows = {(row.level, row.reason): row for row in funnel}
    texts = FunnelRow("text", IN_REJECTED_DOCUMENT, gone.paragraphs, gone.words, gone.text_bytes)
    moves = [
        FunnelRow("document", str(reason), gone.documents, gone.words, gone.text_bytes),
        texts,
        FunnelRow("image", IN_REJECTED_DOCUMENT, gone.images),
        FunnelRow("image", str(image_reason), dropped_images),
    ]
    for move in moves:
        _move(rows, move)
    order = list(LEVEL_NAMES)
    return sorted(
        (row for row in rows.values() if row.count or row.reason == KEPT),
        key=lambda r: (order.index(r.level), r.reason != KEPT, -r.count, r.reason),
    )


def funnel_sum(rows: Iterable[FunnelRow]) -> list[FunnelRow]:
    """Add up the rows of several funnels by level and reason."""
    sums: dict[tuple[str, str], FunnelRow] = {}
    for row in rows:
        sum_so_far = sums.get((row.level, row.reason), FunnelRow(row.level, row.reason, 0))
        sums[row.level, row.reason] = _plus(sum_so_far, [getattr(row, name) for name in _COUNTED])
    return list(sums.values())


def _move(rows: dict[tuple[str, str], FunnelRow], move: FunnelRow) -> None:
    """Move what is counted of a level from kept to a reason, never more than there is."""
    kept = rows.get((move.level, KEPT))
    if kept is None or not move.count:
        return
    moved_before = rows.get((move.level, move.reason), FunnelRow(move.level, move.reason, 0))
    moved = [min(getattr(move, name), getattr(kept, name)) for name in _COUNTED]
    rows[move.level, KEPT] = _plus(kept, [-value for value in moved])
    rows[move.level, move.reason] = _plus(moved_before, moved)


def _plus(row: FunnelRow, values: list[int]) -> FunnelRow:
    sums = [getattr(row, name) + value for name, value in zip(_COUNTED, values, strict=True)]
    return replace(row, **dict(zip(_COUNTED, sums, strict=True)))
