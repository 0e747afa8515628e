"""What a run of either path knows of its release: the source of card, Croissant and report."""

from dataclasses import dataclass
from typing import Final

from webdoc.reasons import KEPT, WITHOUT_IMAGE, FunnelRow
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.release.exporter import Exporter
from webdoc.release.figures import Level, levels_of
from webdoc.release.files import ReleaseFile, folder_size
from webdoc.release.picture_grid import PictureGrid
from webdoc.release.publication import NOT_SAID, Publication
from webdoc.release.run_comparison import Comparison
from webdoc.release.spread import Histogram, NameCounts

BYTES_A_TOKEN: Final = 4  # the usual rule of thumb for English and byte-pair encodings


@dataclass(frozen=True, slots=True)
class PictureChecks:
    """Which models looked at pictures for what a reader must know of."""

    safety_model: str = ""  # that left out unsafe pictures; "": none did
    face_model: str = ""  # that looked for faces; "": none did
    faces: tuple[tuple[int, int], ...] = ()  # published pictures by faces shown: (faces, pictures)
    texts: str = "Lists of words leave out some pornographic text"  # what was done about texts
    left_out: str = ""  # a sentence: which pictures with faces were left out; "": none for them

    @property
    def images(self) -> int:
        """How many published pictures were looked at."""
        return sum(count for _, count in self.faces)

    @property
    def with_faces(self) -> int:
        """How many of them show a face."""
        return sum(count for faces, count in self.faces if faces)

    @property
    def found(self) -> int:
        """How many faces they show in all."""
        return sum(faces * count for faces, count in self.faces)


@dataclass(frozen=True, slots=True)
class PermissionFacts:
    """Which signs of permission were heeded, and what they left out."""

    signals: tuple[str, ...]
    lists: bool  # whether lists of those who opted out were given
    # Who said no: (document or image, sign of webdoc.permission.signs, how many), most first.
    refusals: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """Everything that the releases of both paths say in the same words."""

    name: str  # of the dataset, as it is
    description: str  # a sentence or two, for machines
    licence: str
    version: str  # of interleaf
    preset: str
    settings: str  # TOML, as published
    files: tuple[ReleaseFile, ...]  # in the folders of the exporters
    outputs: tuple[Exporter, ...]  # that the path may write; those without files are not named
    funnel: tuple[FunnelRow, ...]
    notes: tuple[str, ...]  # rules that could not run, and why
    languages: tuple[tuple[str, int], ...]  # of published documents, most frequent first
    domains: tuple[tuple[str, int], ...]  # likewise, the top 20
    permission: PermissionFacts
    checks: PictureChecks
    alignment: AlignmentFacts | None  # None where images were not compared with texts
    has_archives: bool  # whether archive files were read, which archives.csv lists
    personal_data: str = ""  # what was replaced in texts, in sentences; "": nothing was looked for
    histograms: tuple[Histogram, ...] = ()  # of what the rules measured
    counted: tuple[NameCounts, ...] = ()  # months, formats, hosts of what was kept
    grids: tuple[PictureGrid, ...] = ()  # pictures that were kept, and some of each reason
    comparison: Comparison | None = None  # with another run; None: with none
    publication: Publication = NOT_SAID
    period: tuple[str, str] = ("", "")  # the first and last month of a capture, 2024-05
    language_errors: str = ""  # how languages were told, and where errors are likely; sentences

    @property
    def written(self) -> tuple[Exporter, ...]:
        """The exporters that wrote files."""
        return tuple(out for out in self.outputs if folder_size(self.files, out.folder).files)

    @property
    def shown(self) -> tuple[Exporter, ...]:
        """The exporters that the card tells of: the first one always, for it has the documents."""
        return tuple(out for out in self.outputs if out == self.outputs[0] or self.has(out))

    def has(self, output: Exporter) -> bool:
        """Tell whether an exporter wrote files."""
        return output in self.written

    @property
    def levels(self) -> tuple[Level, ...]:
        """The funnel, level by level."""
        return levels_of(self.funnel)

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of the published texts."""
        levels = {row.level for row in self.funnel}
        level = "sentence" if "sentence" in levels else "text"
        return sum(
            row.text_bytes
            for row in self.funnel
            if row.level == level and row.reason in (KEPT, WITHOUT_IMAGE)
        )

    @property
    def tokens(self) -> int:
        """An estimate: a token for four bytes of text, rounded to two digits."""
        tokens = self.text_bytes // BYTES_A_TOKEN
        return round(tokens, 2 - len(str(tokens)))

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages of the documents, as far as they are known."""
        return tuple(code for code, _ in self.languages if code)
