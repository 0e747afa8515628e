"""What one folder of a release holds: an exporter describes it once, for everything that reads it.

Publishing, the run folder, the card with its front matter, the Croissant file, the report and
`interleaf export` go by these descriptions. Each exporter is a module in `webdoc/exporters/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

# How the files of a shard are written: a table of Parquet, lines of text, a tar, MosaicML's binary
# form, a list in JSON beside a folder of pictures.
Form = Literal["parquet", "lines", "tar", "mds", "json"]
_ENDINGS: Final = {"lines": "jsonl"}  # where a form is not the ending of its names


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
    form: Form = "parquet"
    line: Callable[[Any], str] | None = None  # a row as a line of text, where the form is lines
    # What makes a row of a published document; None where only publishing can make the rows. It
    # gives None for a document that this form has no place for.
    row: Callable[[Any], Any] | None = None
    needs_pictures: bool = False  # whether `row` wants the bytes of pictures
    needs_placed: bool = False  # whether `row` wants the fields of MMC4, which one path has
    # What its readers take for a marker, so that no text of a page may hold it as it is.
    reserved: tuple[str, ...] = ()
    index: Literal["", "energon", "mds"] = ""  # files of its own that name the shards

    @property
    def ending(self) -> str:
        """The ending of the names of its files."""
        return _ENDINGS.get(self.form, self.form)

    @property
    def is_picture_table(self) -> bool:
        """Whether the Hub must be told that a column holds pictures."""
        return any(column.hub_type == "image" for column in self.columns)
