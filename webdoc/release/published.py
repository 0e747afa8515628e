"""A document as a release holds it, with the bytes of its pictures: what exports are made of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from webdoc.release.files import picture_name

# What becomes of a picture whose bytes the release does not hold.
MissingPolicy = Literal["error", "skip_image", "skip_document"]


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """A text or a picture, in reading order. Of a picture `text` is None."""

    text: str | None = None
    url: str = ""  # of a picture
    name: str = ""  # webdoc.release.files.picture_name; "" where its bytes were never seen
    facts: Mapping[str, Any] = field(default_factory=dict)  # of a picture: its entry in `metadata`
    body: bytes | None = None  # of a picture; None where the release does not hold its bytes


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """One row of data/, unpacked."""

    parts: tuple[PublishedPart, ...]
    facts: Mapping[str, Any]  # general_metadata
    # The document in the fields of MMC4, as a line of jsonl/ has it; empty where that was not read.
    placed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def doc_id(self) -> str:
        """The document's id."""
        return str(self.facts.get("doc_id", ""))

    @property
    def url(self) -> str:
        """The page's address; "" where it has none."""
        return str(self.facts.get("url", ""))

    @property
    def missing(self) -> int:
        """How many pictures have no bytes."""
        return sum(part.text is None and part.body is None for part in self.parts)


def published_document(  # noqa: PLR0913, PLR0917 - the columns of a row
    images: tuple[str | None, ...],
    texts: tuple[str | None, ...],
    metadata: str,
    general_metadata: str,
    bodies: Mapping[str, bytes],
    placed: str = "",
) -> PublishedDocument:
    """Return a document.

    Args:
        images: as the next three, a column of data/.
        texts: of equal length.
        metadata: JSON.
        general_metadata: JSON.
        bodies: sha256 -> bytes, of pictures that the release holds.
        placed: a line of jsonl/, JSON; "" where there is none.

    Raises:
        ValueError: lists of unequal length, or JSON that is none: no release of ours.
    """
    parts = []
    for url, text, facts in zip(images, texts, json.loads(metadata), strict=True):
        if text is not None:
            parts.append(PublishedPart(text))
        else:
            digest = facts.get("sha256", "")
            name = picture_name(digest, facts.get("format", "")) if digest else ""
            parts.append(PublishedPart(None, url or "", name, facts, bodies.get(digest)))
    fields_of_mmc4 = json.loads(placed) if placed else {}
    return PublishedDocument(tuple(parts), json.loads(general_metadata), fields_of_mmc4)


def without_missing(document: PublishedDocument, policy: MissingPolicy) -> PublishedDocument | None:
    """Return the document without pictures that have no bytes; None where it is left out whole.

    Raises:
        ValueError: the policy is `error`, and a picture has no bytes.
    """
    if not document.missing:
        return document
    if policy == "error":
        raise ValueError(f"{document.missing} pictures of document {document.doc_id} have no bytes")
    if policy == "skip_document":
        return None
    kept = (part for part in document.parts if part.text is not None or part.body is not None)
    return replace(document, parts=tuple(kept))
