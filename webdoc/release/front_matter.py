"""Front matter of the dataset card, which the Hub reads. huggingface_hub writes it as YAML."""

import re
from typing import Any, Final

from huggingface_hub import DatasetCardData

from webdoc.release.exporter import Exporter
from webdoc.release.facts import SharedFacts
from webdoc.release.figures import size_category
from webdoc.release.files import folder_size

_LANGUAGE_CODE: Final = re.compile(r"[a-z]{2,3}")
_TAGS: Final = ("interleaved", "multimodal", "image", "text")


def front_matter(facts: SharedFacts, tags: tuple[str, ...]) -> DatasetCardData:
    """Return the front matter; as a string it is YAML.

    Args:
        facts: of the release; the first of its exporters has the rows that are counted.
        tags: of the path.
    """
    codes = [code for code in facts.codes if _LANGUAGE_CODE.fullmatch(code)]
    tables = [out for out in facts.shown if not out.line]  # lines repeat the rows of a table
    infos = [_info(out) for out in tables if out.is_picture_table]
    optional: dict[str, Any] = {"dataset_info": infos} if infos else {}
    if codes:
        optional["multilinguality"] = ["multilingual" if len(codes) > 1 else "monolingual"]
    return DatasetCardData(
        pretty_name=" ".join(facts.name.split()),
        license=facts.licence,
        language=codes or None,
        language_creators=["found"],
        source_datasets=["original"],
        size_categories=[size_category(folder_size(facts.files, facts.outputs[0].folder).rows)],
        task_categories=["image-text-to-text", "text-generation"],
        tags=[*_TAGS, *tags, "interleaf"],
        configs=[_config(out) for out in tables],
        **optional,
    )


def _config(out: Exporter) -> dict[str, object]:
    files = [{"split": "train", "path": f"{out.folder}/*.{out.ending}"}]
    return {"config_name": out.name, "data_files": files}


def _info(out: Exporter) -> dict[str, object]:
    features = [{"name": column.name, "dtype": column.hub_type} for column in out.columns]
    return {"config_name": out.name, "features": features}
