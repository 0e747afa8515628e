"""Images of a published document beside their captions, and the scores that it names. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from webdoc.release.published import PublishedDocument
from webdoc.scores.scored_caption import Need, Part, PlacedCaption, ShownImage, captions_of
from webdoc.scores.scorer import Score

_HASH: Final = re.compile(r"[0-9a-f]{16}\Z")  # others write what they like there


@dataclass(frozen=True, slots=True)
class PlacedScores:
    """The scores of one image of a document."""

    doc_id: str
    place: int  # as in `PlacedCaption`
    sha256: str
    scores: tuple[Score, ...]


def published_captions(document: PublishedDocument, needs: Collection[Need]) -> list[PlacedCaption]:
    """Return the captions of the images whose SHA-256 the document names.

    Args:
        document: of any release; what is no text in its metadata counts as none.
        needs: what scorers of captions look at.
    """
    language = _text(document.facts.get("language"))
    return captions_of(document.doc_id, list(_parts(document)), language, needs)


def named_scores(document: PublishedDocument, names: Collection[str]) -> list[PlacedScores]:
    """Return the scores of some names that stand in the metadata of images, by name."""
    return [
        PlacedScores(
            document.doc_id,
            place,
            part.facts["sha256"],
            tuple(
                Score(name, float(part.facts[name])) for name in sorted(names) if name in part.facts
            ),
        )
        for place, part in enumerate(document.parts)
        if part.text is None and part.facts.get("sha256")
    ]


def _parts(document: PublishedDocument) -> Iterator[Part]:
    ends = set(document.facts.get("ends_after") or ())
    for place, part in enumerate(document.parts):
        if part.text is not None:
            yield part.text
        else:
            names = ("sha256", "alt_text", "caption", "perceptual_hash")
            sha256, alt_text, caption, looks = (_text(part.facts.get(name)) for name in names)
            yield ShownImage(place, sha256, alt_text, caption, looks if _HASH.match(looks) else "")
        if place in ends:
            yield None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
