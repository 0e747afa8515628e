"""Rows of a release -> the same and labelled copies of them, each spoiled in one way."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from webdoc.exporters.documents import ReleaseRow
from webdoc.release.published import PublishedDocument, PublishedPart, published_document
from webdoc.scores.spoiling.boilerplate_lines import BOILERPLATE_LINES
from webdoc.scores.spoiling.kinds import Donors, Doses, SpoilKind, spoiled
from webdoc.scores.spoiling.units import Units, put_together, taken_apart
from webdoc.url_keys import digest, host_of, registered_domain

LABEL: Final = "spoiled"  # key of general_metadata: the kind, "good" of a document as it was
FROM: Final = "spoiled_from"  # doc_id of the document that a copy was made of
GOOD: Final = "good"
MAX_DONORS: Final = 40  # other documents that one may take from
# What was measured of the document before it was spoiled, and is not true of it any more.
_STALE: Final = ("ends_after", "clip_mean", "clip_min", "scores")
_STALE_OF_IMAGES: Final = (
    "clip_neighbour", "matched_sim", "matched_text_index", "placement_score", "anchor_index",
    "anchor_certainty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoiling:
    """What copies are made."""

    kinds: tuple[SpoilKind, ...]
    seed: int = 0
    doses: Doses = field(default_factory=Doses)
    keeps_good: bool = True  # whether documents as they were stand among the copies


def site_of(row: ReleaseRow) -> str:
    """Return the registered domain of a row's page; "" where it has none."""
    return registered_domain(host_of(str(json.loads(row.general_metadata).get("url") or "")))


def copies_of(rows: Sequence[ReleaseRow], spoiling: Spoiling) -> Iterator[tuple[str, ReleaseRow]]:
    """Yield doc_id and row of documents and of their copies.

    Args:
        rows: documents that may take from each other, in an order that hangs on nothing else.
        spoiling: which copies; of a kind that cannot be done to a document there is none.
    """
    documents = [_document(row) for row in rows]
    sites = [site_of(row) for row in rows]
    units = [taken_apart(document.parts) for document in documents]
    for place, (row, document) in enumerate(zip(rows, documents, strict=True)):
        if spoiling.keeps_good:
            about = dict(document.facts) | {LABEL: GOOD}
            yield document.doc_id, replace(row, general_metadata=_json(about))
        for kind in spoiling.kinds:
            # crc32 and not hash(): it is the same in every process.
            key = zlib.crc32(f"{document.doc_id} {kind.value}".encode())
            dice = np.random.default_rng([spoiling.seed, key])
            donors = _donors(place, sites, units, dice)
            copy = spoiled(kind, units[place], donors, spoiling.doses, dice)
            if copy is not None:
                yield _labelled(document, put_together(copy), kind, spoiling.seed)


def _document(row: ReleaseRow) -> PublishedDocument:
    return published_document(row.images, row.texts, row.metadata, row.general_metadata, {})


def _donors(
    place: int, sites: Sequence[str], units: Sequence[Units], dice: np.random.Generator
) -> Donors:
    order = [n for n in dice.permutation(len(units)).tolist() if n != place]
    of_site = [n for n in order if sites[n] == sites[place]]
    strange = [n for n in order if sites[n] != sites[place]] or of_site
    return Donors(
        foreign=[units[n] for n in strange[:MAX_DONORS]],
        same_domain=[units[n] for n in of_site[:MAX_DONORS]],
        boilerplate=BOILERPLATE_LINES,
    )


def _labelled(
    document: PublishedDocument, parts: Sequence[PublishedPart], kind: SpoilKind, seed: int
) -> tuple[str, ReleaseRow]:
    doc_id = digest(f"{document.doc_id} {kind.value} {seed}")
    about: dict[str, Any] = {k: v for k, v in document.facts.items() if k not in _STALE}
    about |= {"doc_id": doc_id, LABEL: kind.value, FROM: document.doc_id}
    facts = [
        None
        if part.text is not None
        else {k: v for k, v in part.facts.items() if k not in _STALE_OF_IMAGES}
        for part in parts
    ]
    return doc_id, ReleaseRow(
        tuple(None if part.text is not None else part.url for part in parts),
        tuple(part.text for part in parts),
        _json(facts),
        _json(about),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
