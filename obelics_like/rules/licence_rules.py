"""The rule on licences: only what bears a named one stays, where names are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from obelics_like.rules.marks import marked
from webdoc.page.document import Image, Node
from webdoc.reasons import Reason
from webdoc.rights.licences import is_named
from webdoc.settings import setting


@dataclass(frozen=True, slots=True)
class LicenceRules:
    """Which licences are wanted, as SPDX names them, the version left out or not; none: any.

    Nobody checks whether a licence that a page names is true.
    """

    pages: tuple[str, ...] = setting(
        (),
        "Only pages with one of these licences stay; the version may be left out (CC-BY); empty:"
        " all pages.",
        source="ours",
        private=False,
    )
    images: tuple[str, ...] = setting(
        (),
        "Only images with one of these licences stay: by what the page says of the image, by its"
        " bytes, else by the licence of its page; empty: all images.",
        source="ours",
        private=False,
    )


def is_page_wanted(licence: str, rules: LicenceRules) -> bool:
    """Say whether a page's licence is one of those wanted."""
    return not rules.pages or is_named(licence, rules.pages)


def licence_of(image: Image, page_licence: str) -> str:
    """Return the licence an image stands under: as the page says, as its bytes say, its page's."""
    return image.licence or image.facts.licence or page_licence


def unlicensed_marked(
    nodes: Sequence[Node], page_licence: str, rules: LicenceRules
) -> Sequence[Node]:
    """Mark live images whose licence is none of those wanted."""
    if not rules.images:
        return nodes
    return [
        marked(node, Reason.IMAGE_LICENCE, None)
        if node.image is not None
        and node.reject_reason is None
        and not is_named(licence_of(node.image, page_licence), rules.images)
        else node
        for node in nodes
    ]
