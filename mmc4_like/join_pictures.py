"""Candidates beside the pictures that stand under their addresses."""

from dataclasses import dataclass, replace

from mmc4_like.records import CandidateImage
from mmc4_like.tables import CandidateDocument
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score
from webdoc.tables.images import FoundPicture
from webdoc.url_keys import url_key


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """The scores of a picture."""

    sha256: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class CandidateWithScores:
    """A candidate beside the scores of its pictures."""

    candidate: CandidateDocument
    found: tuple[ScoredPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateWithFound:
    """A candidate beside what was found for it: what the job hands to the pure step."""

    candidate: CandidateDocument
    found: tuple[FoundPicture, ...] = ()


def picture_key(image: CandidateImage) -> str:
    """Return what a candidate's picture is looked for by: its hash if known, else its address."""
    return image.facts.sha256 or url_key(image.url)


def wanted_keys(candidate: CandidateDocument) -> list[str]:
    """Return what must be looked for: pictures of live images of a live document, each once."""
    if candidate.document.reject_reason is not None:
        return []
    return sorted({picture_key(image) for image in candidate.images if _is_wanted(image)})


def with_found(pair: CandidateWithFound) -> CandidateDocument:
    """Return the document whose images know their pictures."""
    found = {picture.key: picture for picture in pair.found}
    return replace(
        pair.candidate,
        images=tuple(_joined(image, found) for image in pair.candidate.images),
    )


def with_scores(pair: CandidateWithScores) -> CandidateDocument:
    """Return the document whose images know their scores."""
    scores = {picture.sha256: picture.scores for picture in pair.found}
    images = (
        replace(image, scores=scores.get(image.facts.sha256, ())) for image in pair.candidate.images
    )
    return replace(pair.candidate, images=tuple(images))


def _is_wanted(image: CandidateImage) -> bool:
    has_key = bool(image.url or image.facts.sha256)
    return image.reject_reason is None and not image.facts.status and has_key


def _joined(image: CandidateImage, found: dict[str, FoundPicture]) -> CandidateImage:
    picture = found.get(picture_key(image)) if _is_wanted(image) else None
    if picture is None:
        return image
    return replace(
        image,
        facts=picture.facts,
        reject_reason=Reason.IMAGE_NOT_PERMITTED if picture.permission_reason else None,
    )
