"""Exact duplicates: by which keys pages, paragraphs and images are counted over the corpus."""

from dataclasses import dataclass
from typing import Literal

from webdoc.settings import setting
from webdoc.url_keys import digest, host_of, registered_domain, url_key


@dataclass(frozen=True, slots=True)
class DeduplicationRules:
    """Which exact duplicates are marked."""

    urls: bool = setting(
        True,
        "Whether of several captures of a page only the newest stays.",
        source="OBELICS step 08",
    )
    normalise_urls: bool = setting(
        True,
        "Whether http and https, the fragment and the default port are passed over.",
        source="OBELICS step 08: the exact string",
        differs="http and https, a fragment and the default port name one page.",
    )
    min_paragraph_occurrences: int | None = setting(
        3,
        "A paragraph that stands so often on one domain is marked everywhere.",
        source="OBELICS step 09",
    )
    paragraph_scope: Literal["host", "domain"] = setting(
        "domain",
        "Whether www.e.org and e.org are one or two.",
        source="OBELICS step 09: `netloc`",
        differs="www.e.org and e.org share their boilerplate.",
    )
    max_image_occurrences: int | None = setting(
        10,
        "An image URL that stands more often in the corpus goes everywhere.",
        source="OBELICS step 06",
    )
    image_sets: bool = setting(
        True,
        "Whether of documents with the same images only the newest stays.",
        source="OBELICS step 11",
    )

    def __post_init__(self) -> None:
        if self.min_paragraph_occurrences is not None and self.min_paragraph_occurrences < 2:
            raise ValueError("min_paragraph_occurrences must be 2 or more, or none")
        if self.max_image_occurrences is not None and self.max_image_occurrences < 1:
            raise ValueError("max_image_occurrences must be 1 or more, or none")


def paragraph_domain(url: str, rules: DeduplicationRules) -> str:
    """Return the domain of a page on which its paragraphs are counted."""
    host = host_of(url)
    return host if rules.paragraph_scope == "host" else registered_domain(host)


def page_key(url: str, rules: DeduplicationRules) -> str:
    """Return what captures of one page share."""
    return digest(url_key(url) if rules.normalise_urls else url)


def paragraph_key(domain: str, text: str) -> bytes:
    """Return what equal paragraphs of one domain share, 16 bytes."""
    return bytes.fromhex(digest(f"{domain}\n{text}"))


def image_key(url: str) -> bytes:
    """Return what images of one URL share, 16 bytes."""
    return bytes.fromhex(digest(url))
