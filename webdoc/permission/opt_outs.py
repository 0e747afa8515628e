"""Lists of what people asked to be left out: addresses, domains, pictures by their hashes."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, Final, Self

import pyarrow.parquet as pq

from webdoc.permission.signs import ALLOWED, OPT_OUT, Decision
from webdoc.picture.near_hashes import masks
from webdoc.storage.byte_source import StorageSettings, file_system
from webdoc.url_keys import host_of, url_key

# Column names of CSV and Parquet lists, and what they hold.
_COLUMNS: Final = {
    "url": "url",
    "image_url": "url",
    "domain": "domain",
    "host": "domain",
    "sha256": "sha256",
    "perceptual_hash": "perceptual_hash",
    "phash": "perceptual_hash",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PERCEPTUAL_HASH = re.compile(r"[0-9a-f]{16}")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")

_NAMED: Final = 10  # bad entries that an error names

_Entry = tuple[str, str, str]  # kind, value as written, and where it stands


class OptOuts:
    """Everything that some lists name; about 150 bytes of memory an address."""

    def __init__(self, max_distance: int = 0):
        """Begin with nothing.

        Args:
            max_distance: bits in which a picture's perceptual hash may differ from a listed one,
                0 to 16.
        """
        self._urls: set[str] = set()
        self._domains: set[str] = set()
        self._sha256: set[str] = set()
        self._max_distance = max_distance
        self._masks = masks(max_distance, agreeing=1)
        # Hashes within the distance are equal under one mask at least.
        self._hashes: dict[tuple[int, int], list[int]] = defaultdict(list)

    @classmethod
    def load(
        cls,
        paths: Iterable[str],
        max_distance: int = 0,
        storage: StorageSettings | None = None,
    ) -> Self:
        """Read lists, wherever they lie.

        A text file holds one entry a line: an address, a domain (its subdomains are meant too),
        64 hex digits of SHA-256 or 16 of a perceptual hash; # begins a comment line. A .csv or
        .parquet file has one or more of the columns url, image_url, domain, host, sha256,
        perceptual_hash, phash; others are passed over.

        Raises:
            ValueError: entries that cannot be any, or a file without a known column; says where.
            OSError: a file that cannot be read.
        """
        lists = cls(max_distance)
        bad: list[str] = []
        for path in paths:
            fs, inner = file_system(path, storage or StorageSettings())
            with fs.open(inner, "rb") as file:
                for kind, value, place in _entries(file, path):
                    if value.strip():
                        try:
                            lists._add(kind, value.strip(), place)
                        except ValueError as error:
                            bad.append(str(error))
        if bad:
            more = f"; and {len(bad) - _NAMED:,} more" if len(bad) > _NAMED else ""
            raise ValueError("; ".join(bad[:_NAMED]) + more)
        return lists

    @property
    def is_empty(self) -> bool:
        """Say whether the lists name nothing, so that there is nothing to ask."""
        return not (self._urls or self._domains or self._sha256 or self._hashes)

    def decide_url(self, url: str) -> Decision:
        """Decide on the address of a page or an image, absolute."""
        if self._urls and url_key(url) in self._urls:
            return Decision(False, OPT_OUT, "opt-out list: url")
        host = host_of(url).rstrip(".") if self._domains else ""
        while host:
            if host in self._domains:
                return Decision(False, OPT_OUT, "opt-out list: domain")
            host = host.partition(".")[2]
        return ALLOWED

    def decide_image(self, sha256: str, perceptual_hash: str = "") -> Decision:
        """Decide on a picture by its bytes: hex digits of webdoc.picture.measure, or ""."""
        if sha256 in self._sha256:
            return Decision(False, OPT_OUT, "opt-out list: sha256")
        if perceptual_hash and self._is_near(int(perceptual_hash, 16)):
            return Decision(False, OPT_OUT, "opt-out list: perceptual_hash")
        return ALLOWED

    def _is_near(self, asked: int) -> bool:
        return any(
            (asked ^ listed).bit_count() <= self._max_distance
            for mask in self._masks
            for listed in self._hashes.get((mask, asked & mask), ())
        )

    def _add(self, kind: str, value: str, place: str) -> None:
        plain = value.lower()
        if kind == "url":
            self._urls.add(url_key(value if "://" in value else f"http://{value}"))
        elif kind == "domain":
            self._domains.add(_domain(plain, place))
        elif kind == "sha256" and _SHA256.fullmatch(plain):
            self._sha256.add(plain)
        elif kind == "perceptual_hash" and _PERCEPTUAL_HASH.fullmatch(plain):
            listed = int(plain, 16)
            for mask in self._masks:
                self._hashes[mask, listed & mask].append(listed)
        else:
            raise ValueError(f"{place}: {value[:80]!r} is no {kind}")


def _domain(value: str, place: str) -> str:
    name = value.removeprefix("*.").strip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{place}: {value[:80]!r} is no domain") from error
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{place}: {value[:80]!r} is no domain")
    return name


def _entries(file: Any, path: str) -> Iterator[_Entry]:
    if path.endswith(".parquet"):
        return _parquet_entries(file, path)
    lines = TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
    return _csv_entries(lines, path) if path.endswith(".csv") else _text_entries(lines, path)


def _text_entries(lines: Iterable[str], path: str) -> Iterator[_Entry]:
    for number, line in enumerate(lines, 1):
        value = line.strip()
        if value and not value.startswith("#"):
            yield _kind(value), value, f"{path}, line {number}"


def _kind(value: str) -> str:
    if _SHA256.fullmatch(value.lower()):
        return "sha256"
    if _PERCEPTUAL_HASH.fullmatch(value.lower()):
        return "perceptual_hash"
    return "url" if "/" in value else "domain"


def _csv_entries(lines: Iterable[str], path: str) -> Iterator[_Entry]:
    rows = csv.DictReader(lines)
    known = _known(rows.fieldnames or (), path)
    for row in rows:
        for column, kind in known.items():
            yield kind, row[column] or "", f"{path}, line {rows.line_num}"


def _parquet_entries(file: Any, path: str) -> Iterator[_Entry]:
    table = pq.ParquetFile(file)
    known = _known(table.schema_arrow.names, path)
    for batch in table.iter_batches(columns=list(known)):
        for column, kind in known.items():
            for value in batch.column(column).to_pylist():
                yield kind, str(value or ""), path


def _known(columns: Sequence[str], path: str) -> dict[str, str]:
    """Return the columns that hold entries, each with its kind."""
    known = {name: _COLUMNS[name.lower()] for name in columns if name.lower() in _COLUMNS}
    if not known:
        raise ValueError(f"{path} has none of the columns {', '.join(_COLUMNS)}")
    return known
