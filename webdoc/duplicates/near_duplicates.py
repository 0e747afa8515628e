"""Near-duplicates: the rows of their tables, and what decides about them."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from webdoc.duplicates.minhash import MinHashSettings, fingerprint, signature
from webdoc.duplicates.shingles import ShingleSettings, shingles
from webdoc.picture.near_hashes import masks
from webdoc.settings import section, setting


@dataclass(frozen=True, slots=True)
class NearTextSettings:
    """When two documents are near-copies, and which one stays.

    A bucket holds the documents that share one band. Up to max_full_bucket of them are all
    compared with each other. In a larger one each is compared with its first document and with
    the bucket_links next ones, in the order of their next band: so the pairs of a bucket grow
    with its documents, not with their square, and documents alike in two bands stand together.
    """

    minhash: MinHashSettings = section(
        MinHashSettings, "How signatures are made and which of them become candidates."
    )
    verification: Literal["estimate", "exact"] = setting(
        "estimate",
        "How a candidate is verified: by its signature, or exactly, which reads the texts again.",
        source="ours",
        differs="16 values cannot verify; 128 can (a standard deviation of 0.035 at 0.8) without"
        " reading texts again.",
    )
    keep: Literal["newest", "longest", "first"] = setting(
        "newest",
        "Which of near-copies stays; ties: the smallest doc_id.",
        source="ours: of near-copies under different URLs the excerpt goes",
    )
    published_stay: bool = setting(
        True,
        "Whether documents of an earlier release stay, all of them, and new ones yield. If not, an"
        " old document may be dropped for a new one, as if both had come in one run.",
        source="ours: what is published is not taken back by a later run",
    )
    max_full_bucket: int = setting(
        64,
        "Up to so many documents of a bucket are all compared with each other.",
        source="ours: bounds the pairs",
    )
    bucket_links: int = setting(
        4,
        "In a larger bucket each is compared with its first document and so many next ones.",
        source="ours: bounds the pairs",
    )

    def __post_init__(self) -> None:
        if self.max_full_bucket < 2 or self.bucket_links < 1:
            raise ValueError("max_full_bucket must be 2 or more, bucket_links 1 or more")
        if self.bucket_links > self.max_full_bucket:
            raise ValueError("bucket_links must not be above max_full_bucket")


@dataclass(frozen=True, slots=True)
class TextSignature:
    """SIGNATURES: one row for each document, kept for the batches to come."""

    doc_id: str
    values: bytes  # uint32, little-endian, one for each permutation; empty without shingles
    set_key: str  # 32 hex digits of the set of shingles; "" without shingles
    n_shingles: int  # distinct ones
    length: int  # characters of the text
    capture_time: str  # UTC, 2024-05-18T01:58:10Z
    settings: str  # webdoc.duplicates.minhash.fingerprint


@dataclass(frozen=True, slots=True)
class NearCopy:
    """CLUSTERS: a document that has near-copies. It stays where the keeper is itself."""

    doc_id: str
    cluster_id: str  # the smallest doc_id of the cluster
    keeper: str  # doc_id of the document that stays instead
    similarity: float  # to the keeper, [0, 1]; below the threshold where others link the two


def sign(
    doc_id: str, text: str | None, capture_time: str, settings: MinHashSettings
) -> TextSignature:
    """Return the row of a document; one without words is in no cluster, and has no values."""
    text = text or ""
    hashes = shingles(text, settings.shingles)
    return TextSignature(
        doc_id,
        signature(hashes, settings).astype("<u4").tobytes() if len(hashes) else b"",
        blake2b(hashes.astype("<u8").tobytes(), digest_size=16).hexdigest() if len(hashes) else "",
        len(hashes),
        len(text),
        capture_time,
        fingerprint(settings),
    )


@dataclass(frozen=True, slots=True)
class NearImageSettings:
    """When two pictures are near-copies. Source of the distance: MMC4, arXiv:2304.06939.

    All pairs within the distance are found, whatever agreeing_blocks is. More blocks make more
    rows and fewer comparisons: 2 suits a million pictures, 3 a hundred million.
    """

    distance: int = setting(
        5,
        "Bits of 64 in which two perceptual hashes may differ.",
        source="MMC4: `findimagedupes` with 5",
    )
    agreeing_blocks: int = setting(
        2,
        "As `webdoc.picture.near_hashes.masks` takes them: 2 suits a million pictures, 3 a hundred"
        " million; the pairs that are found are the same.",
        source="ours",
    )

    def __post_init__(self) -> None:
        masks(self.distance, self.agreeing_blocks)  # raises for impossible settings


@dataclass(frozen=True, slots=True)
class NearImage:
    """IMAGE_CLUSTERS: a picture that has near-copies, or copies in another file."""

    sha256: str
    cluster_id: str  # the smallest sha256 of the cluster
    keeper: str  # sha256 of the picture with most pixels; ties: the smallest
    distance: int  # bits to the keeper; above the setting where others link the two


@dataclass(frozen=True, slots=True)
class RepeatedNgramSettings:
    """When a paragraph is boilerplate of its domain although no other one is equal to it.

    Beside the exact rule of OBELICS, whose three occurrences min_pages follows. The share is
    ours: it spares a paragraph that only begins or ends as others do.
    """

    shingles: ShingleSettings = section(ShingleSettings, "What counts as the same run of words.")
    min_pages: int = setting(
        3,
        "On so many pages of one domain an n-gram is repeated.",
        source="OBELICS step 09, for whole paragraphs",
    )
    min_share: float = setting(
        0.8,
        "Of a paragraph's n-grams that are repeated, in (0, 1].",
        source="ours: spares a paragraph that only begins or ends as others do",
    )

    def __post_init__(self) -> None:
        if self.min_pages < 2 or not 0 < self.min_share <= 1:
            raise ValueError("min_pages must be 2 or more, min_share above 0 and at most 1")
