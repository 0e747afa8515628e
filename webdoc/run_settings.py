"""Settings of a run that both paths share: how it is cut up, how Spark starts, its release."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from webdoc.settings import section, setting

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """How a release is cut into files, and what its card says of who publishes it.

    Source of the row group limits: the Hub's viewer.
    """

    max_row_group_rows: int = setting(
        100, "Rows in one row group of a Parquet file.", source="the Hub's viewer"
    )
    max_row_group_bytes: int = setting(
        32 << 20, "Bytes in one row group.", source="the Hub's viewer"
    )
    rows_per_file: int = setting(100_000, "Rows in one file of documents.", source="ours")
    image_bytes_per_file: int = setting(512 << 20, "Bytes in one file of pictures.", source="ours")
    name: str = setting(
        "interleaved-web-documents",
        "The name of the dataset, on its card.",
        source="ours",
        private=False,
    )
    licence: str = setting(
        "other",
        "A licence id of the Hub.",
        source="ours: the pages belong to their owners",
        private=False,
    )
    licence_name: str = setting(
        "",
        'The name of the licence, which the Hub asks for where `licence` is "other".',
        source="the Hub's dataset cards, `license_name`",
        private=False,
    )
    licence_link: str = setting(
        "",
        "Where it can be read: an address, or a file of the dataset.",
        source="the Hub's dataset cards, `license_link`",
        private=False,
    )
    maker: str = setting("", "Who made the dataset, on its card.", source="ours", private=False)
    contact: str = setting(
        "",
        "Who is asked to take something out: an address or a page. Published on the card, unlike"
        " `fetch.contact`.",
        source="ours",
        private=False,
    )
    url: str = setting(
        "", "Where the dataset is at home: an address.", source="ours", private=False
    )
    created: str = setting(
        "",
        "The day it was made, as 2024-05-18. A run reads no clock, so that it gives the same files"
        " on every day; empty: not said.",
        source="ours; schema.org `dateCreated`",
        private=False,
    )
    dataset_version: str = setting(
        "1.0.0",
        "The version of the dataset: three numbers.",
        source="Croissant: semantic versions",
        private=False,
    )
    history: tuple[str, ...] = setting(
        (),
        'What changed in each version, as "1.1.0: what changed", the newest first.',
        source="ours",
        private=False,
    )
    citation: str = setting(
        "",
        "How to cite it, as BibTeX; empty: made of name, maker, year and version.",
        source="ours",
        private=False,
    )
    report_pages: int = setting(
        40, "Published documents that the report shows, beside two of each reason.", source="ours"
    )

    def __post_init__(self) -> None:
        if self.created:
            date.fromisoformat(self.created)
        if not _VERSION.fullmatch(self.dataset_version):
            raise ValueError(
                f"dataset_version must be three numbers such as 1.0.0, got {self.dataset_version!r}"
            )
        if not 1 <= self.report_pages <= 1_000:
            raise ValueError(f"report_pages must be 1 to 1,000, got {self.report_pages}")
        limits = (
            self.max_row_group_rows,
            self.max_row_group_bytes,
            self.rows_per_file,
            self.image_bytes_per_file,
        )
        if min(limits) < 1:
            raise ValueError("every limit of a file or row group must be 1 or more")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the work is cut up. It changes nothing in a release."""

    batch_bytes: int = setting(
        64 << 30,
        "Of archives read before what is read is safe from a kill.",
        source="ours",
        private=True,
    )

    def __post_init__(self) -> None:
        if self.batch_bytes < 1:
            raise ValueError(f"batch_bytes must be 1 or more, got {self.batch_bytes}")


@dataclass(frozen=True, slots=True)
class SparkSettings:
    """How a session is opened when spark-submit has not done so."""

    master: str = setting(
        "",
        "Where Spark runs; empty: what spark-submit says, else local[*].",
        source="the user's",
        private=True,
    )
    conf: dict[str, str] = section(dict, "Any Spark option, by its full name.", private=True)
