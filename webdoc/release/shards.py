"""How documents are dealt over the shards of an export, and what is said of each shard."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from webdoc.release.files import ReleaseFile

_PART_BYTES: Final = 2048  # of a picture or document beside its bytes: headers and filling of a tar


@dataclass(frozen=True, slots=True)
class Shard:
    """What one shard holds, and what was left out of it."""

    number: int
    documents: int
    left_out: int  # documents, because of a picture without bytes or of the form
    pictures: int
    reserved: int  # markers of its readers that stood in texts
    files: tuple[ReleaseFile, ...]  # the first one is the shard; others lie beside it

    def to_json(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))


def shard_from_json(text: str) -> Shard:
    """Return what `Shard.to_json` wrote."""
    table = json.loads(text)
    return Shard(**{**table, "files": tuple(ReleaseFile(**file) for file in table["files"])})


@dataclass(frozen=True, slots=True)
class Bucket:
    """The documents of one value of the hash of their ids."""

    number: int
    documents: int
    size_bytes: int  # what they take in a shard, about


def weight(text_bytes: int, pictures: int, picture_bytes: int) -> int:
    """Return what documents take in a shard, rather too much than too little.

    Args:
        text_bytes: of their texts and facts.
        pictures: how many, and one for each document.
        picture_bytes: as the form writes them.
    """
    return text_bytes + pictures * _PART_BYTES + picture_bytes


def dealt(buckets: Iterable[Bucket], max_bytes: int, max_documents: int) -> list[tuple[int, int]]:
    """Return (bucket, shard) of every bucket: a shard ends before it would be too large.

    A bucket that is too large alone has a shard alone; with 16 buckets or more for a shard that
    is a document, or a few.

    >>> dealt([Bucket(3, 1, 60), Bucket(5, 1, 50), Bucket(9, 2, 40)], 100, 10)
    [(3, 0), (5, 1), (9, 1)]
    """
    found = []
    shard = size = documents = 0
    for bucket in sorted(buckets, key=lambda one: one.number):
        full = size + bucket.size_bytes > max_bytes or documents + bucket.documents > max_documents
        if documents and full:
            shard, size, documents = shard + 1, 0, 0
        found.append((bucket.number, shard))
        size += bucket.size_bytes
        documents += bucket.documents
    return found


def shard_name(number: int, count: int, ending: str) -> str:
    """Return the name of a shard, as other files of a release are named.

    >>> shard_name(3, 12, "tar")
    'train-00003-of-00012.tar'
    """
    return f"train-{number:05d}-of-{count:05d}.{ending}"


def shard_index(name: str, shards: Sequence[Shard]) -> str:
    """Return shards.json: every shard with its size, in the form of WebDataset's wids."""
    entries: list[dict[str, Any]] = [
        {
            "url": shard.files[0].path,
            "nsamples": shard.documents,
            "filesize": shard.files[0].size_bytes,
            "npictures": shard.pictures,
            "sha256": shard.files[0].sha256,
        }
        for shard in shards
    ]
    table = {"wids_version": 1, "name": name, "shardlist": entries}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"
