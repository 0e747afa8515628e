"""The three moments at which rules run. Pure: a document in, the same with marks out.

`mark_page` sees what the page alone shows, `mark_images` what the images' bytes are, `finish` what
exact deduplication has marked in between. The first broken rule stays; nothing is deleted.
"""

from collections.abc import Sequence
from dataclasses import replace

from obelics_like.image_rules import bytes_finding, page_finding
from obelics_like.judges import Judge, Rules
from obelics_like.records import Document, Node, Reason
from obelics_like.rules_settings import ANY_LANGUAGE, RuleSettings
from obelics_like.text_rules import (
    DocumentRules,
    Finding,
    ParagraphRules,
    document_finding,
    paragraph_finding,
)
from webdoc.language import detect
from webdoc.text import BLANK_LINE, Reading

__all__ = ["RuleSettings", "Rules", "finish", "live_text", "mark_images", "mark_page"]

# What takes a paragraph out after `mark_page` has judged the document.
_LATE_REASONS = frozenset({Reason.PARAGRAPH_REPEATED_ON_DOMAIN, Reason.PARAGRAPH_SPAM_WORDS})


def live_text(document: Document) -> str:
    """Return the live paragraphs of a document, a blank line between two of them."""
    return BLANK_LINE.join(node.text for node in document.nodes if _is_live_text(node))


def _is_live_text(node: Node) -> bool:
    return node.kind == "text" and node.reject_reason is None and bool(node.text)


def mark_page(document: Document, rules: Rules) -> Document:
    """Mark what a page alone shows: images by URL and shown size, paragraphs, the text as a whole.

    Also finds the language. A document that is rejected already stays as it is.
    """
    if document.reject_reason is not None:
        return document
    nodes = [_image_marked(node, rules) for node in document.nodes]
    document = replace(document, nodes=tuple(nodes))
    length = sum(len(node.text) for node in nodes if _is_live_text(node))
    if not length:
        return _rejected(document, (Reason.DOCUMENT_NO_TEXT, 0.0))
    if length > rules.settings.documents.max_characters:
        return _rejected(document, (Reason.DOCUMENT_CHARACTERS, length))
    if rules.settings.language.judge_as:
        return _judged_before_language(document, rules)
    document = _with_language(document, rules)
    finding = _language_finding(document, rules)
    if finding is not None:
        return _rejected(document, finding)
    judge = rules.judge(document.language)
    return _text_judged(document, judge) if judge is not None else document


def _image_marked(node: Node, rules: Rules) -> Node:
    if node.image is None or node.reject_reason is not None:
        return node
    finding = page_finding(node.image, rules.settings.images)
    return node if finding is None else _marked(node, *finding)


def _marked(node: Node, reason: Reason, value: float | None) -> Node:
    value = None if value is None else float(value)  # counts too: a table has one type
    return replace(node, reject_reason=reason, reject_value=value)


def _rejected(document: Document, finding: Finding | None) -> Document:
    if finding is None:
        return document
    return replace(document, reject_reason=finding[0], reject_value=float(finding[1]))


def _judged_before_language(document: Document, rules: Rules) -> Document:
    """Judge by one language's rules first and ask for the language last, as OBELICS does."""
    judge = rules.judge("")
    assert judge is not None  # settings refuse a judge_as without a pack
    judged = _with_language(_text_judged(document, judge), rules)
    if judged.reject_reason is not None:
        return judged
    return _rejected(judged, _language_finding(judged, rules))


def _with_language(document: Document, rules: Rules) -> Document:
    asked = rules.settings.language
    live = [node for node in document.nodes if _is_live_text(node)]
    # A page of code, names and figures looks like many languages.
    prose = [node for node in live if rules.kinds[node.tag] == "prose"]
    if sum(len(node.text) for node in prose) < asked.min_prose_chars:
        prose = live
    text = BLANK_LINE.join(node.text[: asked.max_chars] for node in prose)
    language, score = detect(text, asked.max_chars)
    return replace(document, language=language, language_score=score)


def _language_finding(document: Document, rules: Rules) -> Finding | None:
    asked, language, score = rules.settings.language, document.language, document.language_score
    if language not in asked.accept and ANY_LANGUAGE not in asked.accept:
        return Reason.DOCUMENT_LANGUAGE, score
    if score < asked.min_score:
        return Reason.DOCUMENT_LANGUAGE_UNSURE, score
    if not asked.keep_without_pack and rules.judge(language) is None:
        return Reason.DOCUMENT_NO_LANGUAGE_PACK, score
    return None


def _text_judged(document: Document, judge: Judge) -> Document:
    """Mark the paragraphs, then the document by those that are left."""
    places = [place for place, node in enumerate(document.nodes) if _is_live_text(node)]
    nodes = list(document.nodes)
    reading = judge.read([nodes[place].text for place in places])
    limits, seen = judge.paragraphs, set[str]()
    measures = reading.each(limits.char_ngram, limits.word_ngram)
    for place, measured in zip(places, measures, strict=True):
        node = nodes[place]
        finding = (
            paragraph_finding(measured, judge.kinds[node.tag], limits)
            or _repeated_finding(node.text, measured.words, seen, limits)
            or _model_finding(node.text, judge)
        )
        if finding is not None:
            nodes[place] = _marked(node, *finding)
    document = replace(document, nodes=tuple(nodes))
    return _rejected(document, _text_finding([nodes[place] for place in places], reading, judge))


def _repeated_finding(
    text: str, words: int, seen: set[str], limits: ParagraphRules
) -> Finding | None:
    """Return that a text was seen, and remember it: pages hold copies for small screens."""
    if limits.repeated_min_words is None or words < limits.repeated_min_words:
        return None
    if text in seen:
        return Reason.PARAGRAPH_REPEATED_IN_DOCUMENT, words
    seen.add(text)
    return None


def _model_finding(text: str, judge: Judge) -> Finding | None:
    """Return what the language or perplexity rule finds in a paragraph; both are off by default."""
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


def _text_finding(paragraphs: Sequence[Node], reading: Reading, judge: Judge) -> Finding | None:
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


def mark_images(document: Document, rules: Rules) -> Document:
    """Mark images by their bytes, which the archive has or has not; with source "none" no rule."""
    if document.reject_reason is not None or rules.settings.images.source == "none":
        return document

    def judged(node: Node) -> Node:
        if node.image is None or node.reject_reason is not None:
            return node
        finding = bytes_finding(node.image, rules.settings.images)
        return node if finding is None else _marked(node, *finding)

    return replace(document, nodes=tuple(map(judged, document.nodes)))


def finish(document: Document, rules: Rules) -> Document:
    """Mark repeated images and spam paragraphs, put text boundaries in order, judge the document.

    Runs once exact deduplication has marked nodes.
    """
    if document.reject_reason is not None:
        return document
    nodes = _repeated_images_marked(document.nodes, rules)
    judge = rules.judge(document.language)
    reading = None
    places = [place for place, node in enumerate(nodes) if _is_live_text(node)]
    if judge is not None and places:
        reading = judge.read([nodes[place].text for place in places])
        nodes = _spam_marked(nodes, places, reading.spam_shares(), judge.paragraphs)
    document = replace(document, nodes=_boundaries_in_order(nodes))
    finding = _count_finding(document, rules.settings.documents)
    if finding is None and judge is not None and reading is not None:
        changed = any(node.reject_reason in _LATE_REASONS for node in nodes)
        if judge.documents.judge_again and changed:
            finding = _text_finding([nodes[place] for place in places], reading, judge)
    return _rejected(document, finding)


def _repeated_images_marked(nodes: Sequence[Node], rules: Rules) -> list[Node]:
    """Mark every live image that an earlier live one shows: the same URL, or the same bytes."""
    same_content = rules.settings.images.same_content
    seen: set[str] = set()
    result = []
    for node in nodes:
        if node.image is not None and node.reject_reason is None:
            keys = {node.image.url}
            if same_content and node.image.sha256:
                keys.add(node.image.sha256)
            if not seen.isdisjoint(keys):
                node = _marked(node, Reason.IMAGE_REPEATED_IN_DOCUMENT, None)  # noqa: PLW2901
            seen |= keys
        result.append(node)
    return result


def _spam_marked(
    nodes: list[Node], places: Sequence[int], shares: Sequence[float], limits: ParagraphRules
) -> list[Node]:
    if limits.max_spam_share is None:
        return nodes
    nodes = list(nodes)
    for place, share in zip(places, shares, strict=True):
        if share >= limits.max_spam_share and nodes[place].tag not in limits.spam_exempt_tags:
            nodes[place] = _marked(nodes[place], Reason.PARAGRAPH_SPAM_WORDS, share)
    return nodes


def _boundaries_in_order(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Move each end of a text to the last live node before it; none stands first, last or twice."""
    if not any(node.ends_document for node in nodes):
        return tuple(nodes)
    ends: set[int] = set()
    last_live = None
    for place, node in enumerate(nodes):
        if node.reject_reason is None and (node.image is not None or node.text):
            last_live = place
        if node.ends_document and last_live is not None:
            ends.add(last_live)
    ends.discard(-1 if last_live is None else last_live)
    return tuple(
        replace(node, ends_document=place in ends)
        if node.ends_document != (place in ends)
        else node
        for place, node in enumerate(nodes)
    )


def _count_finding(document: Document, limits: DocumentRules) -> Finding | None:
    live = [node for node in document.nodes if node.reject_reason is None]
    n_images = sum(node.image is not None for node in live)
    if not limits.min_images <= n_images <= limits.max_images:
        return Reason.DOCUMENT_IMAGES, n_images
    if not any(node.kind == "text" and node.text for node in live):
        return Reason.DOCUMENT_NO_TEXT, 0.0
    return None
