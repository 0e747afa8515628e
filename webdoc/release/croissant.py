"""croissant.json of a release: what is in it, for machines. MLCommons Croissant 1.1, JSON-LD.

Source: the specification at docs.mlcommons.org/croissant; tests read a release by mlcroissant.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from webdoc.release.exporter import Column, Exporter
from webdoc.release.facts import SharedFacts
from webdoc.release.files import ReleaseFile
from webdoc.release.publication import Publication, bibtex

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
_FORMATS = {
    "csv": "text/csv",
    "parquet": "application/x-parquet",  # mlcroissant 1.1 does not know vnd.apache.parquet
    "jsonl": "application/jsonlines",
}


def croissant_text(facts: SharedFacts) -> str:
    """Return the file croissant.json."""
    return json.dumps(croissant(facts), indent=1, ensure_ascii=False) + "\n"


def croissant(facts: SharedFacts) -> Json:
    """Return the description of a release; file paths are relative to where it lies.

    What only whoever publishes can know, date, maker and address, is there where settings say it.
    """
    written = facts.written
    said = facts.publication
    collected = "Texts were read from files of a corpus."
    if facts.has_archives:
        collected = "Read from web archive files; archives.csv names them."
    described: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": " ".join(facts.name.split()),
        "description": facts.description,
        "license": facts.licence,
        "keywords": ["interleaved text and images", "multimodal", "web", "Common Crawl"],
        "inLanguage": list(facts.codes),
        "isLiveDataset": False,
        "version": said.dataset_version,
        "citeAs": bibtex(facts.name, said, f"interleaf {facts.version}"),
        **{key: value for key, value in _published(said) if value},
        **_responsible(facts),
        "rai:dataCollection": collected,
        "rai:personalSensitiveInformation": (
            "Web pages name and show people. What was looked for, and what became a marker or was"
            " left out, stands on the dataset card."
        ),
        "distribution": [*map(_file_set, written), *map(_file_object, facts.files)],
        "recordSet": [_record_set(out) for out in written if not out.line],
    }
    return described


def _published(said: Publication) -> Iterator[tuple[str, Any]]:
    """Yield what only whoever publishes knows; the value is empty where it is not said."""
    yield "datePublished", said.created
    yield "url", said.url
    maker: Json = {"@type": "sc:Organization", "name": said.maker}
    yield "creator", maker if said.maker else None
    yield "publisher", maker if said.maker else None


def _responsible(facts: SharedFacts) -> Json:
    """Return the fields of Croissant RAI: docs.mlcommons.org/croissant, responsible AI."""
    steps = ["Rules mark; the first reason stays; what carries none is published: funnel.csv."]
    if facts.personal_data:
        steps.append(facts.personal_data)
    fields: Json = {
        "rai:dataCollectionType": ["Web Scraping"],
        "rai:dataPreprocessingProtocol": steps,
        "rai:dataUseCases": ["Pretraining of models that read text and images together."],
        "rai:dataLimitations": [
            "Nothing was checked for being true or current; not for decisions about persons.",
            *facts.notes,
        ],
        "rai:dataBiases": [
            "The web does not speak for everybody; rules follow word lists and thresholds, which"
            " are coarse, and differ by language."
        ],
        "rai:dataReleaseMaintenancePlan": (
            f"Version {facts.publication.dataset_version}. What is asked to be taken out is taken"
            " out in a new version. Contact: "
            f"{facts.publication.contact or 'whoever publishes this copy'}."
        ),
    }
    if facts.period[0]:
        fields["rai:dataCollectionTimeFrame"] = [f"{month}-01" for month in facts.period]
    return fields


def with_folder(text: str, out: Exporter, files: Iterable[ReleaseFile]) -> str:
    """Return a file croissant.json with the files of one more folder, or with other files in it."""
    told: Json = json.loads(text)
    file_prefix = f"{out.folder}/"
    others = [
        one
        for one in told["distribution"]
        if one["@id"] != f"{out.folder}-files" and not one["@id"].startswith(file_prefix)
    ]
    told["distribution"] = [*others, _file_set(out), *map(_file_object, files)]
    records = [one for one in told["recordSet"] if one["@id"] != out.name]
    told["recordSet"] = [*records, _record_set(out)]
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _file_set(out: Exporter) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{out.folder}-files",
        "name": f"{out.folder}-files",
        "description": f"All files of the folder {out.folder}. {out.one_row}",
        "encodingFormat": _FORMATS[out.ending],
        "includes": f"{out.folder}/*.{out.ending}",
    }


def _file_object(file: ReleaseFile) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size_bytes} B",
        "encodingFormat": _FORMATS[file.path.rpartition(".")[2]],
        "sha256": file.sha256,
    }


def _record_set(out: Exporter) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": out.name,
        "name": out.name,
        "description": out.one_row,
        "field": [_field(out, column) for column in out.columns if column.croissant_type],
    }


def _field(out: Exporter, column: Column) -> Json:
    source: Json = {
        "fileSet": {"@id": f"{out.folder}-files"},
        "extract": {"column": column.name},
    }
    if column.croissant_type == "sc:ImageObject":
        source["transform"] = {"jsonPath": "bytes"}  # a struct of bytes and path
    field: Json = {
        "@type": "cr:Field",
        "@id": f"{out.name}/{column.name}",
        "name": f"{out.name}/{column.name}",
        "description": column.meaning,
        "dataType": column.croissant_type,
        "source": source,
    }
    if column.is_list:
        field |= {"isArray": True, "arrayShape": "-1"}
    return field
