"""Front matter of the dataset card, which the Hub reads. huggingface_hub writes it as YAML."""

import re
from collections.abc import Iterable
from typing import Any, Final

from huggingface_hub import DatasetCardData

from webdoc.release.exporter import Column, Exporter
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
    infos = [dataset_info(out, facts) for out in tables if is_typed(out)]
    optional: dict[str, Any] = {"dataset_info": infos} if infos else {}
    said = facts.publication
    optional |= {
        key: value
        for key, value in (("license_name", said.licence_name), ("license_link", said.licence_link))
        if value
    }
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
        configs=configurations(tables),
        **optional,
    )


def configurations(tables: Iterable[Exporter]) -> list[dict[str, object]]:
    """Return which files each configuration of the dataset has."""
    return [
        {
            "config_name": out.name,
            "data_files": [{"split": "train", "path": f"{out.folder}/*.{out.ending}"}],
        }
        for out in tables
    ]


def is_typed(out: Exporter) -> bool:
    """Tell whether the type of every column is known in the words of the Hub."""
    return bool(out.columns) and all(column.hub_type for column in out.columns)


def dataset_info(out: Exporter, facts: SharedFacts) -> dict[str, object]:
    """Return the types and bytes of one table for the Hub.

    Splits are left out: they ask for bytes in memory, which no run measures.
    """
    size = folder_size(facts.files, out.folder)
    return {
        "config_name": out.name,
        "features": _features(out),
        "download_size": size.size_bytes,
    }


def _features(out: Exporter) -> list[dict[str, object]]:
    return [{"name": column.name, _shape(column): _hub_type(column)} for column in out.columns]


def picture_features(tables: Iterable[Exporter]) -> list[dict[str, object]]:
    """Return the types of those tables of which the Hub must be told what is a picture."""
    return [
        {"config_name": out.name, "features": _features(out)}
        for out in tables
        if out.is_picture_table
    ]


def _shape(column: Column) -> str:
    """Return under which key the Hub looks for the type of a column."""
    if column.is_list:
        return "list"
    return "dtype" if isinstance(column.hub_type, str) else "struct"


def _hub_type(column: Column) -> object:
    if isinstance(column.hub_type, str):
        return column.hub_type
    return [{"name": name, "dtype": dtype} for name, dtype in column.hub_type]
