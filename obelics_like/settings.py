"""The settings of the OBELICS path: one class, one file, the same for a laptop and a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from obelics_like.rules.alignment import ComparingSettings
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
from webdoc.balance.settings import BalanceSettings
from webdoc.clip.alignment import AlignmentRules
from webdoc.fetch.settings import FetchSettings
from webdoc.index.settings import IndexSettings
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import BudgetSettings
from webdoc.page.extract import ExtractSettings
from webdoc.renamed_settings import Renamed, refuse_old_names, with_new_names
from webdoc.run_settings import ReleaseSettings, RunSettings, SparkSettings
from webdoc.scores.scorer import OF_IMAGES, ScoreSettings
from webdoc.settings import Table, changes_of, section, setting, settings_from

_PACKAGE = "obelics_like"
_OF_MODEL = ("model", "batch", "precision", "device")  # settings that [alignment] once had
RENAMED = (
    Renamed("reading", "archives"),
    *(Renamed(f"alignment.{name}", f"clip.{name}") for name in _OF_MODEL),
)


@dataclass(frozen=True, slots=True)
class ObelicsSettings(RuleSettings):
    """Everything that a run depends on."""

    inputs: tuple[str, ...] = setting(
        (),
        "WARC, ARC, WACZ files: paths, folders, globs, lists, URLs.",
        source="the user's",
        private=True,
    )
    out: str = setting("", "The folder of the release.", source="the user's", private=True)
    preset: str = setting("default", "The settings to start from.", source="ours", private=False)
    archives: ReadSettings = section(ReadSettings, "How archives are read.")
    index: IndexSettings = section(
        IndexSettings,
        "Instead of inputs: records that an index of captures selects, read by ranges.",
    )
    extraction: ExtractSettings = section(ExtractSettings, "How a page becomes a document.")
    deduplication: DeduplicationRules = section(
        DeduplicationRules, "Which exact duplicates are marked."
    )
    repeated_ngrams: RepeatedNgramRules = section(
        RepeatedNgramRules,
        "Beside whole paragraphs, their n-grams can be counted over the pages of a domain.",
    )
    near_duplicates: NearDuplicateRules = section(
        NearDuplicateRules,
        "Which documents are near-copies, and the earlier runs that they are compared with.",
    )
    near_images: NearImageRules = section(
        NearImageRules,
        "What happens to pictures that have near-copies; copies in other files count as such.",
    )
    decontamination: DecontaminationRules = section(
        DecontaminationRules, "Lists, such as evaluation sets, whose near-copies are left out."
    )
    clip: ComparingSettings = section(
        ComparingSettings,
        "Which model compares images with their texts, and how. Only with the extra"
        " `interleaf[clip]`.",
    )
    alignment: AlignmentRules = section(
        AlignmentRules,
        "Least cosines of images and texts. Only with a CLIP model (`clip.model`). Neither"
        " OBELICS nor the default leaves anything out: the limits are cosines of one model, and"
        " the card of a release shows how they are spread"
        " ([decisions/clip.md](decisions/clip.md)).",
    )
    scores: ScoreSettings = section(
        ScoreSettings,
        "Scores of pictures and documents, and limits on them. No preset makes any; a limit is a"
        " number of one scorer, and the card of a release shows how the scores are spread.",
    )
    balance: BalanceSettings = section(
        BalanceSettings,
        "The last rule before publishing: a concept that very many documents are about keeps about"
        " `t` of them ([decisions/balance.md](decisions/balance.md)).",
    )
    fetch: FetchSettings = section(FetchSettings, "How pictures are fetched.")
    release: ReleaseSettings = section(
        ReleaseSettings, "How a release is cut into files, and what its card says of its maker."
    )
    budget: BudgetSettings = section(
        BudgetSettings, "What one page or picture may take of a worker.", private=True
    )
    errors: ErrorSettings = section(
        ErrorSettings, "What a mistake of this program on one thing does to a run.", private=True
    )
    run: RunSettings = section(
        RunSettings, "How the work is cut up. It changes nothing in a release.", private=True
    )
    spark: SparkSettings = section(
        SparkSettings, "How a session is opened when spark-submit has not done so.", private=True
    )

    def __post_init__(self) -> None:
        if self.scores.has(*OF_IMAGES) and self.images.source == "none":
            raise ValueError(
                "scores.pictures and scores.captions look at pictures, and images.source ="
                ' "none" looks at none'
            )
        if self.scores.of_vectors and not self.clip.model:
            raise ValueError(
                f"the scorer {self.scores.of_vectors[0]} looks at CLIP vectors: give"
                " clip.model, which makes them"
            )
        # By name: super() does not find its class where slots make it anew.
        RuleSettings.__post_init__(self)
        if self.images.source in ("fetch", "warc+fetch") and not self.fetch.contact.strip():
            raise ValueError(
                f'images.source = "{self.images.source}" asks the web for pictures: give '
                "fetch.contact, an address or page where the owner of a site reaches you"
            )
        if not self.clip.model and self.alignment != AlignmentRules():
            raise ValueError(
                "the limits of [alignment] are cosines of a CLIP model: give clip.model, such as "
                "ViT-B-32:openai"
            )
        if self.clip.model and self.images.source == "none":
            raise ValueError(
                'clip.model compares pictures with texts, and images.source = "none" looks '
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
    options: Table | None = None,
) -> ObelicsSettings:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Args:
        config: a TOML file; its `preset` names the preset that it changes.
        assignments: `section.key=value`.
        options: a table that wins over all others, e.g. inputs and out of a command line.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    changes = changes_of(config, assignments, options)
    refuse_old_names(changes, RENAMED)
    return settings_from(ObelicsSettings, _PACKAGE, changes)


def stored_settings(table: Table) -> ObelicsSettings:
    """Return the settings that a run stored, perhaps one of an earlier version.

    Raises:
        SettingsError: they cannot be those of this version.
    """
    return load_settings(options=with_new_names(table, RENAMED))
