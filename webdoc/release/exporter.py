"""What one folder of a release holds: an exporter describes it once, for everything that reads it.

Publishing, the run folder, the card with its front matter, the Croissant file, the report and
`interleaf export` go by these descriptions. Each exporter is a module in `webdoc/exporters/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in file order."""

    name: str
    shown_type: str  # for a person
    meaning: str  # Markdown
    # Of the Hub's `dataset_info`; of a struct (name, type) of each field, of a list of one item;
    # "" where the Parquet type says all.
    hub_type: str | tuple[tuple[str, str], ...] = ""
    croissant_type: str = "sc:Text"  # "" where Croissant has no word for it
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Exporter:
    """One folder of a release, or what `interleaf export` writes."""

    name: str  # of the configuration on the Hub, and after `--to`
    folder: str
    record: type  # a dataclass; a row of a Parquet file has its fields
    columns: tuple[Column, ...]
    one_row: str  # a sentence: what one row is
    said: str  # Markdown of the card, above the columns
    reading: tuple[str, ...]  # lines of Python that read it, after those of the exporters before
    file_name: str = "train"  # the first part of the names of its files
    line: Callable[[Any], str] | None = None  # a row as a line of text; None: the files are Parquet
    # What makes a row of a published document; None where only publishing can make the rows.
    row: Callable[[Any], Any] | None = None
    needs_pictures: bool = False  # whether `row` wants the bytes of pictures

    @property
    def ending(self) -> str:
        """The ending of the names of its files."""
        return "jsonl" if self.line else "parquet"

    @property
    def is_picture_table(self) -> bool:
        """Whether the Hub must be told that a column holds pictures."""
        return any(column.hub_type == "image" for column in self.columns)
