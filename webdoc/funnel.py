"""The funnel of a run: how many things of each kind each reason took."""

from dataclasses import dataclass

KEPT = "kept"
IN_REJECTED_DOCUMENT = "in_rejected_document"  # the node itself broke no rule
LINKS = "links"  # a record of a WAT file: the image links of a page
# Levels of what a user offers: a run may have none, and they are not published.
OFFERED_LEVELS = ("pool_image", "given_image")
WITHOUT_IMAGE = "without_image"  # a sentence that is published, beside no image


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """FUNNEL: one reason at one level. The counts of a level add up to all there was."""

    level: str  # record, pool_image, given_image, document, text, sentence, image
    reason: str  # "kept", a reason, or "in_rejected_document"
    count: int
    words: int = 0  # of the texts counted here, divided at white space
    text_bytes: int = 0  # likewise, in UTF-8
