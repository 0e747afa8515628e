"""Settings of a run that both paths share: how it is cut up, how Spark starts, its release."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """How a release is cut into files. Source of the row group limits: the Hub's viewer."""

    max_row_group_rows: int = 100
    max_row_group_bytes: int = 32 << 20
    rows_per_file: int = 100_000
    image_bytes_per_file: int = 512 << 20
    name: str = "interleaved-web-documents"  # of the dataset, on its card
    licence: str = "other"  # a licence id of the Hub; the pages belong to their owners

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

    batch_bytes: int = 64 << 30  # of archives read before what is read is safe from a kill

    def __post_init__(self) -> None:
        if self.batch_bytes < 1:
            raise ValueError(f"batch_bytes must be 1 or more, got {self.batch_bytes}")


@dataclass(frozen=True, slots=True)
class SparkSettings:
    """How a session is opened when spark-submit has not done so."""

    master: str = ""  # "" means: what spark-submit says, else local[*]
    conf: dict[str, str] = field(default_factory=dict)  # any Spark option, by its full name
