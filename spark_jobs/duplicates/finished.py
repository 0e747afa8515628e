"""Documents that lost something, judged again as a whole by the rules that come last."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish, live_text
from obelics_like.rules.marks import WHOLE, Mark, marks_between, with_marks
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live
from webdoc.duplicates.near_duplicates import TextSignature, sign
from webdoc.page.document import Document


@dataclass(frozen=True, slots=True)
class Finished:
    """FINISHED: a document of which a job had marked or found something, and what that changed."""

    doc_id: str
    marks: tuple[Mark, ...]
    signature: TextSignature | None  # of its text as it is now; None where it is left out


def touched(found: Live) -> DataFrame:
    """Return the heads of live documents of whose nodes a job has said something."""
    said = found.marks.where(F.col("node_index") != WHOLE).select("doc_id")
    return found.heads.join(said.distinct(), "doc_id", "left_semi")


def finished(heads: DataFrame, marks: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return `Finished` of some documents, read again with all their marks."""
    near = settings.near_duplicates
    signed = near.minhash if near.texts else None

    def step(document: Document, own: tuple[Mark, ...], rules: Rules) -> Iterator[Finished]:
        before = with_marks(document, own)
        after = finish(before, rules)
        signature = None
        if signed is not None and after.reject_reason is None:
            text = live_text(after)
            signature = sign(document.doc_id, text, document.capture_time, signed)
        yield Finished(document.doc_id, tuple(marks_between(before, after)), signature)

    return with_documents(heads, marks, settings, step, Finished)
