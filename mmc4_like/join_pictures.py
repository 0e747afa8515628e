"""Candidates beside the pictures that stand under their addresses."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from mmc4_like.records import CandidateImage
from mmc4_like.tables import CandidateDocument
from webdoc.picture.measure import OK
from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, PlacedCaption, ShownImage, shown_caption
from webdoc.scores.scorer import Score
from webdoc.tables.images import FoundPicture
from webdoc.url_keys import url_key


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """The scores of a picture."""

    sha256: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class ScoredPlace:
    """The scores of a picture beside its caption in one document."""

    place: int  # of the image among the candidate's
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class CandidateWithScores:
    """A candidate beside the scores of its pictures, and of these beside their captions."""

    candidate: CandidateDocument
    found: tuple[ScoredPicture, ...] = ()
    captions: tuple[ScoredPlace, ...] = ()


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
    """Return the document whose images know their scores, by name."""
    of_pictures = {picture.sha256: picture.scores for picture in pair.found}
    of_captions = {row.place: row.scores for row in pair.captions}
    images = []
    for place, image in enumerate(pair.candidate.images):
        scores = (*of_pictures.get(image.facts.sha256, ()), *of_captions.get(place, ()))
        images.append(replace(image, scores=tuple(sorted(scores, key=lambda s: s.name))))
    return replace(pair.candidate, images=tuple(images))


def candidate_captions(
    candidate: CandidateDocument, needs: Collection[Need]
) -> list[PlacedCaption]:
    """Return the captions of a candidate's live images whose bytes are at hand.

    Where an image stood between the sentences is known only from its page: one from a pool or a
    table has none beside it.

    Args:
        candidate: its images know their pictures; of one that is marked there are none.
        needs: what scorers of captions look at.
    """
    document = candidate.document
    if document.reject_reason is not None:
        return []
    found: list[PlacedCaption] = []
    hashes: list[str] = []
    for place, image in enumerate(candidate.images):
        facts = image.facts
        if image.reject_reason is not None or facts.status != OK:
            continue
        known = ShownImage(
            place, facts.sha256, image.alt_text, image.caption, facts.perceptual_hash
        )
        shown = shown_caption(known, document.language, hashes, needs)
        if "sentences" in needs and image.anchor_index is not None:
            before, after = sentences_beside(candidate, image.anchor_index)
            shown = replace(shown, before=before, after=after)
        found.append(PlacedCaption(document.doc_id, place, shown))
        if facts.perceptual_hash:
            hashes.append(facts.perceptual_hash)
    return found


def sentences_beside(candidate: CandidateDocument, index: int) -> tuple[str, str]:
    """Return the sentence before and the one at an index; "" beyond the ends of the text."""
    text, sentences = candidate.document.text, candidate.sentences
    before, after = (
        text[sentences[at].start : sentences[at].end] if 0 <= at < len(sentences) else ""
        for at in (index - 1, index)
    )
    return before, after


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
