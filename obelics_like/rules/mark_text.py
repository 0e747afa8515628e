"""The text of a page, judged: its paragraphs one by one, then what is left of it as a whole."""

from collections.abc import Sequence
from dataclasses import replace

from obelics_like.rules.judge import Judge
from obelics_like.rules.text_rules import (
    Finding,
    ParagraphRules,
    document_finding,
    paragraph_findings,
)
from webdoc.page.document import Node
from webdoc.reasons import Reason
from webdoc.text.language import detect
from webdoc.text.measures import BLANK_LINE, Reading


def marked(node: Node, reason: Reason, value: float | None) -> Node:
    """Return a node with the rule that it breaks, and what that rule measured."""
    value = None if value is None else float(value)  # counts too: a table has one type
    return replace(node, reject_reason=reason, reject_value=value)


def mark_paragraphs(nodes: list[Node], places: Sequence[int], judge: Judge) -> Finding | None:
    """Mark paragraphs in `nodes`, then judge the document by those that are left."""
    texts = [nodes[place].text for place in places]
    kinds = [judge.kinds[nodes[place].tag] for place in places]
    reading, limits = judge.read(texts), judge.paragraphs
    measured = reading.each(limits.char_ngram, limits.word_ngram)
    findings = paragraph_findings(measured, kinds, limits)
    _add_repeated(findings, texts, measured.words.tolist(), limits)
    if limits.min_language_score is not None or judge.perplexity is not None:
        _add_by_models(findings, texts, judge)
    for number, finding in findings.items():
        nodes[places[number]] = marked(nodes[places[number]], *finding)
    return text_finding([nodes[place] for place in places], reading, judge)


def _add_repeated(
    findings: dict[int, Finding], texts: Sequence[str], words: Sequence[int], limits: ParagraphRules
) -> None:
    """Add the texts that an earlier live one holds already: pages hold copies for small screens."""
    if limits.repeated_min_words is None:
        return
    seen: set[str] = set()
    for number, n_words in enumerate(words):
        if n_words >= limits.repeated_min_words and number not in findings:
            if texts[number] in seen:
                findings[number] = Reason.PARAGRAPH_REPEATED_IN_DOCUMENT, n_words
            seen.add(texts[number])


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
    if not any(live):
        return Reason.DOCUMENT_NO_TEXT, 0.0
    judged = live
    if limits.measure == "prose":
        pairs = zip(paragraphs, live, strict=True)
        judged = [is_live and judge.kinds[node.tag] == "prose" for node, is_live in pairs]
    measured = reading.together(judged, limits.char_ngram, limits.word_ngram)
    finding = document_finding(measured, *reading.words_and_flagged_share(live), limits)
    if finding is None and limits.max_perplexity is not None and judge.perplexity is not None:
        text = BLANK_LINE.join(node.text for node in paragraphs if node.reject_reason is None)
        perplexity = judge.perplexity.perplexity(text)
        if perplexity > limits.max_perplexity:
            return Reason.DOCUMENT_PERPLEXITY, perplexity
    return finding
