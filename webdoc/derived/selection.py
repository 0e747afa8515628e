"""Which documents and images of a release a condition keeps. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from webdoc.where import Where, parse_where
from webdoc.where_values import Kind

Facts = Mapping[str, Any]
# What every release has of a document and of an image, whether or not the first rows show it.
_OF_DOCUMENTS: Final[dict[str, Kind]] = {
    "url": "text", "doc_id": "text", "capture_time": "text", "title": "text", "language": "text",
    "language_score": "number", "page_kind": "text", "page_kind_score": "number",
    "clip_mean": "number", "clip_min": "number", "licence": "text", "licence_source": "text",
    "warc_filename": "text", "warc_record_offset": "number", "warc_record_length": "number",
    "source_name": "text", "source_row": "number", "timestamp": "text",
}  # fmt: skip
_OF_IMAGES: Final[dict[str, Kind]] = {
    "src": "text", "unformatted_src": "text", "formatted_filename": "text", "alt_text": "text",
    "caption": "text", "rendered_width": "number", "rendered_height": "number",
    "original_width": "number", "original_height": "number", "format": "text", "sha256": "text",
    "fetch_status": "text", "size_bytes": "number", "perceptual_hash": "text",
    "graphic_score": "number", "nsfw_score": "number", "faces": "number", "clip_caption": "number",
    "clip_alt_text": "number", "clip_neighbour": "number", "matched_sim": "number",
    "placement_score": "number", "licence": "text", "licence_source": "text", "credit": "text",
}  # fmt: skip
_COUNTS: Final[dict[str, Kind]] = {
    "image_count": "number",
    "text_count": "number",
    "word_count": "number",
    "character_count": "number",
}
_OF_TEXTS: Final = {"text_count", "word_count", "character_count"}
_NOT_ASKED: Final = {"document_url"}  # says what `url` says
_PREFIX: Final = "image_"  # of an image's column that has the name of a document's


@dataclass(frozen=True, slots=True)
class ReleaseColumns:
    """What a condition on a release may name."""

    of_documents: Mapping[str, Kind]  # by key of general_metadata
    of_images: Mapping[str, Kind]  # by key of the objects in metadata

    @property
    def kinds(self) -> dict[str, Kind]:
        """Each name in a condition, with its kind."""
        images = {self.image_name(key): kind for key, kind in self.of_images.items()}
        return images | dict(self.of_documents) | _COUNTS

    def image_name(self, key: str) -> str:
        """Return how a condition names what images have: licence -> image_licence."""
        return _PREFIX + key if key in self.of_documents or key in _COUNTS else key


def columns_of_release(
    rows: Iterable[tuple[str, str]], scores: Iterable[Facts] = ()
) -> ReleaseColumns:
    """Return the columns of a release: those that every one has, and those of some of its rows.

    Args:
        rows: metadata and general_metadata of some rows, as JSON.
        scores: some rows of scores/.
    """
    documents, images = dict(_OF_DOCUMENTS), dict(_OF_IMAGES)
    for row in scores:
        _note(documents, named(row["scores"]))
        for image in row["images"]:
            _note(images, named(image["scores"]))
    for metadata, general in rows:
        _note(documents, json.loads(general))
        for facts in json.loads(metadata):
            _note(images, facts or {})
    return ReleaseColumns(documents, {k: v for k, v in images.items() if k not in _NOT_ASKED})


def named(scores: Iterable[Facts]) -> dict[str, Any]:
    """Return the values of scores by their names.

    >>> named([{"name": "sharpness", "value": 2.5}])
    {'sharpness': 2.5}
    """
    return {score["name"]: score["value"] for score in scores}


def _note(kinds: dict[str, Kind], facts: Facts) -> None:
    for key, value in facts.items():
        kind = _kind_of(value)
        if kind is not None:
            kinds.setdefault(key, kind)


def _kind_of(value: object) -> Kind | None:
    match value:
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str():
            return "text"
        case [str(), *_]:
            return "texts"
        case [int() | float(), *_]:
            return "numbers"
    return None


def value_in(row: Facts, column: str) -> tuple[str, Any]:
    """Return the doc_id of a document and what it has in a column; None where it has nothing.

    Args:
        row: general_metadata as JSON; `added`, its row of scores/, where the release has one.
        column: a key of general_metadata, or a score.
    """
    about = json.loads(row["general_metadata"])
    added = row.get("added")
    scores = named(added["scores"]) if added else {}
    return str(about.get("doc_id", "")), scores.get(column, about.get(column))


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that stays."""

    doc_id: str
    drops: tuple[str, ...] = ()  # SHA-256 or addresses of its images that go


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition that fits the columns of a release.

    One that names no column of images is asked of the document, and its images stay. One that does
    is asked of each image, beside the columns of its document: images of which it is not true go,
    and so does a document that has none left. An image that a document shows several times stays
    where one of its places passes.
    """

    where: Where
    of_documents: Mapping[str, Kind]  # that the condition names, as the next one
    of_images: Mapping[str, tuple[str, Kind]]  # by the name in the condition: key in metadata, kind

    @property
    def needs_texts(self) -> bool:
        """Whether texts must be read."""
        return not _OF_TEXTS.isdisjoint(self.where.columns)

    def kept(
        self, general: Facts, images: Sequence[tuple[str, Facts]], texts: Sequence[str] = ()
    ) -> Kept | None:
        """Ask the condition of a document; None: the document goes.

        Args:
            general: general_metadata.
            images: address and metadata of each image.
            texts: of the document; only wanted where `needs_texts`.
        """
        doc_id = str(general.get("doc_id", ""))
        row = {key: _value(general.get(key), kind) for key, kind in self.of_documents.items()}
        row |= _counts(len(images), texts)
        if not self.of_images:
            return Kept(doc_id) if self.where.keeps(row) else None
        passes: dict[str, bool] = {}
        for address, facts in images:
            asked = self.of_images.items()
            facts_of_image = {name: _value(facts.get(key), kind) for name, (key, kind) in asked}
            picture = facts.get("sha256") or address
            passes[picture] = passes.get(picture, False) or self.where.keeps(row | facts_of_image)
        if not any(passes.values()):
            return None
        return Kept(doc_id, tuple(sorted(key for key, passed in passes.items() if not passed)))


def selection(text: str, columns: ReleaseColumns) -> Selection:
    """Check a condition by the columns of a release.

    Raises:
        SettingsError: it is none, or names no column; the message says what would do.
    """
    where = parse_where(text, columns.kinds)
    images = {columns.image_name(key): (key, kind) for key, kind in columns.of_images.items()}
    return Selection(
        where,
        {
            name: columns.of_documents[name]
            for name in where.columns
            if name in columns.of_documents
        },
        {name: images[name] for name in where.columns if name in images},
    )


def _counts(images: int, texts: Sequence[str]) -> dict[str, int]:
    return {
        "image_count": images,
        "text_count": len(texts),
        "word_count": sum(len(text.split()) for text in texts),
        "character_count": sum(map(len, texts)),
    }


def _value(value: object, kind: Kind) -> object:
    """Return a value; None where it is of another kind, as a width of `50%` is no number."""
    return value if _kind_of(value) == kind else None
