"""archives.csv: which archive files were read, and what was in them."""

from typing import Final

from pyspark.sql import DataFrame

from webdoc.reasons import LINKS, Kind
from webdoc.release.escaping import csv_cell

_COLUMNS: Final = {
    Kind.PAGE: "pages",
    Kind.IMAGE: "images",
    Kind.ROBOTS: "robots",
    Kind.OTHER: "others",
}


def archive_lines(records: DataFrame, *, with_links: bool = False) -> str:
    """Return CSV: how many records of each input file are of which kind.

    Args:
        records: warc_filename, kind.
        with_links: adds a column for pages of which a WAT file tells; they stand beside the file
            that holds the page itself.
    """
    columns = {str(kind): name for kind, name in _COLUMNS.items()}
    if with_links:
        columns[LINKS] = "links"
    counted = records.groupBy("warc_filename").pivot("kind", list(columns)).count()
    lines = [",".join(["warc_filename", *columns.values()])]
    for row in sorted(counted.na.fill(0).collect(), key=lambda row: row["warc_filename"]):
        name = csv_cell(row["warc_filename"])
        lines.append(",".join([name, *(str(row[kind]) for kind in columns)]))
    return "\n".join(lines) + "\n"
