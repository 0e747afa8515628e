"""croissant.json of a release: what is in it, for machines. MLCommons Croissant 1.1, JSON-LD.

Source: the specification at docs.mlcommons.org/croissant; tests read a release by mlcroissant.
"""

from typing import Any

from obelics_like.release.columns import CLUSTER_COLUMNS, DATA_COLUMNS, IMAGE_COLUMNS, Column
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.figures import files_in
from webdoc.release.files import ReleaseFile

Json = dict[str, Any]

_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_PARQUET = (
    "application/x-parquet"  # the registered vnd.apache.parquet is unknown to mlcroissant 1.1
)


def croissant(facts: ReleaseFacts) -> Json:
    """Return the description of a release; file paths are relative to where it lies.

    Date, publisher, URL and version are left out: they are known to whoever publishes, not to the
    run.
    """
    has_images = files_in(facts, "images")[0] > 0
    release = facts.settings.release
    sets = [_file_set("data", "documents")] + ([_file_set("images", "images")] * has_images)
    records = [_record_set("default", "One row is one page.", "data", DATA_COLUMNS)]
    if has_images:
        records.append(_record_set("images", "Each picture once.", "images", IMAGE_COLUMNS))
    if files_in(facts, "clusters")[0]:
        sets.append(_file_set("clusters", "clusters"))
        said = "Pages with near-copies, and which one stays."
        records.append(_record_set("clusters", said, "clusters", CLUSTER_COLUMNS))
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": " ".join(release.name.split()),
        "description": _description(facts),
        "license": release.licence,
        "keywords": ["interleaved text and images", "multimodal", "web", "Common Crawl"],
        "inLanguage": [code for code, _ in facts.languages if code],
        "isLiveDataset": False,
        "rai:dataCollection": "Read from web archive files; archives.csv names them.",
        "rai:personalSensitiveInformation": (
            "Web pages name and show people; no step looks for personal data or removes it."
        ),
        "distribution": sets + [_file_object(file) for file in facts.files],
        "recordSet": records,
    }


def _description(facts: ReleaseFacts) -> str:
    _, rows, _ = files_in(facts, "data")
    return (
        f"{rows:,} web pages as sequences of paragraphs and images in reading order, in the columns"
        f" of OBELICS. Made by interleaf {facts.version} with the preset {facts.settings.preset}."
    )


def _file_set(folder: str, what: str) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{folder}-files",
        "name": f"{folder}-files",
        "description": f"All Parquet files with {what}.",
        "encodingFormat": _PARQUET,
        "includes": f"{folder}/*.parquet",
    }


def _file_object(file: ReleaseFile) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size_bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": file.sha256,
    }


def _record_set(name: str, description: str, folder: str, columns: tuple[Column, ...]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "field": [_field(name, folder, column) for column in columns],
    }


def _field(record_set: str, folder: str, column: Column) -> Json:
    source: Json = {
        "fileSet": {"@id": f"{folder}-files"},
        "extract": {"column": column.name},
    }
    if column.croissant_type == "sc:ImageObject":
        source["transform"] = {"jsonPath": "bytes"}  # a struct of bytes and path
    field: Json = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": f"{record_set}/{column.name}",
        "description": column.meaning,
        "dataType": column.croissant_type,
        "source": source,
    }
    if column.is_list:
        field |= {"isArray": True, "arrayShape": "-1"}
    return field
