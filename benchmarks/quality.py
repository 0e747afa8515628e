"""How well `document_quality` and its features tell documents from spoiled copies of them.

    python -m benchmarks.quality DATA [--pages 450] [--of-site 120] [--seed 0] [--write]

DATA has sites/ (textbooks), readability/ and pages/ (the web); what is not there is left out. Each
document is measured as it is and once for each kind of spoiling that can be done to it. Printed are
AUC, over all documents, and paired wins, each document against its own copy, with 95 % intervals by
resampling documents: of each feature alone; of the score with weights fitted on the other kind of
site, images of the same domain never among what it was fitted on; of the same without the very kind
that is tested; and of the weights of the package. --write fits these anew on everything.
"""

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks.quality_cases import Case, Measured, cases_of, measured
from webdoc.scores.quality.fit import fitted
from webdoc.scores.quality.measure import all_features
from webdoc.scores.quality.weights import (
    GOOD,
    NOT_SCORED,
    QualityWeights,
    quality_weights,
    weights_text,
)
from webdoc.scores.spoiling.kinds import SpoilKind

RESAMPLED = 500
NEVER_FITTED = SpoilKind.IMAGES_SAME_DOMAIN.value
NAMES = [one.name for one in all_features() if not one.needs_clip]
FITTED = [name for name in NAMES if name not in NOT_SCORED]
WEIGHTS = Path(__file__).resolve().parents[1] / "webdoc/scores/quality/weights.json"
Scored = Callable[[Measured], float | None]


def pairs_of(cases: Sequence[Case], kind: str, score: Scored) -> np.ndarray:
    """Return (n, 2): the score of documents and of their copies, where both have one."""
    both = [(score(c.good), score(c.bad[kind])) for c in cases if kind in c.bad]
    return np.array([pair for pair in both if None not in pair], dtype=float).reshape(-1, 2)


def auc(pairs: np.ndarray) -> float:
    """Return how often a document is above a copy of any document; ties count half."""
    n = len(pairs)
    ranks = rankdata(pairs.T.ravel())[:n].sum()
    return float((ranks - n * (n + 1) / 2) / (n * n))


def wins(pairs: np.ndarray) -> float:
    """Return how often a document is above its own copy; ties count half."""
    return float(((pairs[:, 0] > pairs[:, 1]) + 0.5 * (pairs[:, 0] == pairs[:, 1])).mean())


def cell(pairs: np.ndarray) -> str:
    """Return AUC with its interval, and paired wins, of which a half is chance."""
    if len(pairs) < 10:
        return "–"
    dice = np.random.default_rng(0)
    drawn = [auc(pairs[dice.integers(len(pairs), size=len(pairs))]) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{auc(pairs):.2f} [{low:.2f}–{high:.2f}] {wins(pairs):.2f}"


def fit(cases: Sequence[Case], without: Sequence[str], said: str) -> QualityWeights:
    """Fit weights to documents and their copies, but for some kinds."""
    rows = [(c.good, GOOD) for c in cases]
    rows += [(bad, kind) for c in cases for kind, bad in c.bad.items() if kind not in without]
    return fitted([r for r, _ in rows], [label for _, label in rows], FITTED, fitted_on=said)


def table(title: str, cases: Sequence[Case], others: Sequence[Case]) -> None:
    """Print one table: rows are features and scores, columns kinds of spoiling."""
    kinds = [k.value for k in SpoilKind if sum(k.value in c.bad for c in cases) >= 10]
    counts = {kind: sum(kind in c.bad for c in cases) for kind in kinds}
    print(f"\n## {title}: {len(cases)} documents\n")
    print("| AUC [interval] paired wins |", " | ".join(f"{k} ({counts[k]})" for k in kinds), "|")
    print("|---" * (len(kinds) + 1) + "|")

    def row(name: str, score: Callable[[str], Scored]) -> None:
        print(f"| {name} |", " | ".join(cell(pairs_of(cases, k, score(k))) for k in kinds), "|",
              flush=True)  # fmt: skip

    if others:
        weights = fit(others, [NEVER_FITTED], "")
        row("score, fitted on the other kind of site", lambda _: weights.quality)
        unseen = {k: fit(others, [NEVER_FITTED, k], "").quality for k in kinds}
        row("the same, never fitted on this kind of spoiling", lambda k: unseen[k])
    row("score, weights of the package", lambda _: quality_weights().quality)
    for name in NAMES:
        bad = [np.mean(p[:, 1] - p[:, 0]) for k in kinds
               if len(p := pairs_of(cases, k, lambda m, n=name: m[n]))]  # fmt: skip
        sign = -1 if sum(bad) > 0 else 1

        def of_feature(_: str, name: str = name, sign: int = sign) -> Scored:
            return lambda m: None if m[name] is None else sign * m[name]

        row(name if sign > 0 else f"{name} (less is better)", of_feature)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--pages", type=int, default=450, help="of readability/ and pages/")
    parser.add_argument("--of-site", type=int, default=120, help="of each site of sites/")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="weights of the package")
    asked = parser.parse_args()
    cases = cases_of(asked.data, asked.of_site, asked.pages)
    with ProcessPoolExecutor() as workers:
        step = partial(measured, cases=cases, seed=asked.seed)
        cases = list(workers.map(step, range(len(cases)), chunksize=16))
    if asked.write:
        said = (
            f"{len(cases)} English pages of textbooks and of the web and copies of them by"
            f" `interleaf spoil`, all kinds but {NEVER_FITTED}, seed {asked.seed}"
        )
        WEIGHTS.write_text(weights_text(fit(cases, [NEVER_FITTED], said)), encoding="utf-8")
        quality_weights.cache_clear()
    textbook = [case for case in cases if case.kind_of_site == "textbook"]
    web = [case for case in cases if case.kind_of_site == "web"]
    for site in sorted({case.site for case in textbook}):
        table(site, [case for case in textbook if case.site == site], web)
    if web:
        table("web pages", web, textbook)


if __name__ == "__main__":
    main()
