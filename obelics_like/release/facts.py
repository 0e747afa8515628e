"""What a finished run knows about itself: the one source of card, Croissant file and report."""

from dataclasses import dataclass

from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document
from webdoc.reasons import FunnelRow
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.release.files import Distribution, ReleaseFile


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
    # Who said no: (document or image, sign of webdoc.permission.signs, how many), most first.
    refusals: tuple[tuple[str, str, int], ...] = ()
    alignment: AlignmentFacts | None = None  # None where images were not compared with texts
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # (sha256, small JPEG) for images of examples
    # Published images by the faces they show, where faces.model counted: (faces, images), rising.
    faces: tuple[tuple[int, int], ...] = ()
