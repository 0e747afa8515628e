"""Near-duplicates: how time and memory grow, and the same documents through datasketch.

    python -m benchmarks.dedup                      10k, 40k and 160k documents, datasketch at 40k
    python -m benchmarks.dedup --sizes 10000 40000 --peer 10000
    python -m benchmarks.dedup --signature          only benchmarks.signature, no Spark

Documents are real paragraphs in new orders, so that words are spread as on the web; one in ten
is a near-copy. The paragraphs lie in ../shared/data beside the checkout. Prints one JSON object.
"""

import argparse
import json
import math
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasketch import MinHash, MinHashLSH
from pyspark.sql import SparkSession

from benchmarks.signature import TEXTS
from benchmarks.signature import report as signature_report
from obelics_like.settings import load_settings
from spark_jobs.duplicates.near_texts import near_duplicates
from spark_jobs.duplicates.text_signatures import signatures
from spark_jobs.run.session import open_session
from webdoc.duplicates.minhash import MinHashSettings, bands_and_rows
from webdoc.duplicates.near_duplicates import NearTextSettings
from webdoc.run_settings import SparkSettings

WORDS_A_DOCUMENT = 500
ROWS_A_FILE = 5000


def paragraphs() -> list[str]:
    """Return the paragraphs of real pages."""
    with TEXTS.open(encoding="utf-8") as file:
        lines = [line for row in file for line in json.loads(row)["text"].split("\n")]
    return [line for line in lines if len(line.split()) >= 5]


def documents(count: int) -> Iterator[str]:
    """Give documents; one in ten repeats one of the last thousand but for up to twenty words."""
    dice, source, recent = random.Random(count), paragraphs(), [""]
    for number in range(count):
        words: list[str] = []
        if number % 10 == 9:
            words = dice.choice(recent).split()
            for _ in range(dice.randrange(20)):
                words[dice.randrange(len(words))] = dice.choice(source).split()[0]
        while len(words) < WORDS_A_DOCUMENT:
            words += dice.choice(source).split()
        recent = [*recent[-999:], " ".join(words)] if number else [" ".join(words)]
        yield recent[-1]


def write_documents(folder: Path, count: int) -> None:
    """Write them as the table that `signatures` takes."""
    folder.mkdir()
    waiting = documents(count)
    for start in range(0, count, ROWS_A_FILE):
        texts = [next(waiting) for _ in range(min(ROWS_A_FILE, count - start))]
        ids = [f"{number:032x}" for number in range(start, start + len(texts))]
        rows = {"doc_id": ids, "text": texts, "capture_time": [""] * len(texts)}
        pq.write_table(pa.table(rows), folder / f"part-{start:08d}.parquet")


def started_here(pid: int) -> bool:
    """Tell whether a process descends from this one; others may run Spark on this machine too."""
    while pid > 1 and pid != os.getpid():
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        pid = int(state.rpartition(")")[2].split()[1])
    return pid > 1


class WorkerMemory:
    """The peak of resident memory of any Python worker of this session of Spark, in MB.

    The peak is the system's own; a worker that lives through several sizes keeps its highest.
    """

    def __init__(self) -> None:
        self.most_mb = 0.0
        self._over = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look four times a second."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    worker = b"pyspark.worker" in (process / "cmdline").read_bytes().split(b"\0")
                    if worker and started_here(int(process.name)):
                        state = (process / "status").read_text(encoding="utf-8")
                        peak = int(state.partition("VmHWM:")[2].split()[0])
                        self.most_mb = max(self.most_mb, peak * 1024 / 1e6)
                except (OSError, IndexError):  # it ended while we looked
                    continue


def ours(spark: SparkSession, folder: Path, settings: NearTextSettings) -> dict[str, float]:
    """Texts to CLUSTERS, both tables written as a job writes them."""
    memory = WorkerMemory()
    with memory.watched():
        start = time.perf_counter()
        made = signatures(spark.read.parquet(str(folder)), settings.minhash)
        made.write.parquet(f"{folder}-signatures")
        middle = time.perf_counter()
        found = near_duplicates(spark.read.parquet(f"{folder}-signatures"), settings)
        found.write.parquet(f"{folder}-clusters")
        end = time.perf_counter()
    return {
        "signatures_s": round(middle - start, 1),
        "clusters_s": round(end - middle, 1),
        "total_s": round(end - start, 1),
        "worker_memory_mb": round(memory.most_mb),
        "in_clusters": spark.read.parquet(f"{folder}-clusters").count(),
    }


def peer(folder: Path, settings: MinHashSettings) -> dict[str, float]:
    """One process: shingles as texts, MinHash.update_batch, MinHashLSH insert and query."""
    lsh = MinHashLSH(num_perm=settings.permutations, params=bands_and_rows(settings))
    first = MinHash(num_perm=settings.permutations, seed=settings.seed)
    n, near = settings.shingles.n, 0
    start = time.perf_counter()
    for batch in pq.ParquetDataset(folder).read().to_batches():
        for doc_id, text in zip(
            batch["doc_id"].to_pylist(), batch["text"].to_pylist(), strict=True
        ):
            words = text.lower().split()
            cut = {" ".join(words[i : i + n]).encode() for i in range(len(words) - n + 1)}
            made = MinHash(permutations=first.permutations, scheme=first.scheme)
            made.update_batch(cut)
            near += bool(lsh.query(made))
            lsh.insert(doc_id, made, check_duplication=False)
    return {"total_s": round(time.perf_counter() - start, 1), "with_candidates": near}


def exponent(sizes: list[int], times: list[float]) -> float:
    """Return e of the best fit of time = c * size^e."""
    logs = [(math.log(size), math.log(t)) for size, t in zip(sizes, times, strict=True)]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 40_000, 160_000])
    parser.add_argument("--peer", type=int, default=40_000, help="size for datasketch; 0: none")
    parser.add_argument("--signature", action="store_true", help="only signatures, no Spark")
    asked = parser.parse_args()
    settings = load_settings().near_duplicates
    report: dict[str, object] = {}
    if asked.signature:
        report = signature_report(settings.minhash)
    else:
        session = SparkSettings(master="local[2]", conf={"spark.sql.shuffle.partitions": "8"})
        with tempfile.TemporaryDirectory() as place, open_session("dedup", session) as spark:
            write_documents(Path(place, "warm"), 500)
            ours(spark, Path(place, "warm"), settings)
            times = []
            for size in asked.sizes:
                folder = Path(place, str(size))
                write_documents(folder, size)
                row = ours(spark, folder, settings)
                times.append(row["total_s"])
                report[f"ours_{size}"] = row
                if size == asked.peer:
                    report[f"datasketch_{size}"] = peer(folder, settings.minhash)
                print(json.dumps(report), flush=True)
            if len(times) > 1:
                report["exponent"] = round(exponent(asked.sizes, times), 2)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
