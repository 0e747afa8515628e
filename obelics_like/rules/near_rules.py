"""The settings of near-duplicates and of lists to leave out."""

from dataclasses import dataclass

from webdoc.duplicates.near_duplicates import (
    NearImageSettings,
    NearTextSettings,
    RepeatedNgramSettings,
)
from webdoc.settings import setting


@dataclass(frozen=True, slots=True)
class NearDuplicateRules(NearTextSettings):
    """Which documents are near-copies, and the earlier runs that they are compared with."""

    texts: bool = setting(
        True, "Whether near-copies are looked for at all.", source="OBELICS paper, appendix A.1"
    )
    earlier: tuple[str, ...] = setting(
        (), "Folders of finished runs.", source="ours: folders of earlier runs", private=True
    )

    def __post_init__(self) -> None:
        # By name: super() does not find its class where slots make it anew.
        NearTextSettings.__post_init__(self)
        if self.earlier and not self.texts:
            raise ValueError("earlier runs are compared by their texts: set texts = true")
        if self.earlier and self.verification == "exact":
            raise ValueError(
                "exact verification would need the texts of all earlier runs, which are not kept: "
                'take verification = "estimate" beside earlier'
            )


@dataclass(frozen=True, slots=True)
class NearImageRules(NearImageSettings):
    """What happens to pictures that have near-copies; copies in other files count as such."""

    max_occurrences: int | None = setting(
        10,
        "A picture that stands more often with its near-copies goes everywhere.",
        source="as `deduplication.max_image_occurrences`",
        differs="OBELICS counts URLs; here a picture counts with its copies and near-copies.",
    )
    in_document: bool = setting(
        True,
        "Whether of near-copies in one document only the largest stays.",
        source="MMC4 paper (arXiv:2304.06939)",
        differs="OBELICS compares URLs only.",
    )

    def __post_init__(self) -> None:
        NearImageSettings.__post_init__(self)
        if self.max_occurrences is not None and self.max_occurrences < 1:
            raise ValueError("max_occurrences must be 1 or more, or none")

    @property
    def needs_clusters(self) -> bool:
        """Whether any of its rules is on."""
        return self.in_document or self.max_occurrences is not None


@dataclass(frozen=True, slots=True)
class RepeatedNgramRules(RepeatedNgramSettings):
    """Whether paragraphs are compared by n-grams too, not only as a whole."""

    enabled: bool = setting(
        False,
        "Whether paragraphs are compared by n-grams too, not only as a whole.",
        source="ours; it shuffles a row for every n-gram, many times the text",
    )


@dataclass(frozen=True, slots=True)
class DecontaminationRules:
    """Lists, such as evaluation sets, whose near-copies are left out."""

    texts: tuple[str, ...] = setting(
        (),
        "Lists: .jsonl, .parquet, or .txt with one text a line.",
        source="ours: the user brings the lists",
        private="folders",
    )
    text_column: str = setting("text", "Of JSONL and Parquet.", source="ours", private=False)
    min_similarity: float = setting(
        0.8,
        "Jaccard similarity of whole texts, in (0, 1].",
        source="as `near_duplicates.minhash.threshold`",
    )
    min_recall: float = setting(
        0.95,
        "Of documents exactly at min_similarity, in [0, 1).",
        source="ours: bands follow from it; 0.9 in similarity is found to 0.99 and more",
    )
    images: tuple[str, ...] = setting(
        (),
        "Lists: folders of pictures, or .txt with one hash a line.",
        source="ours: the user brings the lists",
        private="folders",
    )
    max_distance: int = setting(
        5,
        "Bits of 64 in which perceptual hashes may differ.",
        source="as `near_images.distance`",
    )

    def __post_init__(self) -> None:
        if not 0 < self.min_similarity <= 1:
            raise ValueError("min_similarity must be above 0 and at most 1")
        if not 0 <= self.min_recall < 1:
            raise ValueError("min_recall must be 0 or more and below 1")
        NearImageSettings(self.max_distance)  # says what cannot be
