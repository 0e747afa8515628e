"""Front matter of the dataset card, which the Hub reads. huggingface_hub writes it as YAML."""

import re
from typing import Any

from huggingface_hub import DatasetCardData

from obelics_like.release.columns import IMAGE_COLUMNS
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.figures import files_in
from webdoc.release.figures import size_category

_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")


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
