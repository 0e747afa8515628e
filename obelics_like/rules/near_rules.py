"""The settings of near-duplicates and of lists to leave out. Sources: docs/sources.md."""

from dataclasses import dataclass

from webdoc.duplicates.near_duplicates import (
    NearImageSettings,
    NearTextSettings,
    RepeatedNgramSettings,
)


@dataclass(frozen=True, slots=True)
class NearDuplicateRules(NearTextSettings):
    """Which documents are near-copies, and the earlier runs that they are compared with."""

    texts: bool = True  # whether near-copies are looked for at all
    earlier: tuple[str, ...] = ()  # --out folders of finished runs

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

    max_occurrences: int | None = 10  # of a picture and its near-copies, above it all go
    in_document: bool = True  # of near-copies in one document only the largest stays

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

    enabled: bool = False  # it shuffles many times the text


@dataclass(frozen=True, slots=True)
class DecontaminationRules:
    """Lists, such as evaluation sets, whose near-copies are left out."""

    texts: tuple[str, ...] = ()  # .jsonl, .parquet, or .txt with one text a line
    text_column: str = "text"  # of JSONL and Parquet
    min_similarity: float = 0.8  # Jaccard of whole texts, (0, 1]
    min_recall: float = 0.95  # of documents exactly at min_similarity; [0, 1)
    images: tuple[str, ...] = ()  # folders of pictures, or .txt with one hash a line
    max_distance: int = 5  # bits of 64 in which perceptual hashes may differ

    def __post_init__(self) -> None:
        if not 0 < self.min_similarity <= 1:
            raise ValueError("min_similarity must be above 0 and at most 1")
        if not 0 <= self.min_recall < 1:
            raise ValueError("min_recall must be 0 or more and below 1")
        NearImageSettings(self.max_distance)  # says what cannot be
