"""The three moments at which rules run. Pure: a document in, the same with marks out.

`mark_page` sees what the page alone shows, `mark_images` what the images' bytes are, `finish` what
exact deduplication has marked in between. The first broken rule stays; nothing is deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.image_rules import bytes_finding, page_finding, pixels_finding
from obelics_like.rules.images_of_page import mark_images_without_text, repeated_images_marked
from obelics_like.rules.judge import Rules
from obelics_like.rules.licence_rules import is_page_wanted, unlicensed_marked
from obelics_like.rules.mark_text import mark_paragraphs, text_finding
from obelics_like.rules.marks import Mark, marked, with_marks
from obelics_like.rules.settings import ANY_LANGUAGE, RuleSettings
from obelics_like.rules.text_rules import Finding, ParagraphRules, spam_limit
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason
from webdoc.text.language import detect
from webdoc.text.measures import BLANK_LINE, Reading
from webdoc.text.personal_data import PersonalDataSettings, without_personal_data

__all__ = [
    "RuleSettings",
    "Rules",
    "final_document",
    "finish",
    "live_text",
    "mark_images",
    "mark_page",
]

Language = tuple[str, float]  # code and score, as from `detect`

# What takes a paragraph out after `mark_page` has judged the document.
_LATE_REASONS = frozenset(
    {
        Reason.PARAGRAPH_REPEATED_ON_DOMAIN,
        Reason.PARAGRAPH_SIMILAR_ON_DOMAIN,
        Reason.PARAGRAPH_SPAM_WORDS,
    }
)


def live_text(document: Document) -> str:
    """Return the live paragraphs of a document, a blank line between two of them."""
    return BLANK_LINE.join(document.nodes[place].text for place in _live_texts(document.nodes))


def _live_texts(nodes: Sequence[Node]) -> list[int]:
    """Return the places of the live paragraphs."""
    return [
        place
        for place, node in enumerate(nodes)
        if node.reject_reason is None and node.text and node.kind == "text"
    ]


def mark_page(document: Document, rules: Rules) -> Document:
    """Mark what a page alone shows: images by URL and shown size, paragraphs, the text as a whole.

    Also finds the language. A document that is rejected already stays as it is.
    """
    if document.reject_reason is not None:
        return document
    document = _without_personal_data(document, rules.settings.personal_data)
    nodes = [node if node.image is None else _image_marked(node, rules) for node in document.nodes]
    places = _live_texts(nodes)
    length = sum([len(nodes[place].text) for place in places])
    language = document.language, document.language_score
    finding: Finding | None
    if not is_page_wanted(document.licence, rules.settings.licences):
        finding = Reason.DOCUMENT_LICENCE, 0.0
    elif not length:
        finding = Reason.DOCUMENT_NO_TEXT, 0.0
    elif length > rules.settings.documents.max_characters:
        finding = Reason.DOCUMENT_CHARACTERS, length
    elif rules.settings.language.judge_as:
        language, finding = _judged_before_language(nodes, places, rules)
    else:
        language, finding = _judged(nodes, places, rules)
    finding = finding or _kind_finding(document, rules.settings.documents)
    reason, value = (None, None) if finding is None else finding
    # Replacing copies every field, so all changes are made in one call.
    return replace(
        document,
        nodes=tuple(nodes),
        language=language[0],
        language_score=language[1],
        reject_reason=reason,
        reject_value=None if value is None else float(value),
    )


def _kind_finding(document: Document, rules: DocumentRules) -> Finding | None:
    """Leave a page out that is surely of an unwanted kind: a list of links is no document."""
    score = document.page_kind_score
    if document.page_kind in rules.left_out_kinds and score >= rules.min_kind_score:
        return Reason.DOCUMENT_PAGE_KIND, score
    return None


def _without_personal_data(document: Document, settings: PersonalDataSettings) -> Document:
    """Replace what settings name in title, texts, captions and alternative texts, and count it."""
    if settings == PersonalDataSettings():
        return document
    found = [0, 0, 0]

    def masked(text: str) -> str:
        text, replaced = without_personal_data(text, settings)
        for place, count in enumerate(replaced):
            found[place] += count
        return text

    def masked_node(node: Node) -> Node:
        image, text = node.image, masked(node.text)
        if image is not None:
            alt_text, caption = masked(image.alt_text), masked(image.caption)
            if (alt_text, caption) != (image.alt_text, image.caption):
                image = replace(image, alt_text=alt_text, caption=caption)
        if text == node.text and image is node.image:
            return node
        return replace(node, text=text, image=image)

    title, nodes = masked(document.title), tuple(map(masked_node, document.nodes))
    if not any(found):
        return document
    return replace(
        document,
        title=title,
        nodes=nodes,
        emails_replaced=found[0],
        phones_replaced=found[1],
        ip_addresses_replaced=found[2],
    )


def _image_marked(node: Node, rules: Rules) -> Node:
    if node.image is None or node.reject_reason is not None:
        return node
    finding = page_finding(node.image, rules.settings.images)
    return node if finding is None else marked(node, *finding)


def _rejected(document: Document, finding: Finding | None) -> Document:
    if finding is None:
        return document
    return replace(document, reject_reason=finding[0], reject_value=float(finding[1]))


def _judged(
    nodes: list[Node], places: Sequence[int], rules: Rules
) -> tuple[Language, Finding | None]:
    """Find the language, then mark the paragraphs in `nodes`, and judge the text."""
    language = _language(nodes, places, rules)
    finding = _language_finding(language, rules)
    judge = rules.judge(language[0])
    if finding is None and judge is not None:
        finding = mark_paragraphs(nodes, places, judge)
    return language, finding


def _judged_before_language(
    nodes: list[Node], places: Sequence[int], rules: Rules
) -> tuple[Language, Finding | None]:
    """Judge by one language's rules first and ask for the language last, as OBELICS does."""
    judge = rules.judge("")
    assert judge is not None  # settings refuse a judge_as without a pack
    finding = mark_paragraphs(nodes, places, judge)
    language = _language(nodes, _live_texts(nodes), rules)
    return language, finding or _language_finding(language, rules)


def _language(nodes: Sequence[Node], places: Sequence[int], rules: Rules) -> Language:
    """Return the language of live paragraphs: of their prose, where there is enough."""
    asked, live = rules.settings.language, [nodes[place] for place in places]
    # A page of code, names and figures looks like many languages.
    texts = [node.text for node in live if rules.kinds[node.tag] == "prose"]
    if sum(map(len, texts)) < asked.min_prose_chars:
        texts = [node.text for node in live]
    beginning, length = [], 0
    for text in texts:
        beginning.append(text[: asked.max_chars])
        length += len(text)
        if length >= asked.max_chars:
            break
    return detect(BLANK_LINE.join(beginning), asked.max_chars)


def _language_finding(language: Language, rules: Rules) -> Finding | None:
    asked, (code, score) = rules.settings.language, language
    if code not in asked.accept and ANY_LANGUAGE not in asked.accept:
        return Reason.DOCUMENT_LANGUAGE, score
    if score < asked.min_score:
        return Reason.DOCUMENT_LANGUAGE_UNSURE, score
    if not asked.keep_without_pack and rules.judge(code) is None:
        return Reason.DOCUMENT_NO_LANGUAGE_PACK, score
    return None


def mark_images(document: Document, rules: Rules) -> Document:
    """Mark images by their bytes, which may be missing; with source "none" no rule.

    Where the policy on unsafe images says so, one of them marks the document too.
    """
    images, safety, faces = rules.settings.images, rules.settings.safety, rules.settings.faces
    if document.reject_reason is not None or images.source == "none":
        return document

    def judged(node: Node) -> Node:
        if node.image is None or node.reject_reason is not None:
            return node
        finding = bytes_finding(node.image, images) or pixels_finding(
            node.image.facts, images, safety, faces
        )
        return node if finding is None else marked(node, *finding)

    document = replace(document, nodes=tuple(map(judged, document.nodes)))
    if safety.policy != "drop_document":
        return document
    unsafe = (node for node in document.nodes if node.reject_reason is Reason.IMAGE_UNSAFE)
    worst = max((node.reject_value or 0.0 for node in unsafe), default=None)
    return _rejected(document, None if worst is None else (Reason.DOCUMENT_UNSAFE_IMAGE, worst))


def finish(document: Document, rules: Rules) -> Document:
    """Mark repeated images and spam paragraphs, put text boundaries in order, judge the document.

    Runs once exact deduplication has marked nodes.
    """
    if document.reject_reason is not None:
        return document
    found = unlicensed_marked(document.nodes, document.licence, rules.settings.licences)
    nodes = repeated_images_marked(found, rules.settings.images)
    judge = rules.judge(document.language)
    reading = None
    places = _live_texts(nodes)
    if judge is not None and places:
        reading = judge.read([nodes[place].text for place in places])
        nodes = _spam_marked(nodes, places, reading, judge.paragraphs)
        if rules.settings.images.need_text:
            mark_images_without_text(nodes)
    document = replace(document, nodes=_boundaries_in_order(nodes))
    finding = _count_finding(document, rules.settings.documents)
    if finding is None and judge is not None and reading is not None:
        changed = any(node.reject_reason in _LATE_REASONS for node in nodes)
        if judge.documents.judge_again and changed:
            finding = text_finding([nodes[place] for place in places], reading, judge)
    return _rejected(document, finding)


def final_document(document: Document, marks: Iterable[Mark]) -> Document:
    """Return a document as the last job leaves it: what is published, and what `explain` shows.

    Args:
        document: as it was written when its archive was read.
        marks: all that jobs have said of it since.
    """
    document = with_marks(document, marks)
    if document.reject_reason is not None:
        return document
    return replace(document, nodes=_boundaries_in_order(document.nodes))


def _spam_marked(
    nodes: list[Node], places: Sequence[int], reading: Reading, limits: ParagraphRules
) -> list[Node]:
    shares, page_share = reading.spam_shares()
    limit = spam_limit(page_share, limits)
    if limit is None:
        return nodes
    nodes = list(nodes)
    for place, share in zip(places, shares, strict=True):
        if share >= limit and nodes[place].tag not in limits.spam_exempt_tags:
            nodes[place] = marked(nodes[place], Reason.PARAGRAPH_SPAM_WORDS, share)
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
