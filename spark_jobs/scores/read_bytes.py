"""How much of a release scorers read: Parquet says how large its columns are."""

import fsspec
import pyarrow.parquet as pq

from spark_jobs.run.tables import for_fsspec, table_path
from spark_jobs.scores.releases import COLUMNS
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.release.exporter import Exporter
from webdoc.scores.scorer import ScoreSettings


def scored_bytes(folder: str, scores: ScoreSettings) -> int:
    """Return how many bytes the columns that the scorers need have in the files."""
    names = {"general_metadata"}  # ids
    if scores.texts:
        names |= set(COLUMNS["texts"])
    if scores.has("captions", "documents"):
        names |= set(COLUMNS["documents"])
    if scores.pictures:
        names.add("metadata")  # which pictures are shown
    total = _column_bytes(folder, DOCUMENTS, names)
    if scores.looking_at_pictures:
        total += _column_bytes(folder, IMAGES, {"sha256", "image"})
    return total


def _column_bytes(folder: str, out: Exporter, names: set[str]) -> int:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(folder, out.folder)))
    total = 0
    for path in filesystem.glob(f"{inner}/*.parquet"):
        with filesystem.open(path, "rb") as source:
            about = pq.ParquetFile(source).metadata
            for group in range(about.num_row_groups):
                chunks = (about.row_group(group).column(i) for i in range(about.num_columns))
                total += sum(
                    chunk.total_compressed_size
                    for chunk in chunks
                    if chunk.path_in_schema.partition(".")[0] in names
                )
    return total
