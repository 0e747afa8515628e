"""Images of tests, with facts of their pictures changed as briefly as their other fields."""

from dataclasses import fields, replace
from typing import TypeVar

from mmc4_like.records import CandidateImage
from webdoc.page.document import Image
from webdoc.picture.facts import PictureFacts

Shown = TypeVar("Shown", Image, CandidateImage)
_FACTS = {field.name for field in fields(PictureFacts)}


def changed(image: Shown, **changes: object) -> Shown:
    """Return an image with changed fields, of its own or of its picture's facts."""
    facts = {name: changes.pop(name) for name in _FACTS & changes.keys()}
    facts_now = replace(image.facts, **facts)  # type: ignore[arg-type]
    return replace(image, facts=facts_now, **changes)  # type: ignore[arg-type]
