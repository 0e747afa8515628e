"""`interleaf explain` of a run of the MMC4 path: sentences and what became of images."""

from collections import defaultdict

import pyarrow.compute as pc
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from interleaf.explain_records import RECORD_COLUMNS, print_record
from interleaf.explain_scores import print_scores
from interleaf.mmc4_documents import documents_of, tables_from
from mmc4_like.release.image_fates import ImageFate, image_fates, score_text
from mmc4_like.tables import ARCHIVES, PlacedDocument
from mmc4_like.texts.sentences import sentence_texts
from spark_jobs.run.tables import is_finished, stored_table, table_path
from webdoc.reasons import Reason, reason_text
from webdoc.release.escaping import one_line

_TEXT_CHARS = 90


def explain_mmc4(console: Console, out: str, wanted: str) -> bool:
    """Print each document of that URL or doc_id with the fate of its images, else its records.

    Returns:
        Whether there was one.
    """
    found = list(documents_of(out, wanted))
    for placed in sorted(found, key=lambda p: p.candidate.document.doc_id):
        _print_document(console, placed, out)
    if found:
        return True
    return _explain_records(console, table_path(tables_from(out), ARCHIVES), wanted)


def _explain_records(console: Console, table: str, wanted: str) -> bool:
    """Print the records and links of a page that no text is from."""
    if not is_finished(table):
        return False
    columns = {name: pc.field("record", name) for name in RECORD_COLUMNS}
    columns |= {"linked": pc.field("page", "warc_filename"), "problem": pc.field("page", "problem")}
    is_wanted = (pc.field("record", "url") == wanted) | (pc.field("page", "url") == wanted)
    rows = stored_table(table).to_table(columns=columns, filter=is_wanted).to_pylist()
    for row in rows:
        if row["url"] is None:
            line = f"links of a page in {row['linked']}, as a WAT file tells; no text is from it"
            console.print(one_line(line), markup=False)
        else:
            print_record(console, row)
    return bool(rows)


def _print_document(console: Console, placed: PlacedDocument, out: str) -> None:
    document, capture = placed.candidate.document, placed.candidate.capture
    console.print(f"{one_line(document.url)}  ({document.doc_id})", markup=False, style="bold")
    console.print(
        one_line(
            f"  {document.source_name}:{document.source_row}, {document.timestamp or 'no time'}, "
            f"language {document.language or 'unknown'}"
        ),
        markup=False,
    )
    if capture.captures_of_url:
        console.print(
            one_line(
                f"  images of the capture {capture.warc_filename}:{capture.warc_record_offset}, "
                f"{capture.capture_time}, one of {capture.captures_of_url}"
            ),
            markup=False,
        )
    detail = f"; {one_line(document.reject_detail)}" if document.reject_detail else ""
    verdict = _left_out(document.reject_reason, document.reject_value) or "published"
    console.print(f"  {verdict}{detail}", markup=False)
    print_scores(console, out, document.doc_id)
    console.print(_table(placed))


def _table(placed: PlacedDocument) -> Table:
    """Return the sentences with the images at them, then all other images."""
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "what", "fate"):
        table.add_column(column, overflow="fold")
    at: dict[int | None, list[tuple[int, ImageFate]]] = defaultdict(list)
    fates = image_fates(placed)
    for number, fate in enumerate(fates):
        at[fate.sentence].append((number, fate))
    texts = sentence_texts(placed.candidate.document.text, placed.candidate.sentences)
    for nth, text in enumerate(texts):
        shown = " ".join(one_line(text).split())
        table.add_row(f"sentence {nth}", escape(shown[:_TEXT_CHARS]), "")
        for number, fate in at[nth]:
            table.add_row(f"  image {number}", _address(fate), escape(_fate(fate)))
    for number, fate in at[None]:
        table.add_row(f"image {number}", _address(fate), escape(_fate(fate)), style="dim")
    return table


def _address(fate: ImageFate) -> str:
    image = fate.image
    return escape(one_line(image.url or image.source_url or image.facts.sha256)[:_TEXT_CHARS])


def _fate(fate: ImageFate) -> str:
    if fate.sentence is not None:
        found = f"placed at sentence {fate.sentence}, similarity {fate.similarity:.3f}"
        return "; ".join(part for part in (found, score_text(fate)) if part)
    reason = _left_out(fate.reason, fate.value) or "not compared: its document was left out"
    if fate.best_sentence is None:
        return reason
    return f"{reason}; most like sentence {fate.best_sentence}, {fate.similarity:.3f}"


def _left_out(reason: Reason | None, value: float | None) -> str:
    if reason is None:
        return ""
    word = "unplaced" if reason.startswith("unplaced_") else "left out"
    measured = "" if value is None else f" (measured {value:.4g})"
    return f"{word}: {reason}, {reason_text(reason)}{measured}"
