"""`interleaf explain`: the way of one record or document through a finished run; no Spark."""

from collections.abc import Iterator

import pyarrow.compute as pc
from rich.console import Console

from interleaf.explain_mmc4 import explain_mmc4
from interleaf.explain_obelics import explain_obelics
from interleaf.explain_records import NothingFoundError
from interleaf.mmc4_documents import names_of
from interleaf.nearest_names import names_in, nearest_names
from mmc4_like.tables import PLACED
from obelics_like.heads import LIVE, REJECTED, StoredDocument
from spark_jobs.marks.older_runs import judged_table
from spark_jobs.release.checksums import is_published
from spark_jobs.run.tables import RECORDS, is_finished, stored_table, table_path
from webdoc.arrow import schema_of
from webdoc.reasons import Kind
from webdoc.release.escaping import one_line
from webdoc.tables.records import Record

_ARE_DOCUMENTS = pc.field("kind").isin([LIVE, REJECTED])
_ARE_RECORDS = pc.field("kind").isin([str(kind) for kind in Kind])


def explain(console: Console, out: str, wanted: str) -> None:
    """Print each document of that URL or doc_id with the fate of all its parts, else its records.

    Raises:
        NothingFoundError: says what was looked at, and which names are nearest.
    """
    if is_finished(table_path(out, RECORDS)) and is_published(out):
        found = explain_obelics(console, out, wanted)
    elif is_finished(table_path(out, PLACED)):
        found = explain_mmc4(console, out, wanted)
    else:
        raise NothingFoundError(
            f"{out} holds no finished run. Give the --out folder of `interleaf obelics` or "
            "`interleaf mmc4`."
        )
    if not found:
        near = [one_line(name) for name in nearest_names(_names(out), wanted)]
        hint = "The URL must be whole, with https://"
        if near:
            hint = "The nearest there: " + ", ".join(near)
        raise NothingFoundError(f"No record in {out} has the URL or id {wanted!r}. {hint}")


def _names(out: str) -> Iterator[str]:
    """Yield the URLs and ids of all documents of a run, and the URLs of its other records."""
    records = table_path(out, RECORDS)
    if is_finished(records):
        older = judged_table(out)
        documents = (
            stored_table(older)
            if older
            else stored_table(records, schema_of(StoredDocument)).filter(_ARE_DOCUMENTS)
        )
        yield from names_in(documents, ("url",), ("doc_id",))
        yield from names_in(stored_table(records, schema_of(Record)).filter(_ARE_RECORDS), ("url",))
    else:
        yield from names_of(out)
