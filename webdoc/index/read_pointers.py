"""Pointers of one file -> captures: read by few requests, and each pointer gives one row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webdoc.archive.captures import Capture
from webdoc.archive.reader import JoinedSpan, ReadSettings, capture_in
from webdoc.clip.prefetch import prepared_ahead
from webdoc.index.pointers import Pointer, problem_of, spans_of
from webdoc.index.request_rate import RequestRate
from webdoc.index.settings import IndexSettings
from webdoc.reasons import CaptureReason
from webdoc.storage.byte_source import StorageError, ask_storage, is_remote
from webdoc.storage.inputs import ArchiveFile
from webdoc.storage.ranges import read_range
from webdoc.url_keys import url_key


@dataclass(frozen=True, slots=True)
class RecordReader:
    """What one task reads records with."""

    index: IndexSettings
    archives: ReadSettings
    rate: RequestRate

    def captures(self, file: ArchiveFile, pointers: Sequence[Pointer]) -> Iterator[Capture]:
        """Yield what stands where pointers of one file say, by offset; each is one capture.

        Of pointers to one place the first counts. A row that cannot be a place, and a place where
        no such record stands, are captures with a reason. When the storage fails for good, one
        capture says so for all records from there on, as where a whole file is read.
        """
        places: dict[tuple[int, int], Pointer] = {}
        for pointer in pointers:
            if problem := problem_of(pointer, self.index.max_record_bytes):
                yield _bad(file, pointer, problem)
            else:
                places.setdefault((pointer.offset or 0, pointer.length or 0), pointer)
        left = len(places)
        if file.problem and places:
            first = JoinedSpan(min(places)[0], 0, ())
            yield _unread(file, first, left, StorageError(file.problem))
            return
        for span, body in self._read(file, [*spans_of(places, self.index)]):
            if isinstance(body, StorageError):
                yield _unread(file, span, left, body)
                return
            for place in span.places:
                yield self._capture(file, places[place], span, body)
                left -= 1

    def _read(
        self, file: ArchiveFile, spans: Sequence[JoinedSpan]
    ) -> Iterator[tuple[JoinedSpan, bytes | StorageError]]:
        """Yield spans with their bytes, in order; several are asked for at once."""
        remote = is_remote(file.path)

        def read(span: JoinedSpan) -> tuple[JoinedSpan, bytes | StorageError]:
            try:
                return span, self.ask(file.path, span.start, span.length)
            except StorageError as error:
                return span, error

        if not remote:
            yield from map(read, spans)
            return
        ahead = prepared_ahead(spans, read, self.index.parallel, 2 * self.index.parallel)
        try:
            yield from ahead
        finally:
            ahead.close()

    def ask(self, path: str, start: int, length: int) -> bytes:
        """Return bytes of a file, asked for at the task's rate, and again where that may help.

        Raises:
            StorageError: the storage failed.
        """
        settings = self.archives.storage
        if not is_remote(path):
            return ask_storage(lambda: read_range(path, start, length, settings), settings)

        def attempt() -> bytes:
            self.rate.wait()
            try:
                found = read_range(path, start, length, settings)
            except Exception as error:
                self.rate.failed(error)
                raise
            self.rate.went_well()
            return found

        self.rate.check()
        return ask_storage(attempt, settings)

    def _capture(
        self, file: ArchiveFile, pointer: Pointer, span: JoinedSpan, body: bytes
    ) -> Capture:
        offset, length = pointer.offset or 0, pointer.length or 0
        record_bytes = body[offset - span.start :][:length]
        if len(record_bytes) < length:
            return _not_there(file, pointer, "the file ends before")
        found = capture_in(file, offset, record_bytes, self.archives)
        if found is None:
            return _not_there(file, pointer, "no whole record stands there: the file was changed")
        if pointer.url and url_key(pointer.url) != url_key(found.url):
            said = f"the record of another address stands there: {found.url}"
            return _not_there(file, pointer, said)
        return found


def _row(file: ArchiveFile, pointer: Pointer, reason: CaptureReason, detail: str) -> Capture:
    return Capture(
        *(file.name, pointer.offset or 0, pointer.length or 0),
        url=pointer.url or "",
        reject_reason=reason,
        reject_detail=detail[:300],
    )


def _bad(file: ArchiveFile, pointer: Pointer, problem: str) -> Capture:
    return _row(file, pointer, CaptureReason.BAD_POINTER, problem)


def _not_there(file: ArchiveFile, pointer: Pointer, problem: str) -> Capture:
    return _row(file, pointer, CaptureReason.NOT_AT_POINTER, problem)


def _unread(file: ArchiveFile, span: JoinedSpan, left: int, error: StorageError) -> Capture:
    more = f"; {left:,} records of the selection, from here on, were not read"
    return Capture(
        *(file.name, span.start, 0),
        reject_reason=CaptureReason.UNREADABLE_FILE,
        reject_detail=f"{str(error)[:200]}{more}",
    )
