"""The settings of an index: which records are taken from archives, and how politely."""

import re
from dataclasses import dataclass

from webdoc.settings import setting

_MIB = 1 << 20
_CRAWL = re.compile(r"CC-MAIN-\d{4}-\d{2}")
COMMON_CRAWL = "https://data.commoncrawl.org"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Which records of archives are read; docs/decisions/selecting.md has the defaults' reasons."""

    path: str = setting(
        "",
        "Parquet files of an index: a file, folder, glob or .paths list, on disk, s3:// or "
        "https://. Common Crawl's columnar index, or any table of url, filename, offset, length.",
        source="the user's",
        private="folders",
    )
    crawl: str = setting(
        "",
        "A crawl of Common Crawl such as CC-MAIN-2024-22: its own index, or with a path the rows "
        "of this crawl.",
        source="the user's",
        private=False,
    )
    where: str = setting(
        "",
        "A condition on columns of the index and of annotations; empty: all rows.",
        source="the user's",
        private=False,
    )
    annotations: tuple[str, ...] = setting(
        (),
        "Parquet files with more columns for the condition, joined by the columns of URL or host "
        "(and crawl, and fetch_time) that both have, as Common Crawl's index annotations are.",
        source="the user's",
        private="folders",
    )
    sample: float = setting(
        1.0,
        "Share of the rows that are taken, by a hash of the URL; a smaller sample is a part of a "
        "larger one.",
        source="ours",
    )
    robots: bool = setting(
        True,
        "Takes the robots.txt captures of the same hosts too, where the index has them.",
        source="ours: they bind what is published",
    )
    requests_per_second: float = setting(
        200.0,
        "To remote storage, of all tasks of the run together.",
        source="ours: Common Crawl can stand a few thousand a second of all its users",
        private=True,
    )
    parallel: int = setting(
        8, "Requests that one task waits for at once.", source="ours", private=True
    )
    tasks: int = setting(
        0,
        "Tasks among which records, and requests, are dealt; 0: one for each core.",
        source="ours",
        private=True,
    )
    max_gap_bytes: int = setting(
        256 << 10,
        "Between two records, that is read for nothing to save a request.",
        source="ours: takes about as long as a request",
        private=True,
    )
    max_waste: float = setting(
        0.25,
        "All such gaps of a file together, as a share of the records' own bytes.",
        source="ours: 1.25 times the bytes at most",
        private=True,
    )
    dense_share: float = setting(
        0.75,
        "Of a part of a file that is wanted, from which on the whole part is read in sequence.",
        source="ours: 1.33 times the bytes at most, and the fewest requests",
        private=True,
    )
    span_bytes: int = setting(
        4 * _MIB, "Of one request, and so in memory.", source="ours", private=True
    )
    part_bytes: int = setting(
        32 * _MIB, "Of records that one task reads in a row.", source="ours", private=True
    )
    max_record_bytes: int = setting(
        64 * _MIB,
        "A row that claims a longer record is not believed.",
        source="ours: bounds the memory; the longest of Common Crawl are below 6 MB",
        private=True,
    )

    def __post_init__(self) -> None:
        if self.crawl and not _CRAWL.fullmatch(self.crawl):
            raise ValueError(f"crawl must look like CC-MAIN-2024-22, got {self.crawl!r}")
        if (self.where or self.annotations or self.sample != 1.0) and not self.is_given:
            raise ValueError(
                "where, annotations and sample select from an index: give its path, or a crawl"
            )
        if not 0 < self.sample <= 1:
            raise ValueError(f"sample must be above 0 and at most 1, got {self.sample}")
        if self.requests_per_second <= 0:
            raise ValueError("requests_per_second must be above 0")
        if self.max_waste < 0 or self.max_gap_bytes < 0 or self.tasks < 0:
            raise ValueError("max_waste, max_gap_bytes and tasks must not be below 0")
        if not 0 < self.dense_share <= 1:
            raise ValueError(f"dense_share must be above 0 and at most 1, got {self.dense_share}")
        sizes = (self.parallel, self.span_bytes, self.part_bytes, self.max_record_bytes)
        if min(sizes) < 1:
            raise ValueError("parallel, span_bytes, part_bytes, max_record_bytes must be 1 or more")

    @property
    def is_given(self) -> bool:
        """Tell whether records are selected from an index at all."""
        return bool(self.path or self.crawl)
