"""Settings of a run that both paths share: how it is cut up, how Spark starts, its release."""

from dataclasses import dataclass

from webdoc.settings import section, setting


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """How a release is cut into files. Source of the row group limits: the Hub's viewer."""

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

    def __post_init__(self) -> None:
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
