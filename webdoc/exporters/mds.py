"""mds: MosaicML's shards, for its StreamingDataset."""

from dataclasses import dataclass
from typing import Any, Final

from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument
from webdoc.release.sample_files import bodies_of, compact_json, pictures_of


@dataclass(frozen=True, slots=True)
class MdsRow:
    """One document. The columns of a shard stand in the order of their names, as these do."""

    doc_id: str
    facts: str  # JSON
    images: bytes  # of all pictures, one behind the other
    sequence: str  # JSON
    url: str


def _row(document: PublishedDocument) -> MdsRow:
    sequence: list[dict[str, Any]] = []
    offset = 0
    for part in document.parts:
        if part.text is not None:
            sequence.append({"text": part.text})
            continue
        size = len(part.body or b"")
        place = {"offset": offset, "size_bytes": size, "facts": dict(part.facts)}
        sequence.append({"image": part.name, **place})
        offset += size
    return MdsRow(
        doc_id=document.doc_id,
        facts=compact_json(document.facts),
        images=b"".join(bodies_of(pictures_of(document))),
        sequence=compact_json(sequence),
        url=document.url,
    )


MDS: Final = Exporter(
    name="mds",
    folder="data",
    record=MdsRow,
    columns=(),
    one_row="One sample is one document.",
    said="One sample is one document: `sequence` lists its texts (`text`) and pictures (`image`, a"
    " file name) in reading order. The bytes of a picture are `size_bytes` long and begin at"
    " `offset` in `images`, as they were captured. `facts` is what is known of the document.",
    reading=(
        "from streaming import StreamingDataset",
        "",
        'for page in StreamingDataset(local=".", shuffle=False, batch_size=1):',
        '    for part in page["sequence"]:',
        '        if "text" in part:',
        '            print(part["text"])',
        "        else:",
        '            end = part["offset"] + part["size_bytes"]',
        '            picture = page["images"][part["offset"] : end]',
    ),
    form="mds",
    row=_row,
    needs_pictures=True,
    index="mds",
)
