"""What robots.txt in the archives says about captures of pages and their images, as marks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmc4_like.records import CandidateImage
from mmc4_like.texts.wat import LinkedPage
from webdoc.permission.archive_robots import Refusal
from webdoc.reasons import Reason


@dataclass(frozen=True, slots=True)
class PageRefusals:
    """REFUSED: a capture of a page, and what of it may not be used."""

    page_id: str  # of the capture: its file and offset
    refusals: tuple[Refusal, ...] = ()  # at least one; of the page's own URL or its images'


def heeded_page(page: LinkedPage, refusals: Sequence[Refusal]) -> LinkedPage:
    """Return a page whose live images are marked where a robots.txt refuses them, or the page."""
    said = {refusal.url for refusal in refusals}

    def marked(image: CandidateImage) -> CandidateImage:
        if image.reject_reason is not None or said.isdisjoint((page.url, image.url)):
            return image
        return replace(image, reject_reason=Reason.IMAGE_NOT_PERMITTED)

    return replace(page, images=tuple(map(marked, page.images)))
