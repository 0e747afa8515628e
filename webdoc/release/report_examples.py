"""What the examples in the reports of both corpora are built of."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
