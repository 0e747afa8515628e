"""The text of a page, judged: its paragraphs one by one, then what is left of it as a whole."""

from collections.abc import Sequence

import numpy as np

from obelics_like.rules.document_rules import document_finding, flagged_finding
from obelics_like.rules.judge import Judge
from obelics_like.rules.marks import marked
from obelics_like.rules.text_rules import Finding, Paragraphs, paragraph_findings
from webdoc.page.document import Node
from webdoc.reasons import Reason
from webdoc.text.language import detect
from webdoc.text.measures import BLANK_LINE, Reading


def mark_paragraphs(nodes: list[Node], places: Sequence[int], judge: Judge) -> Finding | None:
    """Mark paragraphs in `nodes`, then judge the document by those that are left."""
    texts = [nodes[place].text for place in places]
    reading, limits = judge.read(texts), judge.paragraphs
    paragraphs = Paragraphs(
        nodes=[nodes[place] for place in places],
        kinds=np.array([judge.kinds[nodes[place].tag] for place in places]),
        measured=reading.each(limits.char_ngram, limits.word_ngram),
        beside_image=np.array([_is_beside_image(nodes, place) for place in places]),
    )
    findings = paragraph_findings(paragraphs, limits)
    if limits.min_language_score is not None or judge.perplexity is not None:
        _add_by_models(findings, texts, judge)
    for number, finding in findings.items():
        nodes[places[number]] = marked(nodes[places[number]], *finding)
    return text_finding([nodes[place] for place in places], reading, judge)


def _is_beside_image(nodes: Sequence[Node], place: int) -> bool:
    """Say whether the node before or after this one is an image that is live."""
    beside = nodes[max(place - 1, 0) : place + 2]
    return any(node.image is not None and node.reject_reason is None for node in beside)


def _add_by_models(findings: dict[int, Finding], texts: Sequence[str], judge: Judge) -> None:
    """Add what the language or perplexity rule finds in paragraphs; both are off by default."""
    for number, text in enumerate(texts):
        finding = None if number in findings else _model_finding(text, judge)
        if finding is not None:
            findings[number] = finding


def _model_finding(text: str, judge: Judge) -> Finding | None:
    limits = judge.paragraphs
    if limits.min_language_score is not None:
        language, score = detect(text)
        if language != judge.language or score < limits.min_language_score:
            return Reason.PARAGRAPH_LANGUAGE, score
    if limits.max_perplexity is not None and judge.perplexity is not None:
        perplexity = judge.perplexity.perplexity(text)
        if perplexity > limits.max_perplexity:
            return Reason.PARAGRAPH_PERPLEXITY, perplexity
    return None


def text_finding(paragraphs: Sequence[Node], reading: Reading, judge: Judge) -> Finding | None:
    """Return the first text rule that the live ones among a document's paragraphs break.

    Args:
        paragraphs: those that were read, in their order.
        reading: of all of these.
        judge: of the document's language.
    """
    limits = judge.documents
    live = [node.reject_reason is None for node in paragraphs]
    flagged = [node.reject_reason is Reason.PARAGRAPH_FLAGGED_WORDS for node in paragraphs]
    finding = flagged_finding([len(node.text) for node in paragraphs], flagged, limits)
    if finding is not None:
        return finding
    if not any(live):
        return Reason.DOCUMENT_NO_TEXT, 0.0
    judged = live
    if limits.measure == "prose":
        rows = zip(paragraphs, live, reading.words(), strict=True)
        judged = [
            is_live and judge.kinds[node.tag] == "prose" and words >= limits.prose_from_words
            for node, is_live, words in rows
        ]
    measured = reading.together(judged, limits.char_ngram, limits.word_ngram)
    finding = document_finding(measured, *reading.words_and_flagged_share(live), limits)
    if finding is None and limits.max_perplexity is not None and judge.perplexity is not None:
        text = BLANK_LINE.join(node.text for node in paragraphs if node.reject_reason is None)
        perplexity = judge.perplexity.perplexity(text)
        if perplexity > limits.max_perplexity:
            return Reason.DOCUMENT_PERPLEXITY, perplexity
    return finding
