"""MMC4: sentences, and images that name the sentence they were given."""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from webdoc.exporters.mmc4 import ImageInfo, Mmc4Row
from webdoc.importers.importer import (
    Form,
    Json,
    Part,
    RowProblemError,
    Unpacked,
    checked_list,
    checked_text,
)


def _unpacked(row: Mapping[str, Any]) -> Unpacked:
    url = checked_text(row["url"], "url")
    sentences = [
        checked_text(one, "a sentence") for one in checked_list(row["text_list"], "text_list")
    ]
    infos = [_info(one, len(sentences)) for one in checked_list(row["image_info"], "image_info")]
    matrix = checked_list(row["similarity_matrix"], "similarity_matrix")
    rows = [checked_list(line, "similarity_matrix") for line in matrix]
    if len(rows) != len(infos) or any(len(line) != len(sentences) for line in rows):
        raise RowProblemError(
            f"lists of unequal length: a similarity_matrix that is not {len(infos)} images x"
            f" {len(sentences)} sentences"
        )
    similarities = tuple(tuple(_number(value, "a similarity") for value in line) for line in rows)
    twice = row.get("could_have_url_duplicate")
    mmc4 = Mmc4Row(
        url=url,
        text_list=tuple(sentences),
        image_info=tuple(infos),
        similarity_matrix=similarities,
        could_have_url_duplicate=int(twice is True or twice == 1),
        doc_id="",
        timestamp="",
        language="",
        clip_mean=None,
        clip_min=None,
    )
    return Unpacked(url, _parts(sentences, infos), {}, mmc4)


def _info(one: object, sentences: int) -> ImageInfo:
    if not isinstance(one, Mapping):
        raise RowProblemError("image_info holds something that is no object")
    place = one.get("matched_text_index")
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < sentences:
        raise RowProblemError(f"matched_text_index {place!r:.40} of {sentences} sentences")
    faces = one.get("face_detections")
    return ImageInfo(
        image_name=checked_text(one.get("image_name"), "image_name"),
        raw_url=checked_text(one.get("raw_url"), "raw_url"),
        matched_text_index=place,
        matched_sim=_number(one.get("matched_sim"), "matched_sim"),
        face_detections=None,
        sha256="",
        width=0,
        height=0,
        alt_text="",
        caption="",
        source="",
        clip_caption=None,
        clip_alt_text=None,
        clip_neighbour=None,
        faces=len(faces) if isinstance(faces, list) else None,
        scores=(),
        placement_score=None,
        anchor_index=None,
        anchor_certainty=None,
    )


def _number(value: object, what: str) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):  # type: ignore[arg-type]
        raise RowProblemError(f"{what} must be a number, not {value!r:.40}")
    return float(value)  # type: ignore[arg-type]


def _parts(sentences: list[str], infos: list[ImageInfo]) -> list[Part]:
    """Return texts and images in order: images before their sentence, like OpenFlamingo."""
    shown: dict[int, list[ImageInfo]] = defaultdict(list)
    for info in infos:
        shown[info.matched_text_index].append(info)
    parts: list[Part] = []
    begin = 0
    for end in sorted({*shown, len(sentences)}):
        text = " ".join(one for one in sentences[begin:end] if one.strip())
        if text:
            parts.append(Part(text))
        parts += [Part(url=info.raw_url, facts=_facts(info)) for info in shown.get(end, ())]
        begin = end
    return parts


def _facts(info: ImageInfo) -> Json:
    facts: Json = {
        "image_name": info.image_name,
        "matched_text_index": info.matched_text_index,
        "matched_sim": info.matched_sim,
    }
    return facts if info.faces is None else {**facts, "faces": info.faces}


FORM: Final = Form(
    name="mmc4",
    corpus="MMC4",
    licence="odc-by",
    lacks="It has no bytes, sizes, hashes, alternative texts or captions of images, no places of"
    " images in their pages, no languages and no capture times: these are null. White space between"
    " sentences is one space, and boxes of faces are only counted.",
    source="the README of MMC4; arXiv:2304.06939",
    columns=("url", "text_list", "image_info", "similarity_matrix"),
    unpacked=_unpacked,
    optional=("could_have_url_duplicate",),
    writes_mmc4=True,
)
