"""The settings of the MMC4 path: one class, one file, the same for a laptop and a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmc4_like.rules.document_rules import DocumentRules
from mmc4_like.rules.image_rules import DEFAULT_SAFETY, ImageRules
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
from webdoc.picture.look import PictureModels
from webdoc.picture.safety import SafetySettings
from webdoc.renamed_settings import Renamed, refuse_old_names, with_new_names
from webdoc.run_settings import ReleaseSettings, RunSettings, SparkSettings
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import Table, changes_of, merged, section, setting, settings_from

_NAME = "interleaved-texts-and-images"


def _from_max_nsfw(value: Any) -> Mapping[str, Any]:
    return {"safety.policy": "keep"} if value == "none" else {"safety.max_score": value}


def _from_max_face(value: Any) -> Mapping[str, Any]:
    is_off = value == "none"
    return (
        {"faces.max_faces": "none"} if is_off else {"faces.min_score": value, "faces.max_faces": 0}
    )


RENAMED = (
    Renamed("reading", "text_files"),
    Renamed("safety_model", "safety.model"),
    Renamed("images.max_nsfw", "safety.max_score", _from_max_nsfw),
    Renamed("images.face_model", "faces.model"),
    Renamed("images.max_face", "faces.max_faces", _from_max_face),
    Renamed(
        "fetch_images",
        "images.source",
        lambda value: {"images.source": "warc+fetch" if value else "warc"},
    ),
)


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What every rule goes by; one TOML section a field."""

    sentences: SentenceSettings = section(SentenceSettings, "How texts are cut.")
    links: WatSettings = section(WatSettings, "Which links of a WAT record are images.")
    images: ImageRules = section(
        ImageRules,
        'When an image is left out. Near pictures: MMC4 keeps "one copy" of a cluster. We keep'
        " the largest, then the first, and a picture goes only if it is near to one that stays"
        ". All rules run before this one, so that no picture stays out for the sake of"
        " one that goes.",
    )
    safety: SafetySettings = section(
        lambda: DEFAULT_SAFETY,
        "Which model looks for pornography, and from which score on a picture is left out. Only"
        " with the extra `interleaf[safety]`. Pictures that the rules on format and size leave out"
        " are not scored; one without a score passes.",
    )
    faces: FaceSettings = section(
        FaceSettings,
        "Which model finds faces, and what follows from their number. Only with the extra"
        " `interleaf[safety]`. An image that nobody looked at passes.",
    )
    placement: PlacementSettings = section(
        PlacementSettings,
        "How images are placed. The limits are cosines of one model, in [-1, 1]. Those of another"
        " lie elsewhere: a small model may have 0.1 where ViT-L/14 has 0.25. Look at the"
        " distribution on the card of a release before believing one. An image that stays out"
        " counts as one at the limit: the sum over placed images of similarity - min_similarity is"
        " what `assignment` makes largest.",
    )
    scores: ScoreSettings = section(
        ScoreSettings,
        "Scores of pictures and documents, and limits on them. No preset makes any; a limit is a"
        " number of one scorer, and the card of a release shows how the scores are spread.",
    )
    documents: DocumentRules = section(DocumentRules, "When a document is left out.")
    alignment: AlignmentRules = section(
        AlignmentRules,
        "Least cosines of images and their captions, by the model of the run; the rules look at"
        " the best of an image's texts ([decisions/clip.md](decisions/clip.md)). What an image"
        " breaks is `unplaced_alignment`, what a document breaks `document_alignment`.",
    )

    def __post_init__(self) -> None:
        self.scores.check_without_vectors()
        if self.safety.policy == "drop_document":
            raise ValueError(
                'safety.policy = "drop_document" is of the OBELICS path: '
                'give "drop_image" or "keep"'
            )


@dataclass(frozen=True, slots=True)
class Mmc4Settings(RuleSettings):
    """Everything that a run depends on, in one TOML file."""

    texts: tuple[str, ...] = setting(
        (),
        "JSONL, Parquet, plain text: paths, folders, globs, lists, URLs; of WARC files the main"
        " text.",
        source="the user's",
        private=True,
    )
    pages: tuple[str, ...] = setting(
        (), "WARC or WAT files with the pages of the texts.", source="the user's", private=True
    )
    pool: tuple[str, ...] = setting(
        (), "IMAGES tables or folders of pictures.", source="the user's", private=True
    )
    given: tuple[str, ...] = setting(
        (), "Tables document -> images.", source="the user's", private=True
    )
    out: str = setting("", "The folder of the release.", source="the user's", private=True)
    preset: str = setting("default", "The settings to start from.", source="ours", private=False)
    text_files: TextSettings = section(
        TextSettings,
        "How a text corpus is read. A column may lie inside another one: metadata.url.",
    )
    from_vectors: str = setting(
        "",
        "The folder of a finished run, whose candidates are placed again.",
        source="the user's",
        private=True,
    )
    archives: ReadSettings = section(ReadSettings, "How archives are read.")
    extraction: ExtractSettings = section(
        ExtractSettings, "How a page becomes a document, for the images of WARC pages."
    )
    fetch: FetchSettings = section(FetchSettings, "How pictures are fetched.")
    permission: PermissionSettings = section(PermissionSettings, "Which signs bind us.")
    neighbours: NearestSettings = section(
        NearestSettings,
        "How many pictures of the pool are candidates of a text, and how that work is cut up; the"
        " cut changes nothing in the result.",
    )
    clip: ClipSettings = section(ClipSettings, "Which model makes the vectors, and how.")
    release: ReleaseSettings = section(
        lambda: ReleaseSettings(name=_NAME),
        "How a release is cut into files, and what its card says of its maker.",
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

    @property
    def tables_from(self) -> str:
        """The run whose candidates and pictures are used: this one, unless it places again."""
        return self.from_vectors or self.out

    @property
    def fetches(self) -> bool:
        """Whether what no archive holds is got from the web."""
        return self.images.source == "warc+fetch"

    def picture_models(self) -> PictureModels:
        """Load what looks at the bytes of pictures; only pictures that the rules keep are scored.

        Raises:
            ValueError: the extra of a model is not installed.
        """
        return PictureModels.load(self.images, self.safety, self.faces)


def load_settings(
    config: str | Path | None = None,
    assignments: Sequence[str] = (),
    options: Table | None = None,
) -> Mmc4Settings:
    """Build settings from a preset, then a file, then assignments, then what a caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    changes = changes_of(config, assignments, options)
    refuse_old_names(changes, RENAMED)
    return settings_from(Mmc4Settings, "mmc4_like", changes)


def stored_settings(table: Table) -> Mmc4Settings:
    """Return the settings that a run stored, perhaps one of an earlier version.

    Raises:
        SettingsError: they cannot be those of this version.
    """
    return load_settings(options=stored_table(table))


def stored_table(table: Table) -> Table:
    """Return the settings that a run stored under the names of this version."""
    result = with_new_names(table, RENAMED)
    if not result.get("faces", {}).get("model"):  # a limit without a model did nothing once
        result = merged(result, {"faces": {"max_faces": "none"}})
    return result
