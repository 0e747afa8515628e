"""What `interleaf fit-quality` does: read labelled documents, measure them, fit, judge, write."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import fsspec
import pyarrow.parquet as pq
from rich.console import Console

from spark_jobs.run.clip import model_of
from webdoc.derived.spoiled_copies import FROM, LABEL
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.scores import SCORES
from webdoc.release.exporter import Exporter
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
    stored = stored_features(folder)
    rows = list(labelled(folder, read_labels(labels) if labels else None, most, stored))
    vectors_of = _vectors_of(folder, rows)
    learned = [row for row in rows if not row.is_held_out]
    names = [one.name for one in all_features() if one.name not in NOT_SCORED]
    said = f"{len(learned)} labelled documents of {Path(folder).name}"
    try:
        weights = fitted(
            [row.features for row in learned],
            [row.label for row in learned],
            names,
            fitted_on=said,
            model=vectors_of,
        )
    except ValueError as error:
        raise SettingsError(f"{error}. Give labels with --labels, or a release of `interleaf spoil`"
                            ".") from error  # fmt: skip
    console = Console()
    counts = Counter(row.label for row in rows)
    for label, count in sorted(counts.items()):
        told = "" if label == GOOD else f", AUC {auc_of(rows, label, weights)}"
        console.print(f"{label}: {count:,} documents{told}", highlight=False, markup=False)
    if stored:
        whose = f", with vectors of {vectors_of}" if vectors_of else ""
        console.print(f"Features are those in {SCORES.folder}/{whose}.", highlight=False)
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


def stored_features(folder: str) -> dict[str, Features]:
    """Return the features that `interleaf score` has measured, by doc_id; none where it has not.

    With vectors they can only be had that way.
    """
    names = {one.name for one in all_features()}
    found: dict[str, Features] = {}
    for row in _rows(folder, SCORES):
        scores = {one["name"]: one["value"] for one in row["scores"] if one["name"] in names}
        if scores:
            found[row["doc_id"]] = scores
    return found


def _vectors_of(folder: str, rows: Sequence[Labelled]) -> str:
    """Return the revision of the model whose vectors are among the features; "" for none.

    Raises:
        SettingsError: there are such features, and nothing says whose.
    """
    names = {one.name for one in all_features() if one.needs_clip}
    if not any(row.features.get(name) is not None for row in rows for name in names):
        return ""
    try:
        return model_of(folder).revision
    except FileNotFoundError as error:
        raise SettingsError(
            f"{folder} has features of vectors, and no tables/model.json that says whose they are."
            " Score it again: interleaf score DIR --signals document_quality --model NAME."
        ) from error


def labelled(
    folder: str,
    labels: Mapping[str, str] | None,
    most: int,
    stored: Mapping[str, Features] = MappingProxyType({}),
) -> Iterator[Labelled]:
    """Yield the labelled documents of a release with features; of one label the first ones.

    Args:
        folder: of the release; its files are read a few rows at a time.
        labels: by doc_id; None: those of `interleaf spoil`.
        most: documents of one label.
        stored: features by doc_id; a document that is not in it is measured, without vectors.

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
        origin = str(about.get(FROM) or doc_id)
        is_held_out = zlib.crc32(origin.encode()) % _FOLDS == 0
        features = stored.get(doc_id) or _measured(row)
        yield Labelled(str(label), is_held_out, features)


def _measured(row: Mapping[str, Any]) -> Features:
    document = published_document(
        row["images"], row["texts"], row["metadata"], row["general_metadata"], {}
    )
    return features_of(parts_of(document))


def _rows(folder: str, out: Exporter = DOCUMENTS) -> Iterator[dict[str, Any]]:
    filesystem, inner = fsspec.url_to_fs(f"{folder.rstrip('/')}/{out.folder}")
    paths = sorted(filesystem.glob(f"{inner}/*.parquet"))
    if not paths and out is DOCUMENTS:
        raise SettingsError(f"{folder} holds no release. Give the --out folder of a finished run.")
    for path in paths:
        with filesystem.open(path, "rb") as file:
            for batch in pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE):
                yield from batch.to_pylist()
