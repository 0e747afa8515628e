"""The settings of the MMC4 path: one class, one file, the same for a laptop and a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmc4_like.document_rules import DocumentRules
from mmc4_like.image_rules import ImageRules
from mmc4_like.placement import PlacementSettings
from mmc4_like.sentences import SentenceSettings
from mmc4_like.texts import TextSettings
from mmc4_like.wat import WatSettings
from webdoc.alignment import AlignmentRules
from webdoc.presets import settings_from
from webdoc.settings import Table


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
    """Everything that a run depends on."""

    texts: tuple[str, ...] = ()  # JSONL, Parquet, plain text: paths, folders, globs, lists, URLs
    pages: tuple[str, ...] = ()  # WARC or WAT files with the pages of the texts
    pool: tuple[str, ...] = ()  # IMAGES tables or folders of pictures
    given: tuple[str, ...] = ()  # tables document -> images
    out: str = ""  # folder of the release
    preset: str = "default"
    reading: TextSettings = field(default_factory=TextSettings)


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
