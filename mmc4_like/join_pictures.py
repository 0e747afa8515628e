"""Candidates beside the pictures that stand under their addresses, and what is known of these."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from mmc4_like.candidates import judged_candidate
from mmc4_like.marks import judged_of, with_text
from mmc4_like.records import CandidateImage
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import CandidateDocument, JudgedDocument
from webdoc.picture.measure import OK
from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, PlacedCaption, ShownImage, shown_caption
from webdoc.scores.scorer import OF_IMAGES, Score
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
class CaptionedCandidate:
    """A candidate beside its pictures and its text, for those who score captions."""

    candidate: CandidateDocument
    found: tuple[FoundPicture, ...] = ()
    text: str | None = None  # None where nobody looks at sentences


@dataclass(frozen=True, slots=True)
class Copies:
    """A picture that stands in the corpus more often than allowed."""

    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class CandidateWithFacts:
    """A candidate beside what is known of its pictures: what the job hands to the pure step."""

    candidate: CandidateDocument
    found: tuple[FoundPicture, ...] = ()
    scored: tuple[ScoredPicture, ...] = ()
    captions: tuple[ScoredPlace, ...] = ()
    frequent: tuple[Copies, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A live image of a document, as far as its picture is known before it is looked for."""

    doc_id: str
    key: str | None  # what its picture is looked for by; None: it is not
    sha256: str  # as the candidate has it; "" unknown
    status: str  # likewise
    is_counted: bool  # among the copies of a picture: the page or a table shows it, not a pool
    is_live: bool  # its document


def picture_key(image: CandidateImage) -> str:
    """Return what a candidate's picture is looked for by: its hash if known, else its address."""
    return image.facts.sha256 or url_key(image.url)


def image_uses(candidate: CandidateDocument) -> list[ImageUse]:
    """Return the live images of a document, equal ones once.

    Pictures are looked for where the document is live, unless they are known already. Those of a
    pool are in a document because they were looked for, so they do not count.
    """
    document = candidate.document
    is_live = document.reject_reason is None
    uses = (
        ImageUse(
            document.doc_id,
            picture_key(image) if is_live and _is_wanted(image) else None,
            image.facts.sha256,
            image.facts.status,
            image.source != "pool",
            is_live,
        )
        for image in candidate.images
        if image.reject_reason is None
    )
    return list(dict.fromkeys(uses))


def counted_pictures(candidate: CandidateDocument) -> set[str]:
    """Return the sha256 of the pictures that a document's own page or table shows."""
    return {
        image.facts.sha256
        for image in candidate.images
        if image.facts.sha256 and image.source != "pool" and image.reject_reason is None
    }


def judged(
    pair: CandidateWithFacts, limit: float | None, rules: RuleSettings
) -> JudgedDocument | None:
    """Return what a candidate's pictures are, and what the rules say of them; None: nothing new.

    Args:
        pair: the candidate and its facts.
        limit: from `image_rules.copies_limit`.
        rules: what is marked.
    """
    known = with_found(pair.candidate, pair.found)
    if rules.scores.has(*OF_IMAGES):
        known = with_scores(known, pair.scored, pair.captions)
    copies = {picture.sha256: picture.count for picture in pair.frequent}
    return judged_of(pair.candidate, judged_candidate(known, copies, limit, rules))


def with_found(candidate: CandidateDocument, pictures: Sequence[FoundPicture]) -> CandidateDocument:
    """Return the document whose images know their pictures."""
    found = {picture.key: picture for picture in pictures}
    images = tuple(_joined(image, found) for image in candidate.images)
    return replace(candidate, images=images)


def with_scores(
    candidate: CandidateDocument,
    pictures: Sequence[ScoredPicture],
    captions: Sequence[ScoredPlace] = (),
) -> CandidateDocument:
    """Return the document whose images know their scores, by name."""
    of_pictures = {picture.sha256: picture.scores for picture in pictures}
    of_captions = {row.place: row.scores for row in captions}
    images = []
    for place, image in enumerate(candidate.images):
        scores = (*of_pictures.get(image.facts.sha256, ()), *of_captions.get(place, ()))
        images.append(replace(image, scores=tuple(sorted(scores, key=lambda s: s.name))))
    return replace(candidate, images=tuple(images))


def captions_of(one: CaptionedCandidate, needs: Collection[Need]) -> list[PlacedCaption]:
    """Return the captions of a candidate that knows its pictures only now."""
    candidate = one.candidate if one.text is None else with_text(one.candidate, one.text)
    return candidate_captions(with_found(candidate, one.found), needs)


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
