"""What the examples in the reports of both corpora are built of."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

Pictures = Mapping[str, str]  # sha256 -> data: URI
_NODES_OF_ALL: Final = 5_000  # of all documents together, so that the page opens at once
_FEWEST_NODES: Final = 8  # of one document
_DOC_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ExampleLimits:
    """How much of the examples a report shows, so that a browser opens it at once."""

    max_documents: int = 1_000
    max_nodes: int = 80  # of one document
    max_text_chars: int = 600  # of one paragraph
    max_line_chars: int = 300  # of a title, a URL or an alt text
    max_picture_bytes: int = 8_000_000  # of all pictures, as they stand in the page

    def __post_init__(self) -> None:
        if min(self.max_documents, self.max_nodes, self.max_text_chars, self.max_line_chars) < 1:
            raise ValueError("a report shows 1 or more documents, nodes and characters")
        if self.max_picture_bytes < 0:
            raise ValueError("max_picture_bytes must be 0 or more")

    def shared_by(self, documents: int) -> "ExampleLimits":
        """Return the limits where so many documents are shown: of many, less of each.

        >>> [ExampleLimits().shared_by(n).max_nodes for n in (1, 60, 100, 1000)]
        [80, 80, 50, 8]
        """
        most = max(_FEWEST_NODES, _NODES_OF_ALL // max(documents, 1))
        return replace(self, max_nodes=min(self.max_nodes, most))


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


@dataclass(frozen=True, slots=True)
class FoundBy:
    """By what a person finds one example in the report."""

    doc_id: str
    reasons: tuple[str, ...]  # of the document ("kept" where it has none) and of its parts
    language: str
    domain: str
    scores: tuple[tuple[str, float], ...]  # (name, value), as far as they are known

    @property
    def anchor(self) -> str:
        """The name of its place in the page; "" where its id is none of ours."""
        return f"d-{self.doc_id}" if _DOC_ID.fullmatch(self.doc_id) else ""

    @property
    def explain(self) -> str:
        """What to type to see its whole way, in the folder of the report."""
        return f"interleaf explain . {self.doc_id}" if self.anchor else ""

    @property
    def scores_json(self) -> str:
        """The scores for the script of the report."""
        return json.dumps({name: round(value, 4) for name, value in self.scores})


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter of a report offers."""

    reasons: tuple[str, ...]
    languages: tuple[str, ...]
    domains: tuple[str, ...]
    scores: tuple[str, ...]


def choices_of(examples: Iterable[FoundBy]) -> Choices:
    """Return what the examples can be filtered by; each list in order."""
    rows = list(examples)
    return Choices(
        _sorted(reason for row in rows for reason in row.reasons),
        _sorted(row.language for row in rows),
        _sorted(row.domain for row in rows),
        tuple(dict.fromkeys(name for row in rows for name, _ in row.scores)),
    )


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
