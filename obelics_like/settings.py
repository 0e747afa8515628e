"""The settings of the OBELICS path: one class, one file, the same for a laptop and a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from obelics_like.rules.alignment import AlignmentSettings
from obelics_like.rules.exact_duplicates import DeduplicationRules
from obelics_like.rules.near_rules import (
    DecontaminationRules,
    NearDuplicateRules,
    NearImageRules,
    RepeatedNgramRules,
)
from obelics_like.rules.settings import RuleSettings
from webdoc import settings as table_settings
from webdoc.archive.reader import ReadSettings
from webdoc.fetch.settings import FetchSettings
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import BudgetSettings
from webdoc.page.extract import ExtractSettings
from webdoc.run_settings import ReleaseSettings, RunSettings, SparkSettings
from webdoc.settings import Table

_PACKAGE = "obelics_like"


@dataclass(frozen=True, slots=True)
class ObelicsSettings(RuleSettings):
    """Everything that a run depends on."""

    inputs: tuple[str, ...] = ()  # WARC, ARC, WACZ files: paths, folders, globs, lists, URLs
    out: str = ""  # folder of the release
    preset: str = "default"
    reading: ReadSettings = field(default_factory=ReadSettings)
    extraction: ExtractSettings = field(default_factory=ExtractSettings)
    deduplication: DeduplicationRules = field(default_factory=DeduplicationRules)
    repeated_ngrams: RepeatedNgramRules = field(default_factory=RepeatedNgramRules)
    near_duplicates: NearDuplicateRules = field(default_factory=NearDuplicateRules)
    near_images: NearImageRules = field(default_factory=NearImageRules)
    decontamination: DecontaminationRules = field(default_factory=DecontaminationRules)
    alignment: AlignmentSettings = field(default_factory=AlignmentSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    errors: ErrorSettings = field(default_factory=ErrorSettings)
    run: RunSettings = field(default_factory=RunSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        # By name: super() does not find its class where slots make it anew.
        RuleSettings.__post_init__(self)
        if self.images.source in ("fetch", "warc+fetch") and not self.fetch.contact.strip():
            raise ValueError(
                f'images.source = "{self.images.source}" asks the web for pictures: give '
                "fetch.contact, an address or page where the owner of a site reaches you"
            )
        if self.alignment.model and self.images.source == "none":
            raise ValueError(
                'alignment.model compares pictures with texts, and images.source = "none" looks '
                "at no pictures"
            )


def preset_names() -> list[str]:
    """Return the names of the presets that come with the package."""
    return table_settings.preset_names(_PACKAGE)


def preset_table(name: str) -> Table:
    """Return the table of a preset.

    Raises:
        SettingsError: no preset of that name.
    """
    return table_settings.preset_table(_PACKAGE, name)


def load_settings(
    config: str | Path | None = None,
    assignments: Sequence[str] = (),
    given: Table | None = None,
) -> ObelicsSettings:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Args:
        config: a TOML file; its `preset` names the preset that it changes.
        assignments: `section.key=value`.
        given: a table that wins over all others, e.g. inputs and out of a command line.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return table_settings.settings_from(ObelicsSettings, _PACKAGE, config, assignments, given)
