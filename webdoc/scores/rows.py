"""What scorers give, as rows of tables. Pure."""

from collections.abc import Sequence
from typing import Any, cast

from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import (
    CaptionScorer,
    CaptionScores,
    DocumentScorer,
    DocumentScores,
    Kind,
    PictureScorer,
    PictureScores,
    Score,
    TextScorer,
    Values,
    WordReader,
    columns_of,
)


def scorer_revision(
    name: str, scorer: PictureScorer | CaptionScorer | TextScorer | DocumentScorer
) -> str:
    """Return what tells the scores of one scorer from those of any other, or of its past."""
    return f"{name}-{scorer.revision}"


def scored(
    name: str, scorer: PictureScorer, keys: Sequence[str], bodies: Sequence[bytes]
) -> list[PictureScores]:
    """Return the rows of some pictures.

    Raises:
        ValueError: the scorer gave other numbers of pictures or columns, or one that is no number.
    """
    revision = scorer_revision(name, scorer)
    if not hasattr(scorer, "read_words"):
        found = _named(name, "pictures", keys, scorer.score(bodies))
        return [PictureScores(key, revision, scores) for key, scores in found]
    reader = cast(WordReader, scorer)
    words = reader.read_words(bodies)
    found = _named(name, "pictures", keys, reader.measured(words))
    return [
        PictureScores(key, revision, scores, of_one or ())
        for (key, scores), of_one in zip(found, words, strict=True)
    ]


def scored_captions(
    name: str, scorer: CaptionScorer, keys: Sequence[str], captions: Sequence[ScoredCaption]
) -> list[CaptionScores]:
    """Return the rows of some images beside their captions.

    Raises:
        ValueError: as of `scored`.
    """
    found = _named(name, "captions", keys, scorer.score(captions))
    revision = scorer_revision(name, scorer)
    return [CaptionScores(key, revision, scores) for key, scores in found]


def scored_documents(
    name: str, kind: Kind, scorer: Any, keys: Sequence[str], things: Sequence[Any]
) -> list[DocumentScores]:
    """Return the rows of some documents.

    Args:
        name: of the scorer.
        kind: `texts`, then the things are `ScoredText`, or `documents`: `ScoredDocument`.
        scorer: loaded.
        keys: their doc_id.
        things: what is scored.

    Raises:
        ValueError: as of `scored`.
    """
    found = _named(name, kind, keys, scorer.score(things))
    revision = scorer_revision(name, scorer)
    return [DocumentScores(key, revision, scores) for key, scores in found]


def _named(
    name: str, kind: Kind, keys: Sequence[str], values: Values
) -> list[tuple[str, tuple[Score, ...]]]:
    columns = columns_of(name, kind)
    rows = []
    for key, own in zip(keys, values, strict=True):
        known = zip(columns, own, strict=True)
        scores = tuple(Score(c.name, value) for c, value in known if value is not None)
        if any(score.value != score.value for score in scores):  # NaN is not itself
            raise ValueError(f"the scorer {name} gave NaN for {key}")
        rows.append((key, scores))
    return rows
