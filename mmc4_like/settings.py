"""The settings of the MMC4 path: one class, one file, the same for a laptop and a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from mmc4_like.rules.document_rules import DocumentRules
from mmc4_like.rules.image_rules import ImageRules
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.texts.sentences import SentenceSettings
from mmc4_like.texts.texts import TextSettings
from mmc4_like.texts.wat import WatSettings
from webdoc.archive.reader import ReadSettings
from webdoc.clip.alignment import AlignmentRules
from webdoc.clip.model import ClipSettings
from webdoc.clip.nearest_vectors import NearestSettings
from webdoc.fetch.settings import FetchSettings
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import BudgetSettings
from webdoc.page.extract import ExtractSettings
from webdoc.permission.signs import PermissionSettings
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import PictureModels
from webdoc.picture.safety import SafetySettings
from webdoc.run_settings import ReleaseSettings, RunSettings, SparkSettings
from webdoc.settings import Table, settings_from

_NAME = "interleaved-texts-and-images"


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What every rule goes by; one TOML section a field. Sources: docs/decisions/mmc4_rules.md."""

    sentences: SentenceSettings = field(default_factory=SentenceSettings)
    links: WatSettings = field(default_factory=WatSettings)
    images: ImageRules = field(default_factory=ImageRules)
    placement: PlacementSettings = field(default_factory=PlacementSettings)
    documents: DocumentRules = field(default_factory=DocumentRules)
    alignment: AlignmentRules = field(default_factory=AlignmentRules)


@dataclass(frozen=True, slots=True)
class Mmc4Settings(RuleSettings):
    """Everything that a run depends on, in one TOML file."""

    texts: tuple[str, ...] = ()  # JSONL, Parquet, plain text: paths, folders, globs, lists, URLs
    pages: tuple[str, ...] = ()  # WARC or WAT files with the pages of the texts
    pool: tuple[str, ...] = ()  # IMAGES tables or folders of pictures
    given: tuple[str, ...] = ()  # tables document -> images
    out: str = ""  # folder of the release
    preset: str = "default"
    reading: TextSettings = field(default_factory=TextSettings)
    from_vectors: str = ""  # folder of a finished run, whose candidates are placed again
    archives: ReadSettings = field(default_factory=ReadSettings)
    extraction: ExtractSettings = field(default_factory=ExtractSettings)  # images of WARC pages
    safety_model: Literal["", "opennsfw"] = ""  # scores pictures for images.max_nsfw; an extra
    fetch_images: bool = False  # get from the web what no archive holds; needs fetch.contact
    fetch: FetchSettings = field(default_factory=FetchSettings)
    permission: PermissionSettings = field(default_factory=PermissionSettings)
    neighbours: NearestSettings = field(default_factory=NearestSettings)  # of a text in the pool
    clip: ClipSettings = field(default_factory=ClipSettings)
    release: ReleaseSettings = field(default_factory=lambda: ReleaseSettings(name=_NAME))
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    errors: ErrorSettings = field(default_factory=ErrorSettings)
    run: RunSettings = field(default_factory=RunSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    @property
    def tables_from(self) -> str:
        """The run whose candidates and pictures are used: this one, unless it places again."""
        return self.from_vectors or self.out

    def picture_models(self) -> PictureModels:
        """Load what looks at the bytes of pictures; only pictures that the rules keep are scored.

        Raises:
            ValueError: the extra of a model is not installed.
        """
        faces = FaceSettings(model=self.images.face_model)
        if self.images.max_face is not None:  # what is listed is what the rule goes by
            faces = replace(faces, min_score=self.images.max_face)
        return PictureModels.load(self.images, SafetySettings(model=self.safety_model), faces)


def load_settings(
    config: str | Path | None = None,
    assignments: Sequence[str] = (),
    given: Table | None = None,
) -> Mmc4Settings:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return settings_from(Mmc4Settings, "mmc4_like", config, assignments, given)
