"""Whether rows and pictures of a release are what they say they are; each problem has a word."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webdoc.picture.measure import CUT, OK, check


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be."""

    check: str  # checksums, columns, documents, mmc4, jsonl, pictures, clusters, croissant, card
    problem: str  # in words
    where: str  # a file, or a row of it


def document_problems(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row of data/: lists that do not agree, JSON that is none."""
    images, texts = row["images"] or [], row["texts"] or []
    try:
        facts, about = json.loads(row["metadata"]), json.loads(row["general_metadata"])
    except (TypeError, ValueError):
        yield "its JSON cannot be read"
        return
    if not isinstance(facts, list) or not isinstance(about, dict):
        yield "its JSON is no list and no object"
        return
    if not len(images) == len(texts) == len(facts):
        yield "images, texts and metadata have different lengths"
        return
    if any((image is None) == (text is None) for image, text in zip(images, texts, strict=True)):
        yield "an index holds an image and a text, or neither"
    if any((image is None) != (fact is None) for image, fact in zip(images, facts, strict=True)):
        yield "the metadata of an index is not that of an image"
    if not about.get("doc_id"):
        yield "it has no doc_id"


def mmc4_problems(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row in the fields of MMC4."""
    infos, sentences = row["image_info"] or [], row["text_list"] or []
    matrix = row["similarity_matrix"] or []
    if len(matrix) != len(infos):
        yield "image_info and similarity_matrix have different lengths"
    if any(len(line) != len(sentences) for line in matrix):
        yield "a line of similarity_matrix has not one number for each sentence"
    if any(not 0 <= info["matched_text_index"] < len(sentences) for info in infos):
        yield "an image names a sentence that is not there"
    if not row["doc_id"]:
        yield "it has no doc_id"


def picture_problems(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row of images/: bytes that are no picture, or another one.

    A picture without its end was published by choice (`images.accept_cut`), and is no problem.
    """
    facts = check((row["image"] or {}).get("bytes") or b"")
    if facts.status not in (OK, CUT):
        yield f"its bytes cannot be decoded: {facts.status}"
    elif (facts.width_px, facts.height_px) != (row["width_px"], row["height_px"]):
        yield "its size is another one"
