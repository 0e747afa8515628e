"""clusters/: which page was left out for which other one. The OBELICS path writes it."""

from typing import Final

from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.release.exporter import Column, Exporter

_COLUMNS: Final = (
    Column("doc_id", "string", "of a page that has near-copies", "string"),
    Column("cluster_id", "string", "the same for all of a cluster", "string"),
    Column("keeper", "string", "`doc_id` of the page that stays", "string"),
    Column("similarity", "number", "of its text to the keeper's", "float64", "sc:Float"),
)

CLUSTERS: Final = Exporter(
    name="clusters",
    folder="clusters",
    record=NearCopy,
    columns=_COLUMNS,
    one_row="Pages with near-copies, and which one stays.",
    said="Which page was left out for which other one, because of nearly the same text.",
    reading=(),
)
