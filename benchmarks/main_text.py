"""Word F1 of main text by kind of page, beside trafilatura and resiliparse.

    python -m benchmarks.main_text                   the package's model, which knows these pages
    python -m benchmarks.main_text --folds FOLDER    those that scripts/train_main_text.py --folds
                                                     writes: each page is read with the model that
                                                     has not seen its site
    python -m benchmarks.main_text --peers FILE      keep what the others find for the next run

Pages: ../shared/data/pages and ../shared/data/readability. F1 is that of two bags of lower-cased
words; the mean over kinds counts each kind alike. Below it, what kind each page is taken for.
"""

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from benchmarks.labelled_pages import (
    Example,
    fold_of,
    labelled_pages,
    readability_pages,
    words_of,
)
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.learned.boosted_trees import BoostedTrees, read_models
from webdoc.page.main_content import MODELS

DATA = Path(__file__).resolve().parents[2] / "shared/data"
PEERS = ("trafilatura", "its precision mode", "resiliparse")


def f1_of(text: str, truth: str) -> float:
    """Return F1 of two bags of words, 0.0 where one of them is empty."""
    ours, wanted = Counter(words_of(text)), Counter(words_of(truth))
    return 2 * (ours & wanted).total() / max(ours.total() + wanted.total(), 1)


@cache
def models_of(folds: Path | None, fold: int) -> dict[str, BoostedTrees]:
    """Return the models that have not seen a part of the sites, without folds those we ship."""
    if folds is None:
        return MODELS
    return read_models((folds / f"{fold}.json").read_text("utf-8"))


def ours(example: Example, folds: Path | None) -> tuple[str, str]:
    """Return our main text of a page and the kind we take it for."""
    models = models_of(folds, fold_of(example.url))
    found = extract(example.markup, example.url, ExtractSettings(), models)
    texts = [node.text for node in found.nodes if node.image is None]
    return "\n".join(texts), found.page_kind


def theirs(example: Example) -> list[str]:
    """Return what the peers find, in the order of PEERS."""
    text = example.markup.decode("utf-8", "replace")
    return [
        trafilatura.extract(text) or "",
        trafilatura.extract(text, favor_precision=True) or "",
        extract_plain_text(text, main_content=True, alt_texts=False),
    ]


def main() -> None:
    """Print one line a kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--peers", type=Path)
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"no pages to judge by: put real inputs at {DATA}")
    examples = [*labelled_pages(DATA / "pages"), *readability_pages(DATA / "readability")]
    with ProcessPoolExecutor(2) as pool:
        if asked.peers and asked.peers.is_file():
            peers = json.loads(asked.peers.read_text("utf-8"))
        else:
            peers = list(pool.map(theirs, examples, chunksize=8))
            if asked.peers:
                asked.peers.write_text(json.dumps(peers), "utf-8")
        found = list(pool.map(partial(ours, folds=asked.folds), examples, chunksize=8))
    show(examples, found, peers)


def show(examples: list[Example], found: list[tuple[str, str]], peers: list[list[str]]) -> None:
    """Print the table of F1 and that of kinds."""
    rows: dict[str, list[list[float]]] = {}
    kinds: dict[str, Counter[str]] = {}
    for example, (text, kind), texts in zip(examples, found, peers, strict=True):
        scores = [f1_of(one, example.truth) for one in (text, *texts)]
        rows.setdefault(example.kind, []).append(scores)
        kinds.setdefault(example.kind, Counter())[kind] += 1
    print(f"{'':16s} {'pages':>6s} " + " ".join(f"{name:>18s}" for name in ("ours", *PEERS)))
    means = {}
    for kind, scores in sorted(rows.items()):
        means[kind] = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
        print(f"{kind:16s} {len(scores):6d} " + " ".join(f"{mean:18.3f}" for mean in means[kind]))
    of_kinds = [mean for kind, mean in means.items() if kind != "readability"]
    total = [sum(column) / len(of_kinds) for column in zip(*of_kinds, strict=True)]
    print(f"{'mean of kinds':16s} {'':6s} " + " ".join(f"{mean:18.3f}" for mean in total))
    print("\nkinds of pages (none of readability's counts), and what we take them for")
    for kind, counts in sorted(kinds.items()):
        print(f"{kind:16s} " + ", ".join(f"{name} {n}" for name, n in counts.most_common()))


if __name__ == "__main__":
    main()
