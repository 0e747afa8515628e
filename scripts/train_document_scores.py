"""Learn what scores of whole documents need: what stems are about, and which lines are boilerplate.

    python scripts/train_document_scores.py PAGES [--boilerplate]

    PAGES   folder of NAME.warc.gz with NAME.truth.jsonl: url, page_type, text
    --boilerplate   writes the second file alone

Writes webdoc/scores/quality/terms.npz (of NAME-rest alone where there are several, so that
others stay unseen) and boilerplate.json beside it. No page can be told from either: a stem or word
stands in them only if many pages, of many sites, have it.
"""

import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.linalg import svds

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.labelled_pages import labelled_pages, site_of, words_of
from webdoc.page.extract import ExtractSettings, extract
from webdoc.scores.quality.line_shape import line_shape, line_stems
from webdoc.scores.quality.terms import terms

SCORES = Path(__file__).resolve().parents[1] / "webdoc/scores/quality"
TOPICS = 32
MIN_SITES = 5  # that have a stem
WINDOW = 40  # stems of a text that stand together
MIN_TOGETHER = 2  # windows in which two stems stand
MIN_LINES, WORDS, RIDGE = 12, 2_500, 10.0
OUTSIDE = re.compile(r"/(footer|nav|aside|form|button|dialog)(/|$)")
MAX_WEIGHT = 20.0  # sites of which a line counts
ONE_SITE = 0.25  # what a line counts that stands on one site alone: often the name of a thing


def texts_of(pages: Path) -> dict[str, str]:
    """Return the main text of each page."""
    files = sorted(pages.glob("*rest.truth.jsonl")) or sorted(pages.glob("*.truth.jsonl"))
    rows = [json.loads(line) for f in files for line in f.read_text("utf-8").split("\n") if line]
    return {row["url"]: row["text"] for row in rows if row["text"]}


def write_terms(texts: dict[str, str]) -> None:
    """Count documents and sites of stems, and find topics: SVD of positive mutual information.

    Source: Levy and Goldberg 2014, "Neural word embedding as implicit matrix factorization", 3.3.
    """
    sites: dict[str, set[str]] = defaultdict(set)
    documents: Counter[str] = Counter()
    found = {url: terms(text, "en") for url, text in texts.items()}
    for url, stems in found.items():
        documents.update(stems.keys())
        for stem in stems:
            sites[stem].add(site_of(url))
    known = sorted(stem for stem, where in sites.items() if len(where) >= MIN_SITES)
    index = {stem: place for place, stem in enumerate(known)}
    rarity = [np.log((len(texts) + 1) / documents[stem]) for stem in known]
    rarity.append(np.log(len(texts) + 1))
    rows, columns, row = [], [], 0
    for text in texts.values():
        stems = [s for word in text.split() for s in terms(word, "en")]
        stems = [s for s in stems if s in index]
        for begin in range(0, len(stems), WINDOW):
            here = {index[stem] for stem in stems[begin : begin + WINDOW]}
            rows += [row] * len(here)
            columns += sorted(here)
            row += 1
    windows = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(known)))
    counts = np.asarray(windows.sum(axis=0)).ravel()
    together = (windows.T @ windows).tocoo()
    a, b, n = together.row, together.col, together.data
    information = np.log(n * row / (counts[a] * counts[b]))
    keep = (a != b) & (n >= MIN_TOGETHER) & (information > 0)
    matrix = csr_matrix((information[keep], (a[keep], b[keep])), shape=together.shape)
    vectors, values, _ = svds(matrix, k=TOPICS + 1, random_state=0)
    order = np.argsort(-values)[1:]  # the first one is how often a stem is there at all
    topics = vectors[:, order] * np.sqrt(values[order])
    topics *= 127 / np.abs(topics).max()
    stems_stored = np.frombuffer("\n".join(known).encode(), dtype=np.uint8)
    np.savez_compressed(
        SCORES / "terms.npz",
        stems=stems_stored,
        rarity=np.array(rarity, dtype=np.float16),
        topics=np.round(topics).astype(np.int8),
    )
    print(len(texts), "texts,", len(known), "stems,", row, "windows")


def lines_of(pages: Path) -> list[tuple[str, bool, float, str]]:
    """Return lines: text, whether it is boilerplate, sites that say so, one of them.

    A line is boilerplate where it stands in a menu, a footer, an aside or a form, or on several
    sites, and is no part of the main text.
    """
    inside: dict[str, set[str]] = defaultdict(set)
    outside: dict[str, set[str]] = defaultdict(set)
    elsewhere: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, str] = {}
    for page in labelled_pages(pages):
        truth = f" {' '.join(words_of(page.truth))} "
        for node in extract(page.markup, page.url, ExtractSettings(scope="document")).nodes:
            words = words_of(node.text)
            if node.image is not None or not words:
                continue
            key = " ".join(node.text.lower().split())[:300]
            texts.setdefault(key, node.text)
            path = re.sub(r"\[\d+\]", "", node.dom_path)
            is_main = f" {' '.join(words)} " in truth
            where = inside if is_main else outside if OUTSIDE.search(path) else elsewhere
            where[key].add(site_of(page.url))
    lines = []
    for key, text in texts.items():
        some = min(inside[key] | outside[key] | elsewhere[key])
        bad = len(outside[key] | elsewhere[key])
        if bad > max(len(inside[key]), 1):
            lines.append((text, True, min(float(bad), MAX_WEIGHT), some))
        elif outside[key] and not inside[key]:
            lines.append((text, True, ONE_SITE, some))
        elif inside[key]:
            lines.append((text, False, min(float(len(inside[key])), 3.0), some))
    return lines


def write_boilerplate(lines: list[tuple[str, bool, float, str]]) -> None:
    """Fit a logistic regression over words and shape; print how it does on sites held out."""
    stems = [line_stems(text) for text, *_ in lines]
    counts = Counter(stem for found in stems for stem in found)
    words = sorted(stem for stem, count in counts.items() if count >= MIN_LINES)
    shapes = np.array([line_shape(text) for text, *_ in lines])
    mean, deviation = shapes.mean(axis=0), shapes.std(axis=0)
    shapes = (shapes - mean) / deviation
    truth = np.array([float(bad) for _, bad, _, _ in lines])
    weights = np.array([float(weight) for _, _, weight, _ in lines])
    share = np.average(truth, weights=weights)
    weights *= np.where(truth == 1, 0.5 / share, 0.5 / (1 - share))
    held = np.array([zlib.crc32(site.encode()) % 5 == 0 for *_, site in lines])
    first = fitted(design(stems, words, shapes), truth, weights)
    strength = np.abs(first[: len(words)]) * np.sqrt([counts[word] for word in words])
    words = [words[place] for place in sorted(np.argsort(-strength)[:WORDS])]
    matrix = design(stems, words, shapes)
    unseen = fitted(matrix[~held], truth[~held], weights[~held])
    print(len(lines), "lines; AUC on sites held out", area(matrix[held] @ unseen, truth[held] == 1))
    found = fitted(matrix, truth, weights)
    # What shape adds is left out: on another page short lines are headings and items of lists.
    table = {"words": dict(zip(words, np.round(found[: len(words)], 3).tolist(), strict=True))}
    (SCORES / "boilerplate.json").write_text(
        json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def design(stems: list[set[str]], words: list[str], shapes: np.ndarray) -> csr_matrix:
    """Return a row for each line: its words, of length 1 together, its shape, and a constant."""
    column = {word: place for place, word in enumerate(words)}
    rows = [[column[s] for s in sorted(found) if s in column] for found in stems]
    values = [1 / np.sqrt(len(found)) for found, row in zip(stems, rows, strict=True) for _ in row]
    bounds = np.cumsum([0, *map(len, rows)])
    matrix = csr_matrix(
        (values, [c for row in rows for c in row], bounds), shape=(len(rows), len(words))
    )
    return hstack([matrix, csr_matrix(shapes), np.ones((len(rows), 1))]).tocsr()


def fitted(matrix: csr_matrix, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression; the last one is the constant."""

    def loss(found: np.ndarray) -> tuple[float, np.ndarray]:
        z = matrix @ found
        free = np.append(found[:-1], 0)
        value = (weights * (np.logaddexp(0, z) - truth * z)).sum() + RIDGE * (free**2).sum() / 2
        return value, matrix.T @ (weights * (1 / (1 + np.exp(-z)) - truth)) + RIDGE * free

    start = np.zeros(matrix.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x


def area(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the area under the curve."""
    order = np.argsort(np.argsort(scores)) + 1
    n = truth.sum()
    return round(float((order[truth].sum() - n * (n + 1) / 2) / (n * (~truth).sum())), 3)


def main() -> None:
    """Learn and write."""
    pages = Path(sys.argv[1])
    if "--boilerplate" not in sys.argv:
        write_terms(texts_of(pages))
    write_boilerplate(lines_of(pages))


if __name__ == "__main__":
    main()
