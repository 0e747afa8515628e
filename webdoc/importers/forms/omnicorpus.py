"""OmniCorpus-CC: aligned lists of images and texts, with structs of what was measured."""

from collections.abc import Mapping
from typing import Any, Final

from webdoc.importers.importer import (
    Form,
    Json,
    Part,
    RowProblemError,
    Unpacked,
    aligned,
    checked_list,
    checked_text,
    known,
    read_json,
)

_OUR_KEYS: Final = {"width": "original_width", "height": "original_height", "bytes": "size_bytes"}


def _unpacked(row: Mapping[str, Any]) -> Unpacked:
    pairs = aligned(row["images"], row["texts"])
    facts = checked_list(row["metadata"], "metadata")
    shown = sum(image is not None for image, _ in pairs)
    if len(facts) not in (len(pairs), shown):
        raise RowProblemError(
            f"lists of unequal length: {len(facts)} in metadata, {len(pairs)} images"
        )
    of_images = iter(facts)
    general = read_json(row["general_metadata"], "general_metadata")
    if not isinstance(general, Mapping):
        raise RowProblemError("general_metadata is no object")
    parts: list[Part] = []
    for image, text in pairs:
        # One struct an image, or one a place: that of a text is empty then.
        image_facts = next(of_images) if image is not None or len(facts) == len(pairs) else None
        if image is not None:
            parts.append(Part(url=image, facts=_facts(image_facts)))
        elif text:
            parts.append(Part(text))
    url = checked_text(general.get("url", ""), "url")
    return Unpacked(url, parts, known(general))


def _facts(image_facts: object) -> Json:
    facts = known(image_facts) if isinstance(image_facts, Mapping) else {}
    return {_OUR_KEYS.get(key, key): value for key, value in facts.items()}


FORM: Final = Form(
    name="omnicorpus",
    corpus="OmniCorpus-CC",
    licence="cc-by-4.0",
    lacks="It has no bytes or SHA-256 of images, no alternative texts and captions, no places in"
    " archive files and no capture times: these are null. Its own scores stay under its own names.",
    source="the dataset card of OmniCorpus-CC (features); arXiv:2406.08418",
    columns=("images", "texts", "metadata", "general_metadata"),
    unpacked=_unpacked,
)
