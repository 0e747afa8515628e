"""A document as a group of files: what tars and folders of pictures are made of."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from webdoc.release.published import PublishedDocument, PublishedPart

_KEY: Final = re.compile(r"[\w-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """One document. A tar holds it as KEY.json and KEY.NAME for each picture, side by side."""

    key: str
    text: str  # JSON
    names: tuple[str, ...] = ()  # of its pictures, in reading order
    bodies: tuple[bytes, ...] = ()  # likewise


def sample_key(doc_id: str) -> str:
    """Return a key that no reader cuts: the id itself, unless it has a dot or the like.

    Readers of WebDataset end the key at the first dot of a name.

    >>> sample_key("0a1b2c"), len(sample_key("a.b/c"))
    ('0a1b2c', 32)
    """
    return doc_id if _KEY.fullmatch(doc_id) else sha256(doc_id.encode()).hexdigest()[:32]


def member_names(pictures: Sequence[PublishedPart]) -> tuple[str, ...]:
    """Return the names of pictures after the key and its dot: their places and endings.

    >>> member_names([PublishedPart(name="b7f5.jpg"), PublishedPart(name="00aa")])
    ('00.jpg', '01.bin')
    """
    endings = (part.name.rpartition(".") for part in pictures)
    return tuple(
        f"{place:02d}.{ending if dot else 'bin'}" for place, (_, dot, ending) in enumerate(endings)
    )


def pictures_of(document: PublishedDocument) -> list[PublishedPart]:
    """Return the pictures of a document in reading order."""
    return [part for part in document.parts if part.text is None]


def bodies_of(pictures: Sequence[PublishedPart]) -> tuple[bytes, ...]:
    """Return the bytes of pictures, of which none is missing."""
    return tuple(part.body or b"" for part in pictures)


def compact_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return JSON in one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
