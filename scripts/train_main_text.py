"""Learn which passages of a page are its main text.

    python scripts/train_main_text.py PAGES READABILITY [--folds FOLDER]

    PAGES        folder of NAME.warc.gz with NAME.truth.jsonl: url, page_type, text
    READABILITY  folder of PAGE/source.html with PAGE/expected.html

Needs lightgbm and numpy, which the package itself does not: uv pip install lightgbm. Writes
the model that extraction reads, as plain arrays, and with --folds FOLDER one more model for
each of five parts of the sites, learned without that part: benchmarks/main_text.py judges by these.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import lightgbm
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.labelled_pages import (
    FOLDS,
    Example,
    fold_of,
    labelled_pages,
    readability_pages,
    words_of,
)
from webdoc.page.learned.page_numbers import PAGE_FEATURES
from webdoc.page.learned.passages import FEATURES
from webdoc.page.main_content import judge
from webdoc.page.reader import read_page
from webdoc.page.tag_starts import TagStarts
from webdoc.page.tree import Page, unescaped
from webdoc.page.visible_text import shown_text

FOLDER = Path(__file__).resolve().parents[1] / "webdoc/page/learned"
MODEL = FOLDER / "main_text_model.json"
KIND_MODEL = FOLDER / "page_kind_model.json"
# What the kinds of the labelled pages are called in our column; a home page is known by its URL.
KINDS = {
    "article": "article",
    "readability": "article",
    "forum": "thread",
    "listing": "listing",
    "collection": "listing",
    "documentation": "docs",
    "product": "product",
    "service": "other",
}
SETTINGS = {
    "objective": "cross_entropy",
    "learning_rate": 0.1,
    "num_leaves": 16,
    "max_depth": 5,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "seed": 1,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
}
TREES = 60
KIND_TREES = 15  # a kind


@dataclass
class Learned:
    """What is learned of one page: a row for each passage."""

    url: str
    kind: str
    of_page: list[float] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)  # of the words of each that are main text
    words: list[list[str]] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)


def texts_of_blocks(page: Page) -> dict[int, str]:
    """Return the text that stands directly in each block."""
    blocks, tags = page.blocks, page.tags
    opened = {block.start: place for place, block in enumerate(blocks)}
    parts: dict[int, list[str]] = {}
    current, place, muted = -1, 0, 0
    while place < len(tags):
        name, _, text = tags[place]
        if place in opened:
            current = opened[place]
            block = blocks[current]
            if not block.children and not block.chars and block.look.hidden:
                place = block.end
                text, current = tags[place][2], block.parent
        elif name[0] == "/" and current >= 0 and name[1:] == blocks[current].name:
            current = blocks[current].parent
        elif place in page.hidden_inline:
            place = page.hidden_inline[place]
            text = tags[place][2]
        elif name in page.mute:
            muted += 1
        elif name[0] == "/" and name[1:] in page.mute:
            muted = max(muted - 1, 0)
        if text and not muted:
            parts.setdefault(current, []).append(text)
        place += 1
    return {block: unescaped(" ".join(found)) for block, found in parts.items()}


def learned_from(example: Example) -> Learned:
    """Return rows and shares of one page; the words of a passage are looked for in the truth."""
    page = read_page(example.markup, TagStarts(example.markup), 200_000)
    learned = Learned(example.url, example.kind, truth=words_of(example.truth))
    if not page.blocks:
        return learned
    judged = judge(page, shown_text(page))
    passages, learned.rows, learned.of_page = judged.passages, judged.rows, judged.of_page
    texts = texts_of_blocks(page)
    parts: list[list[list[str]]] = [[] for _ in passages.all]
    for block, number in passages.of_block.items():
        parts[number].append(words_of(texts.get(block, "")))
    truth = learned.truth
    grams = set(zip(truth, truth[1:], truth[2:], truth[3:], strict=False))
    joined = f" {' '.join(truth)} "
    for blocks in parts:
        found = sum(_found(words, grams, joined) for words in blocks)
        words = [word for block in blocks for word in block]
        learned.words.append(words)
        learned.shares.append(found / len(words) if words else 0.0)
    return learned


def _found(words: list[str], grams: set[tuple[str, ...]], joined: str) -> int:
    """Return how many words of a paragraph stand in the truth, in runs of four."""
    if len(words) < 4:
        return len(words) * (f" {' '.join(words)} " in joined)
    covered = [False] * len(words)
    for start in range(len(words) - 3):
        if tuple(words[start : start + 4]) in grams:
            covered[start : start + 4] = [True] * 4
    return sum(covered)


def weights_of(learned: Learned) -> list[float]:
    """Return how much each passage counts: by its share of the page, none more than half of it.

    Readability's pages count twice: most are of newspapers, which the others hold few of.
    """
    total = max(len(learned.truth), 150) / (2 if learned.kind == "readability" else 1)
    return [min(len(words) / total, 0.5) for words in learned.words]


def fit(pages: list[Learned]) -> lightgbm.Booster:
    """Learn from pages."""
    rows = np.array([row for page in pages for row in page.rows], np.float32)
    shares = np.array([share for page in pages for share in page.shares])
    weights = np.array([weight for page in pages for weight in weights_of(page)])
    weights *= len(weights) / weights.sum()
    names = [*PAGE_FEATURES, *FEATURES]
    data = lightgbm.Dataset(rows, shares, weight=weights, feature_name=names)
    return lightgbm.train(SETTINGS, data, TREES)


def fit_kinds(pages: list[Learned]) -> lightgbm.Booster:
    """Learn the kinds of pages; the model holds one tree a kind in turns."""
    names = sorted(set(KINDS.values()))
    data = lightgbm.Dataset(
        np.array([page.of_page for page in pages], np.float32),
        np.array([names.index(KINDS[page.kind]) for page in pages]),
        feature_name=list(PAGE_FEATURES),
    )
    settings = SETTINGS | {"objective": "multiclass", "num_class": len(names), "num_leaves": 8}
    return lightgbm.train(settings | {"min_data_in_leaf": 10}, data, KIND_TREES)


def as_json(models: dict[str, lightgbm.Booster]) -> str:
    """Return models as plain arrays; a model of several kinds is one for each of them."""
    found = {}
    for name, booster in models.items():
        dump = booster.dump_model()
        kinds = sorted(set(KINDS.values())) if dump["num_class"] > 1 else [name]
        for number, kind in enumerate(kinds):
            found[kind] = _nodes(dump["tree_info"][number :: len(kinds)], booster.feature_name())
    inner = (
        f'"{name}": {{\n' + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in lists.items()) + "}"
        for name, lists in found.items()
    )
    return "{" + ",\n".join(inner) + "}\n"


def _nodes(trees: list[dict], names: list[str]) -> dict[str, list]:
    """Lay trees out as lists with one entry a node."""
    nodes: dict[str, list] = {"roots": [], "feature": [], "limit": [], "left": [], "right": []}

    def add(node: dict) -> int:
        place = len(nodes["feature"])
        is_leaf = "leaf_value" in node
        nodes["feature"].append(-1 if is_leaf else node["split_feature"])
        nodes["limit"].append(
            round(node["leaf_value"], 5) if is_leaf else float(f"{node['threshold']:.6g}")
        )
        nodes["left"].append(0)
        nodes["right"].append(0)
        if not is_leaf:
            nodes["left"][place] = add(node["left_child"])
            nodes["right"][place] = add(node["right_child"])
        return place

    nodes["roots"] = [add(tree["tree_structure"]) for tree in trees]
    return {"features": names, **nodes}


def main() -> None:
    """Learn, and write the models."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("readability", type=Path)
    parser.add_argument("--folds", type=Path, help="folder for the models without a part each")
    asked = parser.parse_args()
    examples = [*labelled_pages(asked.pages), *readability_pages(asked.readability)]
    with ProcessPoolExecutor(2) as pool:
        pages = [page for page in pool.map(learned_from, examples, chunksize=16) if page.rows]
    print(f"{len(pages)} pages, {sum(len(page.rows) for page in pages)} passages")
    MODEL.write_text(as_json({"passage": fit(pages)}), "utf-8")
    KIND_MODEL.write_text(as_json({"kind": fit_kinds(pages)}), "utf-8")
    if asked.folds:
        asked.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(FOLDS):
            others = [page for page in pages if fold_of(page.url) != fold]
            models = as_json({"passage": fit(others), "kind": fit_kinds(others)})
            (asked.folds / f"{fold}.json").write_text(models, "utf-8")


if __name__ == "__main__":
    main()
