"""scores/: what scorers say of documents and of their pictures, beside data/."""

from dataclasses import dataclass
from typing import Final

from webdoc.release.exporter import Column, Exporter
from webdoc.scores.scorer import Score


@dataclass(frozen=True, slots=True)
class ImageScores:
    """The scores of one picture."""

    sha256: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class ScoresRow:
    """The scores of one document and of its pictures."""

    doc_id: str
    scores: tuple[Score, ...]  # of the document, by name
    images: tuple[ImageScores, ...]  # of each distinct picture that has any, by sha256


def with_newer(old: ScoresRow, new: ScoresRow) -> ScoresRow:
    """Return the scores of both; where both have one of a name, the newer stays."""
    images = {image.sha256: image.scores for image in old.images}
    for image in new.images:
        images[image.sha256] = _newer(images.get(image.sha256, ()), image.scores)
    return ScoresRow(
        new.doc_id,
        _newer(old.scores, new.scores),
        tuple(ImageScores(sha256, images[sha256]) for sha256 in sorted(images)),
    )


def _newer(old: tuple[Score, ...], new: tuple[Score, ...]) -> tuple[Score, ...]:
    values = {score.name: score.value for score in (*old, *new)}
    return tuple(Score(name, values[name]) for name in sorted(values))


_COLUMNS: Final = (
    Column("doc_id", "string", "as in `general_metadata`"),
    Column(
        "scores",
        "list of struct",
        "`name` and `value` of each score of the document",
        croissant_type="",
    ),
    Column(
        "images",
        "list of struct",
        "of each picture with scores: `sha256`, and `scores` as above",
        croissant_type="",
    ),
)

SCORES: Final = Exporter(
    name="scores",
    folder="scores",
    record=ScoresRow,
    columns=_COLUMNS,
    one_row="One row is one document, with its scores.",
    said="What scorers say of each document and of its pictures, as `interleaf score` adds it.",
    reading=("", 'scores = load_dataset(folder, "scores", split="train")'),
)
