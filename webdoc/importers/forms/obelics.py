"""OBELICS: aligned lists of images and texts, and two columns of JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from webdoc.importers.importer import (
    Form,
    Part,
    RowProblemError,
    Unpacked,
    aligned,
    checked_list,
    checked_text,
    known,
    read_json,
)

_END: Final = "END_OF_DOCUMENT_TOKEN_TO_BE_REPLACED"  # stands in published texts as it is


def _unpacked(row: Mapping[str, Any]) -> Unpacked:
    pairs = aligned(row["images"], row["texts"])
    facts = checked_list(row["metadata"], "metadata")
    if len(facts) != len(pairs):
        raise RowProblemError(
            f"lists of unequal length: {len(facts)} in metadata, {len(pairs)} images"
        )
    general = read_json(row["general_metadata"], "general_metadata")
    if not isinstance(general, Mapping):
        raise RowProblemError("general_metadata is no object")
    url = checked_text(general.get("url", ""), "url")
    parts: list[Part] = []
    for (image, text), image_facts in zip(pairs, facts, strict=True):
        if image is not None:
            about = image_facts if isinstance(image_facts, Mapping) else {}
            parts.append(Part(url=image, facts=known(about)))
        else:
            parts += _texts(text or "")
    return Unpacked(url, _with_ends(parts), known(general))


def _texts(text: str) -> Iterator[Part]:
    """Yield the texts between marks of an end; an empty one stands for the mark alone."""
    pieces = text.split(_END)
    for piece in pieces[:-1]:
        yield Part(piece.strip(), ends=True)
    if pieces[-1].strip() or len(pieces) == 1:
        yield Part(pieces[-1].strip() if len(pieces) > 1 else text)


def _with_ends(parts: list[Part]) -> list[Part]:
    """Return the parts without empty texts; an end moves to what stands before it."""
    found: list[Part] = []
    for part in parts:
        if part.text == "":
            if part.ends and found:
                found[-1] = Part(found[-1].text, found[-1].url, found[-1].facts, ends=True)
        else:
            found.append(part)
    return found


FORM: Final = Form(
    name="obelics",
    corpus="OBELICS",
    licence="cc-by-4.0",
    lacks="It has no bytes, hashes or scores of images, no places in the page (dom_path), no"
    " languages and no capture times: these are null.",
    source="the dataset card of OBELICS; arXiv:2306.16527, appendix A",
    columns=("images", "texts", "metadata", "general_metadata"),
    unpacked=_unpacked,
)
