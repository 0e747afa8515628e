"""What `interleaf fit-quality` does: read labelled documents, measure them, fit, judge, write."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
from rich.console import Console

from webdoc.derived.spoiled_copies import FROM, LABEL
from webdoc.exporters.documents import DOCUMENTS
from webdoc.release.published import published_document
from webdoc.scores.quality.fit import fitted
from webdoc.scores.quality.measure import all_features, features_of
from webdoc.scores.quality.parts import parts_of
from webdoc.scores.quality.weights import GOOD, NOT_SCORED, Features, QualityWeights, weights_text
from webdoc.settings import SettingsError

_FOLDS = 5
_ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Labelled:
    """One document."""

    label: str
    is_held_out: bool  # with all copies of the same document
    features: Features


def run_fit_quality(folder: str, out: Path, labels: Path | None, most: int) -> None:
    """Fit, print and write.

    Raises:
        SettingsError: no release, no labels, or a document is missing one sort of label.
    """
    if not out.parent.is_dir():
        raise SettingsError(f"There is no folder {out.parent} for {out.name}. Make it first.")
    rows = list(labelled(folder, read_labels(labels) if labels else None, most))
    learned = [row for row in rows if not row.is_held_out]
    names = [one.name for one in all_features() if one.name not in NOT_SCORED]
    said = f"{len(learned)} labelled documents of {Path(folder).name}"
    try:
        weights = fitted(
            [row.features for row in learned],
            [row.label for row in learned],
            names,
            fitted_on=said,
        )
    except ValueError as error:
        raise SettingsError(f"{error}. Give labels with --labels, or a release of `interleaf spoil`"
                            ".") from error  # fmt: skip
    console = Console()
    counts = Counter(row.label for row in rows)
    for label, count in sorted(counts.items()):
        told = "" if label == GOOD else f", AUC {auc_of(rows, label, weights)}"
        console.print(f"{label}: {count:,} documents{told}", highlight=False, markup=False)
    console.print("AUC is that of documents that were not fitted on, one of five.", style="dim")
    out.write_text(weights_text(weights), encoding="utf-8")
    console.print(f"Weights: {out}", highlight=False, markup=False)


def auc_of(rows: list[Labelled], label: str, weights: QualityWeights) -> str:
    """Return how often a good document is above one with the label, of those held out."""
    held = [row for row in rows if row.is_held_out]
    good = [weights.quality(row.features) for row in held if row.label == GOOD]
    bad = [weights.quality(row.features) for row in held if row.label == label]
    if not good or not bad:
        return "unknown, for none was held out"
    above = sum((a > b) + (a == b) / 2 for a in good for b in bad)
    return f"{above / (len(good) * len(bad)):.2f}"


def read_labels(path: Path) -> dict[str, str]:
    """Return labels by doc_id.

    Raises:
        SettingsError: the file cannot be read, or a line is no label.
    """
    found = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Cannot read the labels {path}: {error}.") from error
    for number, line in enumerate(lines, start=1):
        doc_id, tab, label = line.partition("\t")
        if not tab or not doc_id.strip() or not label.strip():
            raise SettingsError(f"{path}, line {number}: want a doc_id, a tab and a label.")
        found[doc_id.strip()] = label.strip()
    return found


def labelled(folder: str, labels: Mapping[str, str] | None, most: int) -> Iterator[Labelled]:
    """Yield the labelled documents of a release, measured; of one label the first ones.

    Args:
        folder: of the release; its files are read a few rows at a time.
        labels: by doc_id; None: those of `interleaf spoil`.
        most: documents of one label.

    Raises:
        SettingsError: there is no such release.
    """
    counts: Counter[str] = Counter()
    for row in _rows(folder):
        about = json.loads(row["general_metadata"])
        doc_id = str(about.get("doc_id", ""))
        label = about.get(LABEL) if labels is None else labels.get(doc_id)
        if not label or counts[label] == most:
            continue
        counts[label] += 1
        document = published_document(
            row["images"], row["texts"], row["metadata"], row["general_metadata"], {}
        )
        origin = str(about.get(FROM) or doc_id)
        is_held_out = zlib.crc32(origin.encode()) % _FOLDS == 0
        yield Labelled(str(label), is_held_out, features_of(parts_of(document)))


def _rows(folder: str) -> Iterator[dict[str, Any]]:
    filesystem, inner = fsspec.url_to_fs(f"{folder.rstrip('/')}/{DOCUMENTS.folder}")
    paths = sorted(filesystem.glob(f"{inner}/*.parquet"))
    if not paths:
        raise SettingsError(f"{folder} holds no release. Give the --out folder of a finished run.")
    for path in paths:
        with filesystem.open(path, "rb") as file:
            for batch in pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE):
                yield from batch.to_pylist()
