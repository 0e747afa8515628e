"""A text, the captures of its page, other images -> one candidate, and its images judged. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.rules.document_rules import mark_before_placement
from mmc4_like.rules.image_rules import (
    mark_frequent,
    mark_links,
    mark_pictures,
    mark_repeated,
    mark_scores,
)
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import CandidateDocument, PageCapture
from mmc4_like.texts.sentences import split_sentences
from mmc4_like.texts.wat import LinkedPage, nearest_capture


def candidate_document(
    document: TextDocument,
    captures: Sequence[LinkedPage],
    others: Sequence[CandidateImage],
    rules: RuleSettings,
) -> CandidateDocument:
    """Cut a text into sentences and gather the images that may be placed in it.

    Args:
        document: one that is marked stays as it is.
        captures: of its page, in any order; the one nearest to the text's time counts.
        others: images from a pool, from a table of the user, or from the page itself.
        rules: what the addresses and the number of sentences show is marked.
    """
    if document.reject_reason is not None:
        return CandidateDocument(document)
    ordered = sorted(
        captures, key=lambda page: (page.capture_time, page.warc_filename, page.warc_record_offset)
    )
    images: tuple[CandidateImage, ...] = ()
    capture = PageCapture()
    if ordered:
        times = [page.capture_time for page in ordered]
        page = ordered[nearest_capture(document.timestamp, times)]
        images = page.images
        capture = PageCapture(
            page.capture_time,
            page.warc_filename,
            page.warc_record_offset,
            page.warc_record_length,
            captures_of_url=len(ordered),
        )
    sentences = split_sentences(document.text, document.language, rules.sentences)
    images = mark_links((*images, *others), rules.images)
    document = mark_before_placement(document, len(sentences), images, rules.documents)
    return CandidateDocument(document, sentences, images, capture)


def judged_candidate(
    candidate: CandidateDocument,
    copies: Mapping[str, int],
    limit: float | None,
    rules: RuleSettings,
) -> CandidateDocument:
    """Mark the images of a candidate by their bytes, scores and copies, then the document.

    Args:
        candidate: its images know their bytes, hashes and scores as far as there are any.
        copies: sha256 -> how often a picture stands in the corpus; those missing are rare.
        limit: from `image_rules.copies_limit`.
        rules: what is marked.
    """
    images = mark_pictures(candidate.images, rules.images, rules.safety, rules.faces)
    images = mark_scores(images, rules.scores)
    images = mark_repeated(mark_frequent(images, copies, limit), rules.images)
    sentences = len(candidate.sentences)
    document = mark_before_placement(candidate.document, sentences, images, rules.documents)
    return replace(candidate, document=document, images=images)
