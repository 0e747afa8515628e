"""What the examples in the reports of both corpora are built of."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webdoc.release.escaping import html_text, shortened

Pictures = Mapping[str, str]  # sha256 -> data: URI


@dataclass(frozen=True, slots=True)
class ExampleLimits:
    """How much of the examples a report shows, so that a browser opens it at once."""

    max_documents: int = 60
    max_nodes: int = 80  # of one document
    max_text_chars: int = 600  # of one paragraph
    max_line_chars: int = 300  # of a title, a URL or an alt text
    max_picture_bytes: int = 6_000_000  # of all pictures, as they stand in the page

    def __post_init__(self) -> None:
        if min(self.max_documents, self.max_nodes, self.max_text_chars, self.max_line_chars) < 1:
            raise ValueError("a report shows 1 or more documents, nodes and characters")
        if self.max_picture_bytes < 0:
            raise ValueError("max_picture_bytes must be 0 or more")


def pictures_within(
    uses: Iterable[str], thumbnails: Iterable[tuple[str, bytes]], limits: ExampleLimits
) -> Pictures:
    """Return the pictures that fit into the page, counted as often as they are shown.

    Args:
        uses: sha256 of each picture, each time it is shown.
        thumbnails: (sha256, JPEG).
        limits: the sum of their bytes.
    """
    counts = Counter(uses)
    left, pictures = limits.max_picture_bytes, {}
    for sha256, jpeg in thumbnails:
        uri = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
        cost = len(uri) * counts[sha256]
        if 0 < cost <= left:
            pictures[sha256] = uri
            left -= cost
    return pictures


def figure_html(
    picture: str | None, alt_text: str, facts: str, address: str, limits: ExampleLimits
) -> str:
    """Return a picture with what is known of it.

    Args:
        picture: a data: URI; None where it is not shown.
        alt_text: of the page, as it is.
        facts: a line of HTML.
        address: as it is.
        limits: of the length of lines.
    """
    alt = line_html(alt_text, limits)
    said = f'<bdi class="alt">{alt}</bdi>' if alt else "no alt text"
    if picture:
        # The alt text stands below, where everybody can read it.
        inner = f'<img src="{picture}" alt="{alt or "image without alt text"}" loading="lazy">'
    else:
        inner = '<div class="box">Image, not shown here</div>'
    return (
        f"<figure>{inner}<figcaption>{said}<br>{facts}"
        f"<br><bdi>{line_html(address, limits) or 'no URL'}</bdi></figcaption></figure>"
    )


def line_html(text: str, limits: ExampleLimits) -> str:
    """Return a text as one line of HTML, cut where it is long."""
    start, left_out = shortened(" ".join(text.split()), limits.max_line_chars)
    return html_text(start) + (f" … {left_out:,} more characters" if left_out else "")
