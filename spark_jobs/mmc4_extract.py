"""WARC and WAT files -> ARCHIVES: pages with their images, pictures, and main texts.

spark-submit spark_jobs/mmc4_extract.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyspark.sql import SparkSession

from mmc4_like.records import CandidateImage
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import ARCHIVES, TEXTS, ArchiveRow
from mmc4_like.texts.main_text import text_document
from mmc4_like.texts.wat import LinkedPage, read_wat
from spark_jobs.run.folder import forget, planned_files
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.supervised import guard_of
from spark_jobs.run.tables import table_path
from spark_jobs.sources.input_batches import Reading, write_in_batches
from spark_jobs.sources.unreadable import Unreadable, look_again, unreadable_record
from webdoc.archive.captures import Capture
from webdoc.archive.reader import read_captures
from webdoc.page.budget import bounded_memory
from webdoc.page.document import Document
from webdoc.page.permission import Permissions
from webdoc.page.read_capture import calm_collector, read_page
from webdoc.picture.look import PictureModels
from webdoc.reasons import Kind, Reason
from webdoc.storage.inputs import ArchiveFile, Split, splits_of
from webdoc.tables.records import image_record, record_of
from webdoc.url_keys import url_key

_WAT_SUFFIXES = (".wat", ".wat.gz")
_REFUSED = {
    Reason.DOCUMENT_NOT_PERMITTED: Reason.DOCUMENT_NOT_PERMITTED,
    # Markup that our own parser refuses is not for another one, which has no such limits.
    Reason.DOCUMENT_TOO_LARGE: Reason.DOCUMENT_NO_TEXT,
    Reason.DOCUMENT_TOO_COMPLEX: Reason.DOCUMENT_NO_TEXT,
    Reason.DOCUMENT_OVER_BUDGET: Reason.DOCUMENT_OVER_BUDGET,
    Reason.INTERNAL_ERROR: Reason.INTERNAL_ERROR,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """Part of a file, and whether the main texts of its pages are wanted."""

    split: Split
    wants_text: bool


def archive_rows(
    part: _Part, settings: Mmc4Settings, models: PictureModels, permissions: Permissions
) -> Iterator[ArchiveRow]:
    """Read one part of a file."""
    errors = settings.errors
    file = part.split.file
    if file.name.endswith(_WAT_SUFFIXES):
        for page in read_wat(part.split, settings.links, settings.archives):
            yield ArchiveRow("other" if page.problem else "links", page=page)
        return
    for capture in read_captures(part.split, settings.archives):
        if capture.kind is Kind.PAGE:
            with bounded_memory():
                document = read_page(capture, settings.extraction, permissions, errors)
                yield page_row(capture, document, wants_text=part.wants_text)
        elif capture.kind is Kind.IMAGE:
            yield ArchiveRow("image", image_record(capture, file.path, models, permissions, errors))
        else:
            errors.check(capture)
            yield ArchiveRow(capture.kind, record_of(capture))


def page_row(capture: Capture, document: Document, *, wants_text: bool) -> ArchiveRow:
    """Return the row of a page: its images in their order, and its text where that is wanted."""
    reason, text = document.reject_reason, None
    if wants_text:
        refused = None if reason is None else _REFUSED.get(reason)
        text = text_document(capture, refused, document.reject_detail if refused else "")
    return ArchiveRow("page", record_of(capture), linked_page(document), text)


def linked_page(document: Document) -> LinkedPage:
    """Return a page with its images; each stands where the text before it ends.

    Images of the same address are kept: the rules mark all but the first. The text of the page is
    kept beside them, unless none of them may be used: it tells where each belongs in a text that
    somebody else made of the page.
    """
    refused = document.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    text = "".join(f"{node.text}\n" for node in document.nodes if node.image is None)
    passed = 0
    images: list[CandidateImage] = []
    for node in document.nodes:
        if node.image is None:
            passed += len(node.text) + 1
        else:
            found = CandidateImage(
                url=node.image.url,
                source="page",
                order=len(images),
                position=passed / (len(text) or 1),
                source_url=node.image.source_url,
                alt_text=node.image.alt_text,
                caption=node.image.caption,
                reject_reason=Reason.IMAGE_NOT_PERMITTED
                if refused or node.reject_reason is Reason.IMAGE_NOT_PERMITTED
                else None,
            )
            images.append(found)
    return LinkedPage(
        url=document.url,
        url_key=url_key(document.url),
        capture_time=document.capture_time,
        warc_filename=document.warc_filename,
        warc_record_offset=document.warc_record_offset,
        warc_record_length=document.warc_record_length,
        images=tuple(images),
        page_text=text if any(image.reject_reason is None for image in images) else "",
    )


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write ARCHIVES, batch by batch; finished ones are left alone."""
    text_archives = planned_files(settings.out, "text_archives")
    with_text = {file.path for file in text_archives}

    def rows(parts: Iterable[_Part]) -> Iterator[tuple[ArchiveRow, int]]:
        models, permissions = settings.picture_models(), Permissions(settings.permission)
        calm_collector()
        for part in parts:
            for row in archive_rows(part, settings, models, permissions):
                yield row, row_bytes(row)

    def wants_text(path: str) -> bool:
        return path in with_text or path.rpartition("::")[2] in with_text

    def parts(files: Sequence[ArchiveFile]) -> list[_Part]:
        splits = splits_of(files, settings.archives.split_bytes)
        return [_Part(split, wants_text(split.file.path)) for split in splits]

    write_in_batches(
        spark,
        text_archives + planned_files(settings.out, "pages"),
        settings.run.batch_bytes,
        table_path(settings.out, ARCHIVES),
        Reading(
            ArchiveRow, "kind", parts, rows, unreadable_row, guard_of(settings.out, settings.budget)
        ),
        partial(forget, settings.out, (ARCHIVES, TEXTS)),
        look_again(settings.archives.storage),
    )


def unreadable_row(row: ArchiveRow) -> Unreadable | None:
    """Return what a row says of an input that cannot be read."""
    page = row.page
    if page is not None and page.problem and page.warc_record_length == 0:
        return Unreadable(page.warc_filename, page.warc_record_offset, page.problem)
    return unreadable_record(row.record)


def row_bytes(row: ArchiveRow) -> int:
    """Return the size of a row in memory, roughly."""
    images = len(row.page.images) if row.page else 0
    text = len(row.text.text) if row.text else 0
    text += len(row.page.page_text) if row.page else 0
    robots = len(row.record.robots_txt) if row.record else 0
    return 500 + 400 * images + text + robots


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_extract", run)))
