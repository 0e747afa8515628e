"""Front matter of the dataset card, which the Hub reads. huggingface_hub writes it as YAML."""

import re
from typing import Any

from huggingface_hub import DatasetCardData

from obelics_like.figures import files_in
from obelics_like.release_columns import IMAGE_COLUMNS
from obelics_like.release_facts import ReleaseFacts

# Source of the classes: huggingface_hub.DatasetCardData, size_categories.
_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")


def size_category(rows: int) -> str:
    """Return the Hub's class for a number of rows.

    >>> size_category(999), size_category(1000), size_category(10**12)
    ('n<1K', '1K<n<10K', 'n>1T')
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")


def front_matter(facts: ReleaseFacts) -> DatasetCardData:
    """Return the front matter; as a string it is YAML."""
    release = facts.settings.release
    codes = [code for code, _ in facts.languages if _LANGUAGE_CODE.fullmatch(code)]
    configs = [_config("default", "data")]
    optional: dict[str, Any] = {}
    if files_in(facts, "images")[0]:
        configs.append(_config("images", "images"))
        features = [{"name": c.name, "dtype": c.hub_type} for c in IMAGE_COLUMNS]
        optional["dataset_info"] = [{"config_name": "images", "features": features}]
    if files_in(facts, "clusters")[0]:
        configs.append(_config("clusters", "clusters"))
    if codes:
        optional["multilinguality"] = ["multilingual" if len(codes) > 1 else "monolingual"]
    return DatasetCardData(
        pretty_name=" ".join(release.name.split()),
        license=release.licence,
        language=codes or None,
        language_creators=["found"],
        source_datasets=["original"],
        size_categories=[size_category(files_in(facts, "data")[1])],
        task_categories=["image-text-to-text", "text-generation"],
        tags=["interleaved", "multimodal", "image", "text", "common-crawl", "obelics", "interleaf"],
        configs=configs,
        **optional,
    )


def _config(name: str, folder: str) -> dict[str, object]:
    files = [{"split": "train", "path": f"{folder}/*.parquet"}]
    return {"config_name": name, "data_files": files}
