"""What a MinHash signature costs, ours beside datasketch's: part of `benchmarks.dedup`.

Documents are the first 1,500 words of each real text that has so many. In each round one part
after the other makes the signatures of all documents, so that every part meets new texts, as in
a job; then ours and datasketch's take turns document by document, which finds the cache of the
processor full of the other's numbers. Times are CPU time of this thread.
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from datasketch import MinHash

from webdoc.duplicates.minhash import MinHashSettings, signature
from webdoc.duplicates.shingles import ShingleSettings, shingle_texts, shingles

TEXTS = Path(__file__).resolve().parents[2] / "shared/data/text/c4like-wcxb-dev-300.jsonl"
WORDS = 1500
_BEGINNING = re.compile(rf"(?:\S+\s+){{{WORDS - 1}}}\S+")

Sketch = Callable[[Iterable[bytes]], None]


def texts() -> list[str]:
    """Return the beginnings of the real texts that are long enough."""
    with TEXTS.open(encoding="utf-8") as file:
        found = (_BEGINNING.match(json.loads(row)["text"].lstrip()) for row in file)
        return [match.group() for match in found if match]


def encoded(text: str, settings: ShingleSettings) -> list[bytes]:
    """Return the shingles as datasketch's users give them to `update_batch`."""
    return [shingle.encode() for shingle in shingle_texts(text, settings)]


def cut_by_hand(text: str, n: int) -> set[bytes]:
    """Return the shingles in the plainest Python, which knows fewer separators than ours."""
    words = text.lower().split()
    return {" ".join(words[i : i + n]).encode() for i in range(max(1, len(words) - n + 1))}


def sketching(settings: MinHashSettings) -> Sketch:
    """Return a function that makes datasketch's signature; the permutations are made once."""
    first = MinHash(num_perm=settings.permutations, seed=settings.seed)

    def sketch(parts: Iterable[bytes]) -> None:
        MinHash(permutations=first.permutations, scheme=first.scheme).update_batch(parts)

    return sketch


def spent(step: Callable[[], object]) -> float:
    """Return the CPU time of one call in this thread, in seconds."""
    start = time.thread_time()
    step()
    return time.thread_time() - start


def measured(parts: dict[str, list[Callable[[], object]]], rounds: int) -> dict[str, list[float]]:
    """Return the CPU seconds that each part took in each round, one part after the other."""
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, steps in parts.items():
            times[name].append(spent(lambda steps=steps: [step() for step in steps]))
    return times


def in_turns(
    ours: list[Callable[[], object]], theirs: list[Callable[[], object]], rounds: int
) -> list[float]:
    """Return how many times longer theirs took in each round, both in turns by document."""
    ratios = []
    for _ in range(rounds):
        pairs = [(spent(a), spent(b)) for a, b in zip(ours, theirs, strict=True)]
        ratios.append(sum(b for _, b in pairs) / sum(a for a, _ in pairs))
    return ratios


def report(settings: MinHashSettings, rounds: int = 40) -> dict[str, object]:
    """Return milliseconds a document, and how many times cheaper ours is than each of theirs."""
    sketch, documents = sketching(settings), texts()
    cut, n = settings.shingles, settings.shingles.n
    ready = [encoded(text, cut) for text in documents]
    hashes = [shingles(text, cut) for text in documents]
    sha1 = ShingleSettings(n=n, hash="sha1")
    parts: dict[str, list[Callable[[], object]]] = {
        "datasketch_update_batch": [lambda p=p: sketch(p) for p in ready],
        "text_to_signature": [lambda t=t: signature(shingles(t, cut), settings) for t in documents],
        "datasketch_from_text": [lambda t=t: sketch(cut_by_hand(t, n)) for t in documents],
        "hashes_to_signature": [lambda h=h: signature(h, settings) for h in hashes],
        "text_to_signature_sha1": [
            lambda t=t: signature(shingles(t, sha1), settings) for t in documents
        ],
    }
    times = measured(parts, rounds)
    ours, theirs = times["text_to_signature"], times["datasketch_update_batch"]
    whole = times["datasketch_from_text"]
    turns = in_turns(parts["text_to_signature"], parts["datasketch_update_batch"], rounds)
    each = 1e3 / len(documents)
    return {
        "documents": len(documents),
        "shingles": round(statistics.mean(len(parts_) for parts_ in ready)),
        "ms": {
            name: {"median": round(statistics.median(t) * each, 3), "min": round(min(t) * each, 3)}
            for name, t in times.items()
        },
        "update_batch_over_ours": _ratios(ours, theirs),
        "update_batch_over_ours_in_turns": {
            "median": round(statistics.median(turns), 2),
            "min": round(min(turns), 2),
        },
        "from_text_over_ours": _ratios(ours, whole),
    }


def _ratios(ours: list[float], theirs: list[float]) -> dict[str, float]:
    pairs = [b / a for a, b in zip(ours, theirs, strict=True)]
    return {
        "median": round(statistics.median(pairs), 2),
        "min": round(min(pairs), 2),
        "of_least_times": round(min(theirs) / min(ours), 2),
    }
