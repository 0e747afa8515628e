"""Vectors of the pictures and paragraphs of documents and their spoiled copies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from benchmarks.quality_cases import Case, copy_of
from webdoc.archive.captures import Kind
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.vectors import unit
from webdoc.release.published import PublishedDocument
from webdoc.scores.quality.parts import Paragraph, Vector, parts_of
from webdoc.scores.spoiling.kinds import SpoilKind
from webdoc.scores.spoiling.units import taken_apart
from webdoc.storage.inputs import expand_inputs, splits_of


def bodies_of(data: Path) -> dict[str, bytes]:
    """Return the pictures in the archives of sites/, by address."""
    reading = ReadSettings()
    found = {}
    for archive in sorted((data / "sites").glob("*.warc.gz")):
        for split in splits_of(
            expand_inputs((str(archive),), reading.storage), reading.split_bytes
        ):
            for capture in read_captures(split, reading):
                if capture.kind is Kind.IMAGE:
                    found[capture.url] = capture.body
    return found


def with_hashes(cases: Sequence[Case], bodies: Mapping[str, bytes]) -> list[Case]:
    """Return cases whose images have the SHA-256 of the picture that their address leads to."""
    return [_with_hashes(case, bodies) for case in cases]


def _with_hashes(case: Case, bodies: Mapping[str, bytes]) -> Case:
    parts = []
    for part in case.document.parts:
        body = bodies.get(part.url) if part.text is None else None
        facts = {**part.facts, "sha256": sha256(body).hexdigest()} if body else part.facts
        parts.append(replace(part, facts=facts))
    document = replace(case.document, parts=tuple(parts))
    return replace(case, document=document, units=taken_apart(document.parts))


def vectors_of(
    cases: Sequence[Case], bodies: Mapping[str, bytes], model: str, seed: int
) -> tuple[dict[str, Vector], str]:
    """Return vectors by SHA-256 and by paragraph of all documents and copies, and whose they are.

    Args:
        cases: from `with_hashes`.
        bodies: pictures by address.
        model: as `clip.model`.
        seed: of the copies.
    """
    encoder = ClipModel(ClipSettings(model))
    by_hash = {sha256(body).hexdigest(): body for body in bodies.values()}
    pictures, texts = set(), set()
    for case in cases:
        copies = (copy_of(case, kind, cases, seed) for kind in SpoilKind)
        for document in (case.document, *(copy for copy in copies if copy is not None)):
            pictures |= _hashes(document) & by_hash.keys()
            texts |= set(_paragraphs(document))
    keys, lines = sorted(pictures), sorted(texts)
    found: dict[str, Vector] = {}
    images = encoder.encode_images(by_hash[key] for key in keys)
    for key, image in zip(keys, images, strict=True):
        if image.vector is not None:
            found[key] = unit(image.vector)
    for line, text in zip(lines, encoder.encode_texts(lines), strict=True):
        found[line] = unit(text.vector)
    return found, encoder.revision


def _hashes(document: PublishedDocument) -> set[str]:
    return {str(part.facts.get("sha256")) for part in document.parts if part.text is None}


def _paragraphs(document: PublishedDocument) -> Iterable[str]:
    return (part.text for part in parts_of(document).parts if isinstance(part, Paragraph))
