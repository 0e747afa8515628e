"""What a finished run knows about itself: the one source of card, Croissant file and report."""

from dataclasses import dataclass

from obelics_like.records import Document
from obelics_like.settings import ObelicsSettings
from webdoc.alignment_spread import AlignmentFacts
from webdoc.funnel import FunnelRow


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of the release."""

    path: str  # relative to the release, with / between folders
    rows: int  # 0 for a file that is no table
    size_bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a number is spread over the kept documents."""

    name: str  # "images in a document", ...
    at_most: tuple[int, ...]  # upper ends of the classes, rising; the last class has none
    counts: tuple[int, ...]  # one more than at_most


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Everything that card, Croissant file and report say."""

    settings: ObelicsSettings
    version: str  # of interleaf
    files: tuple[ReleaseFile, ...]  # data/*.parquet and images/*.parquet
    funnel: tuple[FunnelRow, ...]
    notes: tuple[str, ...]  # rules that could not run, and why
    languages: tuple[tuple[str, int], ...]  # of kept documents, most frequent first
    domains: tuple[tuple[str, int], ...]  # likewise, the top 20
    distributions: tuple[Distribution, ...]
    examples: tuple[Document, ...]  # some kept and some rejected, every node with its reason
    # Who said no: (document or image, sign of webdoc.permission, how many), most frequent first.
    refusals: tuple[tuple[str, str, int], ...] = ()
    alignment: AlignmentFacts | None = None  # None where images were not compared with texts
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # (sha256, small JPEG) for images of examples
    # Published images by the faces they show, where faces.model counted: (faces, images), rising.
    faces: tuple[tuple[int, int], ...] = ()
