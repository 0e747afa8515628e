"""parquet: one row a document, the bytes of its pictures inside. Streams, and the Hub shows it."""

from dataclasses import dataclass, fields
from typing import Any, Final

from webdoc.release.exporter import Column, Exporter
from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.tables.images import ImageBytes


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """What is known of one picture; "" and null where nothing is."""

    url: str
    sha256: str  # of the bytes as captured
    format: str
    width_px: int | None
    height_px: int | None
    alt_text: str
    caption: str
    clip_caption: float | None
    clip_alt_text: float | None
    clip_neighbour: float | None
    matched_sim: float | None  # MMC4 path: cosine with its sentence
    nsfw_score: float | None
    graphic_score: float | None
    faces: int | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document. The first three columns have the same length.

    At each index either `texts` holds a text, or `images` a picture and `image_facts` its facts.
    """

    texts: tuple[str | None, ...]
    images: tuple[ImageBytes | None, ...]
    image_facts: tuple[ShownPicture | None, ...]
    doc_id: str
    url: str
    title: str
    language: str
    language_score: float | None
    capture_time: str
    warc_filename: str
    warc_record_offset: int | None
    warc_record_length: int | None
    source_name: str  # MMC4 path: the file of the text corpus
    source_row: int | None
    clip_mean: float | None
    clip_min: float | None


# Where a fact has another name in `metadata`.
_NAMES: Final = {"url": "src", "width_px": "original_width", "height_px": "original_height"}
_HUB_TYPES: Final = {str: "string", int | None: "int64", float | None: "float64"}
_TYPES: Final = {str: "string", int | None: "integer", float | None: "number"}
_MEANINGS: Final = {
    "doc_id": "of the document",
    "url": "of the page",
    "title": "of the page",
    "language": "code of the language",
    "language_score": "how sure that is, [0, 1]",
    "capture_time": "when the page was captured, UTC",
    "warc_filename": "the archive file that holds the page",
    "warc_record_offset": "of its record in that file",
    "warc_record_length": "likewise",
    "source_name": "the file of the text corpus (MMC4 path)",
    "source_row": "the row of it",
    "clip_mean": "cosine of the images and the best text of each, mean",
    "clip_min": "likewise the least",
}


def _row(document: PublishedDocument) -> DocumentRow:
    facts = {name: _typed(document.facts, name, hint) for name, hint in _hints(DocumentRow)}
    return DocumentRow(
        texts=tuple(part.text for part in document.parts),
        images=tuple(_image(part) for part in document.parts),
        image_facts=tuple(_picture_facts(part) for part in document.parts),
        **facts,
    )


def _image(part: PublishedPart) -> ImageBytes | None:
    return None if part.body is None else ImageBytes(part.body, part.name)


def _picture_facts(part: PublishedPart) -> ShownPicture | None:
    if part.text is not None:
        return None
    hints = _hints(ShownPicture)
    return ShownPicture(**{n: _typed(part.facts, _NAMES.get(n, n), hint) for n, hint in hints})


def _hints(record: type) -> list[tuple[str, Any]]:
    return [(f.name, f.type) for f in fields(record) if f.type in _HUB_TYPES]


def _typed(facts: Any, name: str, hint: Any) -> Any:
    """Return a fact as its column has it."""
    value = facts.get(name)
    if hint is str:
        return "" if value is None else str(value)
    if value is None:
        return None
    return int(value) if hint == int | None else float(value)


_COLUMNS: Final = (
    Column("texts", "list of string", "a text, or null where an image stands", "string", "", True),
    Column(
        "images",
        "list of struct of bytes and path",
        "the bytes of a picture as captured and its file name, or null where a text stands;"
        " `datasets` opens it as a picture",
        "image",
        "",
        True,
    ),
    Column(
        "image_facts",
        "list of struct",
        f"of a picture {', '.join(f'`{f.name}`' for f in fields(ShownPicture))}; null of a text",
        tuple((name, _HUB_TYPES[hint]) for name, hint in _hints(ShownPicture)),
        "",
        True,
    ),
    *(
        Column(name, _TYPES[hint], _MEANINGS[name], _HUB_TYPES[hint])
        for name, hint in _hints(DocumentRow)
    ),
)

PARQUET: Final = Exporter(
    name="parquet",
    folder="data",
    record=DocumentRow,
    columns=_COLUMNS,
    one_row="One row is one document with its pictures.",
    said="One row is one document. `texts`, `images` and `image_facts` have the same length; at"
    " each index there is either a text or a picture.",
    reading=(
        "import os",
        "",
        "from datasets import load_dataset",
        "",
        "folder = os.getcwd()  # where this file lies, or the name of the dataset on the Hub",
        'documents = load_dataset(folder, "parquet", split="train", streaming=True)',
        "for row in documents.take(1):",
        '    for text, image in zip(row["texts"], row["images"]):',
        "        print(text if image is None else image.size)  # opened by Pillow",
    ),
    row=_row,
    needs_pictures=True,
)
