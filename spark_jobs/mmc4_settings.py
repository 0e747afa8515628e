"""The settings of a run of the MMC4 path: those of its rules, and what jobs need beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal

from mmc4_like.settings import Mmc4Settings
from obelics_like.extract import ExtractSettings
from obelics_like.image_rules import ImageRules
from obelics_like.rules_settings import RuleSettings
from obelics_like.settings import ReleaseSettings, RunSettings, SparkSettings
from webdoc.clip import ClipSettings
from webdoc.faces import FaceSettings
from webdoc.fetch_settings import FetchSettings
from webdoc.nearest import NearestSettings
from webdoc.permission import PermissionSettings
from webdoc.presets import settings_from
from webdoc.safety import SafetySettings
from webdoc.settings import Table
from webdoc.warc import ReadSettings

_NAME = "interleaved-texts-and-images"


@dataclass(frozen=True, slots=True)
class Mmc4Run(Mmc4Settings):
    """Everything that a run depends on, in one TOML file."""

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
    run: RunSettings = field(default_factory=RunSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    @property
    def tables_from(self) -> str:
        """The run whose candidates and pictures are used: this one, unless it places again."""
        return self.from_vectors or self.out

    @property
    def picture_rules(self) -> RuleSettings:
        """What the OBELICS path needs to know to look at pages and pictures."""
        faces = FaceSettings(model=self.images.face_model)
        if self.images.max_face is not None:  # what is listed is what the rule goes by
            faces = replace(faces, min_score=self.images.max_face)
        shared = {f.name for f in fields(ImageRules)} & {f.name for f in fields(self.images)}
        return RuleSettings(
            # Only pictures that the rules on format and size keep are scored.
            images=ImageRules(**{name: getattr(self.images, name) for name in shared}),
            permission=self.permission,
            safety=SafetySettings(model=self.safety_model),
            faces=faces,
        )


def load_settings(
    config: str | Path | None = None,
    assignments: Sequence[str] = (),
    given: Table | None = None,
) -> Mmc4Run:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return settings_from(Mmc4Run, "mmc4_like", config, assignments, given)
