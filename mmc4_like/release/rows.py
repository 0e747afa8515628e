"""Placed document -> rows of a release: MMC4's columns, and the interleaved ones of OBELICS."""

import json
from collections import defaultdict
from typing import Literal

from mmc4_like.place_document import stored_similarity
from mmc4_like.records import CandidateImage, Placement
from mmc4_like.tables import PlacedDocument
from mmc4_like.texts.sentences import sentence_texts
from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.mmc4 import ImageInfo, Mmc4Row
from webdoc.release.files import picture_name
from webdoc.url_keys import digest


def mmc4_row(placed: PlacedDocument) -> Mmc4Row:
    """Return the row of a document, of its placed images only."""
    candidate = placed.candidate
    document = candidate.document
    rows = [row for row, p in enumerate(placed.placements) if p.sentence is not None]
    infos = [
        _info(candidate.images[p.image], p.sentence, p)
        for p in placed.placements
        if p.sentence is not None
    ]
    return Mmc4Row(
        url=document.url,
        text_list=tuple(sentence_texts(document.text, candidate.sentences)),
        image_info=tuple(infos),
        similarity_matrix=tuple(map(tuple, stored_similarity(placed)[rows].tolist())),
        could_have_url_duplicate=int(candidate.capture.captures_of_url > 1),
        doc_id=document.doc_id,
        timestamp=document.timestamp,
        language=document.language,
        clip_mean=placed.clip_mean,
        clip_min=placed.clip_min,
    )


def interleaved_row(
    placed: PlacedDocument, image_side: Literal["before", "after"] = "before"
) -> ReleaseRow:
    """Return the row of a document: the text, cut where an image stands beside its sentence.

    Args:
        placed: a document.
        image_side: of the sentence; before, as OpenFlamingo reads MMC4.

    White space between sentences of one text stays as it was; at a cut it is left out.
    """
    candidate = placed.candidate
    shown: dict[int, list[Placement]] = defaultdict(list)
    for p in placed.placements:
        if p.sentence is not None:
            shown[p.sentence + (image_side == "after")].append(p)
    images: list[str | None] = []
    texts: list[str | None] = []
    metadata: list[dict[str, object] | None] = []
    begin = 0
    for end in sorted({*shown, len(candidate.sentences)}):
        if begin < end:
            first, last = candidate.sentences[begin], candidate.sentences[end - 1]
            images.append(None)
            texts.append(candidate.document.text[first.start : last.end])
            metadata.append(None)
        for p in shown[end]:
            image = candidate.images[p.image]
            images.append(image.url)
            texts.append(None)
            metadata.append(_image_metadata(candidate.document.url, image, p))
        begin = end
    return ReleaseRow(
        tuple(images), tuple(texts), _json(metadata), _json(_general_metadata(placed))
    )


def _info(image: CandidateImage, sentence: int, p: Placement) -> ImageInfo:
    return ImageInfo(
        image_name=picture_name(image.facts.sha256 or digest(image.url), image.facts.format),
        raw_url=image.url,
        matched_text_index=sentence,
        matched_sim=p.similarity,
        face_detections=image.facts.faces or None,
        sha256=image.facts.sha256,
        width=image.facts.width_px,
        height=image.facts.height_px,
        alt_text=image.alt_text,
        caption=image.caption,
        source=image.source,
        clip_caption=image.clip_caption,
        clip_alt_text=image.clip_alt_text,
        clip_neighbour=p.clip_neighbour,
        faces=image.facts.n_faces,
        scores=image.scores,
    )


def _image_metadata(page_url: str, image: CandidateImage, p: Placement) -> dict[str, object]:
    """Return OBELICS' keys first, then ours; what is unknown is left out, as OBELICS does."""
    known: dict[str, object] = {
        "document_url": page_url,
        "unformatted_src": image.source_url,
        "src": image.url,
        "alt_text": image.alt_text,
        "original_width": image.facts.width_px,
        "original_height": image.facts.height_px,
        "format": image.facts.format,
        "caption": image.caption,
        "fetch_status": image.facts.status,
        "sha256": image.facts.sha256,
        "perceptual_hash": image.facts.perceptual_hash,
        "size_bytes": image.facts.size_bytes,
        "source": image.source,
    }
    always = ("document_url", "unformatted_src", "src")
    kept = {key: value for key, value in known.items() if value or key in always}
    alignment = {
        "clip_caption": image.clip_caption,
        "clip_alt_text": image.clip_alt_text,
        "clip_neighbour": p.clip_neighbour,
    }
    matched = {"matched_text_index": p.sentence, "matched_sim": p.similarity}
    scores = {score.name: score.value for score in image.scores}
    return kept | matched | _known(alignment) | scores


def _general_metadata(placed: PlacedDocument) -> dict[str, object]:
    document, capture = placed.candidate.document, placed.candidate.capture
    alignment = {"clip_mean": placed.clip_mean, "clip_min": placed.clip_min}
    known: dict[str, object] = {
        "url": document.url,
        "warc_filename": capture.warc_filename,
        "warc_record_offset": capture.warc_record_offset,
        "warc_record_length": capture.warc_record_length,
        "doc_id": document.doc_id,
        "capture_time": capture.capture_time,
        "timestamp": document.timestamp,
        "language": document.language,
        "source_name": document.source_name,
        "source_row": document.source_row,
    }
    return known | _known(alignment)


def _known(values: dict[str, float | None]) -> dict[str, float]:
    return {key: value for key, value in values.items() if value is not None}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
