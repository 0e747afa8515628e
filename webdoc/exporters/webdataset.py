"""webdataset and energon: tars in which a document is KEY.json and, beside it, its pictures."""

from dataclasses import replace
from typing import Any, Final

from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument
from webdoc.release.sample_files import (
    SampleFiles,
    bodies_of,
    compact_json,
    member_names,
    pictures_of,
    sample_key,
)


def _row(document: PublishedDocument) -> SampleFiles:
    """Name pictures by their whole member names, as NeMo Curator reads them."""
    key = sample_key(document.doc_id)
    return _sample(document, key, f"{key}.")


def _energon_row(document: PublishedDocument) -> SampleFiles:
    """Name pictures by what follows the key, as Megatron-Energon's samples do."""
    return _sample(document, sample_key(document.doc_id), "")


def _sample(document: PublishedDocument, key: str, before: str) -> SampleFiles:
    pictures = pictures_of(document)
    names = member_names(pictures)
    named = iter(names)
    table: dict[str, Any] = {
        "sample_id": key,
        "url": document.url,
        "texts": [part.text for part in document.parts],
        "images": [
            f"{before}{next(named)}" if part.text is None else None for part in document.parts
        ],
        "image_facts": [dict(part.facts) if part.text is None else None for part in document.parts],
        "facts": dict(document.facts),
    }
    return SampleFiles(key, compact_json(table), names, bodies_of(pictures))


_SAID: Final = (
    "One sample is one document: `KEY.json` and, after it, its pictures `KEY.00.jpg`, `KEY.01.png`"
    " and so on, in reading order. In the JSON `texts`, `images` and `image_facts` have the same"
    " length; at each index there is either a text or the name of a picture. `facts` is what is"
    " known of the document. `shards.json` names every shard with its size and number of samples."
)

WEBDATASET: Final = Exporter(
    name="webdataset",
    folder="data",
    record=SampleFiles,
    columns=(),
    one_row="One sample is one document.",
    said=_SAID,
    reading=(
        "import json",
        "import os",
        "",
        "import webdataset",
        "",
        'shards = [f"data/{name}" for name in sorted(os.listdir("data"))]',
        "for sample in webdataset.WebDataset(shards, shardshuffle=False):",
        '    page = json.loads(sample["json"])',
        '    for text, name in zip(page["texts"], page["images"]):',
        '        print(text if name is None else len(sample[name.partition(".")[2]]))',
    ),
    form="tar",
    row=_row,
    needs_pictures=True,
)
ENERGON: Final = replace(
    WEBDATASET,
    name="energon",
    said=f"{_SAID} `.nv-meta/` is what Megatron-Energon needs, so `energon prepare` is not.",
    reading=(
        "import sys",
        "",
        "from megatron.energon import WorkerConfig, get_loader, get_train_dataset",
        "",
        'sys.path.append(".nv-meta")  # interleaved.py there turns samples into InterleavedSample',
        "from interleaved import InterleavedTaskEncoder",
        "",
        "workers = WorkerConfig(rank=0, world_size=1, num_workers=0)",
        'documents = get_train_dataset(".", batch_size=None, shuffle_buffer_size=None,',
        "    max_samples_per_sequence=None, worker_config=workers, repeat=False,",
        "    task_encoder=InterleavedTaskEncoder())",
        "for sample in get_loader(documents):",
        "    print([part if isinstance(part, str) else part.shape for part in sample.sequence])",
    ),
    row=_energon_row,
    index="energon",
)
