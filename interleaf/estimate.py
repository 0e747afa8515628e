"""`interleaf estimate`: what a run of the OBELICS path will take and give, from a sample of it."""

import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from obelics_like.estimate import Estimate, Range, SplitSample, estimate, sample_order
from obelics_like.heads import LIVE, StoredDocument
from obelics_like.record_rows import stored_rows
from obelics_like.release.row import release_row
from obelics_like.rules.judge import Rules
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.progress import span
from spark_jobs.sources.input_batches import reading_tasks
from webdoc.archive.reader import read_captures
from webdoc.arrow import to_batch
from webdoc.exporters.documents import ReleaseRow
from webdoc.page.read_capture import calm_collector
from webdoc.picture.measure import OK
from webdoc.reasons import Kind
from webdoc.release.figures import size_text
from webdoc.settings import SettingsError
from webdoc.storage.inputs import ArchiveFile, Split, expand_inputs, splits_of
from webdoc.tables.records import ReadRecord, Record

_MIN_PARTS = 8  # two, of pages and of pictures, said anything between 500 and 11,000 pages for 588
_ON_TOP = (
    "Time is that of reading pages into marked documents, the larger part; finding or fetching "
    "images, duplicates, comparing by a model and publishing come on top. Documents are those that "
    "no rule on a page alone leaves out: missing images and duplicates will make them fewer."
)


@dataclass(frozen=True, slots=True)
class Input:
    """The archives that a run would read."""

    files: tuple[ArchiveFile, ...]
    splits: tuple[Split, ...]
    total_bytes: int
    left_out: tuple[str, ...]  # files that cannot be read, or hold nothing that is known; and why


def run_estimate(settings: ObelicsSettings, seconds: float, cores: int) -> None:
    """Read parts of the input for some seconds, and print what the whole will take and give.

    Raises:
        SettingsError: nothing of the input can be read.
    """
    console = Console()
    archives = input_of(settings)
    samples = list(sampled(archives, settings, seconds))
    if not samples:
        problems = "; ".join(archives.left_out[:3])
        raise SettingsError(f"None of the inputs can be read ({problems}). Check their names.")
    read = sum(sample.read_bytes for sample in samples)
    print_estimate(console, estimate(samples, archives.total_bytes), cores)
    kinds = frozenset().union(*(sample.kinds for sample in samples))
    console.print(
        f"Reading writes at most {table_files(archives, kinds, settings, cores):,} files into "
        "tables/records; later tables have one for each 64 MB, at least one each.",
        markup=False,
        highlight=False,
    )
    console.print(
        f"From {len(samples):,} of {len(archives.splits):,} parts, {size_text(read)} of "
        f"{size_text(archives.total_bytes)}. One task took {size_text(_peak_bytes())} of memory.",
        markup=False,
        highlight=False,
    )
    if len(samples) == 1 and len(archives.splits) > 1:
        console.print("One part says nothing of how parts differ: give it more --seconds.")
    if archives.left_out:
        problems = "; ".join(archives.left_out[:3])
        console.print(
            f"Not counted, {len(archives.left_out):,} files: {problems}",
            style="yellow",
            markup=False,
        )
    console.print(_ON_TOP, style="dim")


def input_of(settings: ObelicsSettings) -> Input:
    """Return the parts of all archives that can be read."""
    if not settings.inputs:
        raise SettingsError("No input. Name WARC, ARC or WACZ files, folders, globs or lists.")
    files = expand_inputs(settings.inputs, settings.archives.storage)
    known = [file for file in files if not file.problem and file.size_bytes]
    left_out = tuple(
        f"{file.name}: {file.problem or 'empty, or of unknown size'}"
        for file in files
        if file.problem or not file.size_bytes
    )
    splits = tuple(splits_of(known, settings.archives.split_bytes))
    return Input(tuple(known), splits, sum(file.size_bytes for file in known), left_out)


def table_files(
    archives: Input, kinds: Collection[str], settings: ObelicsSettings, cores: int
) -> int:
    """Return how many files reading writes, if every task meets every kind of rows.

    Args:
        archives: the whole input.
        kinds: of rows that were met.
        settings: of the run.
        cores: of the session that reads it.
    """
    parts = Counter(split.file.path for split in archives.splits)
    of_files = [parts[file.path] for file in archives.files]
    return len(kinds) * reading_tasks(archives.files, of_files, settings.run.batch_bytes, cores)


def sampled(archives: Input, settings: ObelicsSettings, seconds: float) -> Iterator[SplitSample]:
    """Read parts, spread over the input, until the time is over; at least some, whatever it is."""
    if not archives.splits:
        return
    rules = Rules.load(settings)
    calm_collector()
    end = time.monotonic() + seconds
    for turn, index in enumerate(sample_order(len(archives.splits))):
        if turn >= _MIN_PARTS and time.monotonic() > end:
            return
        yield split_sample(archives.splits[index], settings, rules)


def split_sample(split: Split, settings: ObelicsSettings, rules: Rules) -> SplitSample:
    """Read one part as a task of the job does, and say what it took and gave."""
    began = time.process_time()
    captures = read_captures(split, settings.archives)
    stored: dict[type, list[Any]] = defaultdict(list)
    for row, _ in stored_rows(captures, split.file.path, settings, rules):
        stored[type(row)].append(row)
    records: list[ReadRecord] = stored[ReadRecord]
    kinds = {kind: Record if kind is ReadRecord else kind for kind in stored}
    table_bytes = sum(_parquet_bytes(rows, kinds[kind]) for kind, rows in stored.items())
    cpu_s = time.process_time() - began
    live = [row for row in stored[StoredDocument] if row.kind == LIVE]
    images = [row.image for row in records if row.image is not None]
    return SplitSample(
        read_bytes=min(split.end, split.file.size_bytes) - split.start,
        cpu_s=cpu_s,
        records=len(records),
        pages=sum(row.kind == Kind.PAGE for row in records),
        documents=len(live),
        table_bytes=table_bytes,
        release_bytes=_parquet_bytes([release_row(document) for document in live], ReleaseRow),
        image_bytes=sum(image.facts.size_bytes for image in images if image.facts.status == OK),
        kinds=frozenset(str(row.kind) for rows in stored.values() for row in rows),
    )


def _parquet_bytes(rows: Sequence[object], record: type) -> int:
    out = BytesIO()
    pq.write_table(pa.Table.from_batches([to_batch(rows, record)]), out, compression="zstd")
    return len(out.getvalue()) if rows else 0


def _peak_bytes() -> int:
    """Return the most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def print_estimate(console: Console, found: Estimate, cores: int) -> None:
    """Print one line for each figure."""
    table = Table(title="The whole input", title_justify="left")
    for column in ("", "about", "between"):
        table.add_column(column, justify="left" if not column else "right")

    def count(value: float) -> str:
        return f"{value:,.0f}"

    def size(value: float) -> str:
        return size_text(round(value))

    def share_of_time(value: float) -> str:
        return span(value / cores)

    lines = (
        ("records", found.records, count),
        ("pages", found.pages, count),
        ("documents", found.documents, count),
        ("reading, one core", found.cpu_s, span),
        (f"reading, {cores} cores", found.cpu_s, share_of_time),
        ("tables/", found.table_bytes, size),
        ("data/ of the release", found.release_bytes, size),
        ("images/, at most", found.image_bytes, size),
    )
    for name, values, text in lines:
        table.add_row(name, text(values.value), _between(values, text))
    console.print(table)


def _between(values: Range, text: Callable[[float], str]) -> str:
    if values.low is None or values.high is None:
        return "not known"
    return f"{text(values.low)} and {text(values.high)}"
