"""mmc4/ and jsonl/: documents in the fields of MMC4, as Parquet and as lines of JSON."""

import json
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from webdoc.picture.facts import Face
from webdoc.release.exporter import Column, Exporter
from webdoc.scores.scorer import Score


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """One placed image. The first five columns are MMC4's."""

    image_name: str  # as in images/; without bytes 32 hex digits of its URL
    raw_url: str
    matched_text_index: int
    matched_sim: float  # cosine
    face_detections: tuple[Face, ...] | None  # as in MMC4, null where none was found
    sha256: str
    width: int
    height: int
    alt_text: str
    caption: str
    source: str  # page, wat, pool, given
    clip_caption: float | None  # cosine with its caption; None: not compared
    clip_alt_text: float | None  # likewise
    clip_neighbour: float | None  # with its sentence or the one before it, the larger one
    faces: int | None  # how many; null: not looked for
    scores: tuple[Score, ...]  # name and value, by the scorers of the run
    placement_score: float | None  # for which it stands there: docs/decisions/placement.md
    anchor_index: int | None  # the sentence below it in its page; null: unknown
    anchor_certainty: float | None  # of that, in (0, 1]


@dataclass(frozen=True, slots=True)
class Mmc4Row:
    """One document as MMC4's files have it, and after these columns ours."""

    url: str
    text_list: tuple[str, ...]
    image_info: tuple[ImageInfo, ...]
    similarity_matrix: tuple[tuple[float, ...], ...]  # image_info x text_list
    could_have_url_duplicate: int  # 1 where several captures of the page were there
    doc_id: str
    timestamp: str
    language: str
    clip_mean: float | None  # of the placed images, by the best text of each
    clip_min: float | None  # likewise the least


def mmc4_line(row: Mmc4Row) -> str:
    """Return a row as a line of JSONL, without its line break."""
    return json.dumps(_table(row), ensure_ascii=False, separators=(",", ":"), default=_table)


def _table(record: Any) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record)}


_COLUMNS: Final = (
    Column("url", "string", "of the page", croissant_type="sc:URL"),
    Column("text_list", "list of string", "the sentences", is_list=True),
    Column(
        "image_info",
        "list of struct",
        "the placed images: `image_name`, `raw_url`, `matched_text_index`, `matched_sim`,"
        " `face_detections` (null: none found), and ours",
        croissant_type="",
    ),
    Column(
        "similarity_matrix",
        "list of list of number",
        "image_info x text_list, cosines",
        croissant_type="",
    ),
    Column(
        "could_have_url_duplicate",
        "integer",
        "1: several captures of the page exist",
        croissant_type="sc:Integer",
    ),
    Column("doc_id", "string", "as in `general_metadata`"),
    Column("timestamp", "string", "of the text, as its source has it"),
    Column("language", "string", "code of the language"),
    Column(
        "clip_mean",
        "number or null",
        "of the placed images, by the best text of each",
        croissant_type="sc:Float",
    ),
    Column("clip_min", "number or null", "likewise the least", croissant_type="sc:Float"),
)

MMC4: Final = Exporter(
    name="mmc4",
    folder="mmc4",
    record=Mmc4Row,
    columns=_COLUMNS,
    one_row="One row is one document in the fields of MMC4.",
    said="The same documents in the fields of MMC4: sentences, and images that name theirs.",
    reading=(
        "",
        'sentences = load_dataset(folder, "mmc4", split="train")  # the fields of MMC4',
    ),
)
MMC4_LINES: Final = replace(
    MMC4,
    name="mmc4_lines",
    folder="jsonl",
    file_name="docs_shard",
    form="lines",
    line=mmc4_line,
    columns=(),
    said="The rows of `mmc4/` as lines of JSON, which the readers of MMC4 take: `jsonl/*.jsonl`.",
    reading=(),
)
