"""Documents of Parquet files, row group by row group: of a release, or of an export to parquet."""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from interleaf.loading.picture_index import PictureIndex, picture_index
from webdoc.release.published import PublishedDocument, PublishedPart, published_document

_KEPT_BYTES: Final = 64 << 20  # of row groups of pictures that were read last
_TOGETHER: Final = 32  # documents of a release whose pictures are looked for, and held, at once
# Columns of an export that are no facts of the document.
_PARTS: Final = ("texts", "images", "image_facts")


class NoCorpusError(ValueError):
    """The folder holds nothing that can be read as a corpus; the message says why."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A part of a file that is read at once."""

    file: str
    number: int
    rows: int


class CorpusFolder:
    """The files of a corpus.

    Args:
        folder: of a release of either path, or of an export to parquet; local or an address that
            fsspec knows.
        cache: folder for the index of pictures, which a release needs.

    Raises:
        NoCorpusError: there is no such thing.
    """

    def __init__(self, folder: str, cache: Path | None = None) -> None:
        for scheme in ("s3a://", "s3n://"):  # as Spark writes it
            folder = folder.replace(scheme, "s3://", 1)
        self._folder, self._cache = folder.rstrip("/"), cache
        files = self._parquet_files("data")
        if not files:
            raise NoCorpusError(
                f"{folder} holds no data/*.parquet. Give the folder of a release, or of"
                " `interleaf export --to parquet`."
            )
        self.groups: list[RowGroup] = []
        schema = None
        for file in files:
            with self.filesystem.open(file, "rb") as source:
                meta = pq.ParquetFile(source).metadata
            schema = schema or meta.schema.to_arrow_schema()
            sizes = (meta.row_group(number).num_rows for number in range(meta.num_row_groups))
            self.groups += [RowGroup(file, number, rows) for number, rows in enumerate(sizes)]
        assert schema is not None
        self.is_export = _holds_bytes(schema, folder)
        self.has_pictures = self.is_export or bool(self._parquet_files("images"))

    @cached_property
    def filesystem(self) -> Any:
        """The storage; each process opens its own."""
        return fsspec.url_to_fs(self._folder)[0]

    def __getstate__(self) -> dict[str, Any]:
        kept = dict(self.__dict__)
        kept.pop("filesystem", None)
        kept.pop("_pictures", None)
        return kept

    @cached_property
    def _pictures(self) -> "_Pictures":
        files = self._parquet_files("images")
        return _Pictures(self.filesystem, files, picture_index(self.filesystem, files, self._cache))

    def prepare(self) -> None:
        """Make the index of pictures if it is needed and not there: once, before workers start."""
        if not self.is_export and self.has_pictures:
            assert self._pictures

    def documents(self, group: RowGroup, rows: Sequence[int]) -> Iterator[PublishedDocument]:
        """Yield documents of a row group, in the order of `rows`."""
        with self.filesystem.open(group.file, "rb") as source:
            table = pq.ParquetFile(source).read_row_group(group.number)
        if self.is_export:
            for row in rows:
                yield _exported(_one(table, row))
            return
        for start in range(0, len(rows), _TOGETHER):
            found = [_one(table, row) for row in rows[start : start + _TOGETHER]]
            bodies = self._pictures.bodies(_digests(found)) if self.has_pictures else {}
            for one in found:
                columns = (one["images"], one["texts"], one["metadata"], one["general_metadata"])
                yield published_document(*columns, bodies)

    def _parquet_files(self, name: str) -> list[str]:
        filesystem, inner = fsspec.url_to_fs(f"{self._folder}/{name}")
        found = filesystem.glob(f"{inner}/*.parquet") if filesystem.isdir(inner) else []
        # Those that begin with _ were being written when their task was killed.
        return sorted(path for path in found if not path.rpartition("/")[2].startswith("_"))


class _Pictures:
    """The folder images/ of a release: row groups are read whole, once for several documents."""

    def __init__(self, filesystem: Any, files: list[str], index: PictureIndex) -> None:
        self._filesystem, self._files, self._index = filesystem, files, index
        self._kept: OrderedDict[tuple[int, int], pa.Table] = OrderedDict()

    def bodies(self, digests: Sequence[str]) -> dict[str, bytes]:
        """Return the bytes of those pictures that the release holds, by hash."""
        wanted: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
        for digest in digests:
            for file, group, row in self._index.places(digest):
                wanted[file, group].append((row, digest))
        found = {}
        for (file, group), rows in sorted(wanted.items()):
            table = self._table(file, group)
            for row, digest in rows:
                if table.column("sha256")[row].as_py() == digest:
                    found[digest] = table.column("image")[row]["bytes"].as_py()
        return found

    def _table(self, file: int, group: int) -> pa.Table:
        place = (file, group)
        if place not in self._kept:
            with self._filesystem.open(self._files[file], "rb") as source:
                columns = ["sha256", "image.bytes"]
                table = pq.ParquetFile(source).read_row_group(group, columns=columns)
            self._kept[place] = table
            while len(self._kept) > 1 and sum(t.nbytes for t in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(place)
        return self._kept[place]


def _holds_bytes(schema: pa.Schema, folder: str) -> bool:
    images = schema.field("images").type if "images" in schema.names else pa.null()
    if pa.types.is_list(images) and pa.types.is_struct(images.value_type):
        return True
    if pa.types.is_list(images) and "general_metadata" in schema.names:
        return False
    raise NoCorpusError(
        f"the files in {folder}/data have other columns than a release or an export to parquet."
    )


def _one(table: pa.Table, row: int) -> dict[str, Any]:
    return dict(table.slice(row, 1).to_pylist()[0])


def _digests(rows: list[dict[str, Any]]) -> list[str]:
    facts = (fact for row in rows for fact in json.loads(row["metadata"]) if fact)
    return list(dict.fromkeys(fact["sha256"] for fact in facts if fact.get("sha256")))


def _exported(row: dict[str, Any]) -> PublishedDocument:
    """Return a document of a row of webdoc.exporters.parquet.DocumentRow."""
    parts = []
    for text, image, facts in zip(*(row[name] for name in _PARTS), strict=True):
        if text is not None:
            parts.append(PublishedPart(text))
        else:
            known = {name: value for name, value in facts.items() if value not in (None, "")}
            parts.append(
                PublishedPart(None, facts["url"], image["path"], known, bytes(image["bytes"]))
            )
    facts = {name: value for name, value in row.items() if name not in _PARTS}
    return PublishedDocument(tuple(parts), {k: v for k, v in facts.items() if v not in (None, "")})
