"""README.md of a release of the MMC4 path: what a person reads first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huggingface_hub import DatasetCardData

from webdoc.reasons import FunnelRow, reason_text
from webdoc.release.alignment_spread import AlignmentFacts, alignment_section
from webdoc.release.figures import size_category

# Below which share of images MMC4 would have lost, arXiv:2304.06939, figure 4a.
_LIMITS: Final = (0.10, 0.15, 0.20, 0.25, 0.30)
# What `datasets` needs to be told: that the struct of bytes and path is a picture.
_IMAGE_FEATURES: Final = tuple(
    {"name": name, "dtype": dtype}
    for name, dtype in (
        ("sha256", "string"),
        ("url", "string"),
        ("format", "string"),
        ("width_px", "int64"),
        ("height_px", "int64"),
        ("size_bytes", "int64"),
        ("image", "image"),
    )
)
_BAR: Final = 40  # characters of the longest bar
_STEP: Final = 5  # hundredths of a bar


@dataclass(frozen=True, slots=True)
class SimilarityCount:
    """How many images of published documents have a similarity in one hundredth."""

    placed: bool  # with their own sentence; else with their best one, and unplaced
    hundredth: int  # 15 is [0.15, 0.16)
    count: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that the card says."""

    name: str  # of the dataset
    licence: str
    version: str  # of interleaf
    model: str
    revision: str
    languages: tuple[str, ...]  # codes, of published documents
    documents: int
    images: int  # placed
    pictures: int  # distinct, whose bytes are published
    funnel: tuple[FunnelRow, ...]
    similarities: tuple[SimilarityCount, ...]
    notes: tuple[str, ...]  # what could not be judged, and why
    settings: str  # TOML
    alignment: AlignmentFacts


def card_text(facts: CardFacts) -> str:
    """Return the dataset card of a release."""
    parts = (
        f"# {' '.join(facts.name.split())}",
        _what(facts),
        _reading(facts),
        _columns(),
        _spread(facts),
        alignment_section(facts.alignment),
        _funnel(facts),
        _limits(facts),
        f"## Settings\n\n```toml\n{facts.settings.strip()}\n```",
    )
    return f"---\n{front_matter(facts)}\n---\n\n" + "\n\n".join(parts) + "\n"


def front_matter(facts: CardFacts) -> DatasetCardData:
    """Return what the Hub reads; as a string it is YAML."""
    names = ["default", "mmc4", *(["images"] if facts.pictures else [])]
    folders = {"default": "data", "mmc4": "mmc4", "images": "images"}
    configs = [
        {
            "config_name": name,
            "data_files": [{"split": "train", "path": f"{folders[name]}/*.parquet"}],
        }
        for name in names
    ]
    info = [{"config_name": "images", "features": [dict(column) for column in _IMAGE_FEATURES]}]
    optional: dict[str, Any] = {"dataset_info": info} if facts.pictures else {}
    return DatasetCardData(
        pretty_name=" ".join(facts.name.split()),
        license=facts.licence,
        language=list(facts.languages) or None,
        language_creators=["found"],
        source_datasets=["original"],
        size_categories=[size_category(facts.documents)],
        task_categories=["image-text-to-text", "text-generation"],
        tags=["interleaved", "multimodal", "image", "text", "mmc4", "interleaf"],
        configs=configs,
        **optional,
    )


def _what(facts: CardFacts) -> str:
    return (
        f"Texts with images placed among their sentences: **{facts.documents:,}** documents with"
        f" **{facts.images:,}** images. Which sentence an image stands at was chosen by the"
        f" similarity of CLIP vectors (`{facts.model}`, revision `{facts.revision}`), as in"
        f" [MMC4](https://arxiv.org/abs/2304.06939). Made by interleaf {facts.version}."
    )


def _reading(facts: CardFacts) -> str:
    lines = [
        "from datasets import load_dataset",
        "",
        'folder = "."  # where this file lies, or the name of the dataset on the Hub',
        'documents = load_dataset(folder, split="train")  # the columns of OBELICS',
        'same = load_dataset(folder, "mmc4", split="train")  # the fields of MMC4',
    ]
    if facts.pictures:
        lines.append('pictures = load_dataset(folder, "images", split="train")  # by sha256')
    code = "\n".join(lines)
    return (
        f"## Reading it\n\n```python\n{code}\n```\n\nReaders of MMC4 take `jsonl/*.jsonl`, one"
        " document a line."
    )


def _columns() -> str:
    rows = (
        ("data/", "`images`, `texts`", "one of the two at each index: an address, or sentences"),
        ("data/", "`metadata`", "JSON list: of an image its size, hash, alt text, similarity,"
         " alignment (`clip_caption`, `clip_alt_text`, `clip_neighbour`)"),
        ("data/", "`general_metadata`", "JSON object: URL, times, the archive record, `clip_mean`,"
         " `clip_min`"),
        ("mmc4/, jsonl/", "`text_list`", "the sentences"),
        ("mmc4/, jsonl/", "`image_info`", "the placed images: `image_name`, `raw_url`,"
         " `matched_text_index`, `matched_sim`, `face_detections` (null: none found), and ours"),
        ("mmc4/, jsonl/", "`similarity_matrix`", "image_info x text_list, cosines"),
        ("mmc4/, jsonl/", "`could_have_url_duplicate`", "1: several captures of the page exist"),
        ("images/", "`sha256`, `image`", "each placed picture once, its bytes as they came"),
    )  # fmt: skip
    return "## Columns\n\n" + _table(("folder", "column", "meaning"), rows)


def _spread(facts: CardFacts) -> str:
    placed = [row for row in facts.similarities if row.placed]
    total = sum(row.count for row in placed)
    if not total:
        return "## Similarity\n\nNo image was placed."
    mean = sum((row.hundredth + 0.5) / 100 * row.count for row in placed) / total
    above = {
        limit: sum(row.count for row in placed if row.hundredth >= round(limit * 100))
        for limit in _LIMITS
    }
    shares = ", ".join(f"{limit:.2f} {count / total:.1%}" for limit, count in above.items())
    return (
        "## Similarity\n\nCosines of images and the sentences they stand at, and, for images of"
        " these documents that found no place, with their best sentence. They depend on the model:"
        f" numbers of another one say something else.\n\n{_bars(facts.similarities)}\n\n"
        f"Mean of placed images: {mean:.3f}. At least so similar: {shares}."
    )


def _bars(similarities: Sequence[SimilarityCount]) -> str:
    counts: dict[int, list[int]] = {}
    for row in similarities:
        bar = counts.setdefault(row.hundredth // _STEP * _STEP, [0, 0])
        bar[0 if row.placed else 1] += row.count
    most = max(placed + unplaced for placed, unplaced in counts.values())
    rows = [
        (
            f"{low / 100:.2f}",
            f"{placed:,}",
            f"{unplaced:,}",
            "█" * round(_BAR * placed / most) + "░" * round(_BAR * unplaced / most),
        )
        for low, (placed, unplaced) in sorted(counts.items())
    ]
    return _table(("from", "placed", "unplaced", ""), rows)


def _funnel(facts: CardFacts) -> str:
    rows = [
        (row.level, f"`{row.reason}`", f"{row.count:,}", reason_text(row.reason))
        for row in facts.funnel
    ]
    return (
        "## What was kept and what was left out\n\nNothing is deleted on the way: the first rule"
        " that something breaks is its reason. `funnel.csv` has the same with words and bytes.\n\n"
        + _table(("level", "reason", "count", "meaning"), rows)
    )


def _limits(facts: CardFacts) -> str:
    said = [
        "Similarity is what a model thinks. A placed image may have little to do with its text.",
        "Pages and pictures belong to their owners; what a corpus of them may be used for is the"
        " responsibility of whoever uses it.",
        *facts.notes,
    ]
    return "## Limits\n\n" + "\n".join(f"- {line}" for line in said)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
