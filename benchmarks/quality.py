"""How well `document_quality` and its features tell documents from spoiled copies of them.

    python -m benchmarks.quality DATA [--pages 450] [--of-site 120] [--seed 0] [--model M] [--write]

DATA has sites/ (textbooks), readability/ and pages/ (the web); what is not there is left out. Each
document is measured as it is and once for each kind of spoiling that can be done to it. Printed are
AUC, over all documents, and paired wins, each document against its own copy, with 95 % intervals by
resampling documents: of each feature alone; of the score with weights fitted on the other kind of
site, images of the same domain never among what it was fitted on; of the same without the very kind
that is tested; and of the weights of the package. --write fits these anew on everything.

With --model, a CLIP model, only sites/ are looked at, whose archives hold the pictures: features of
vectors too, weights fitted on the other site; --write fits the weights with CLIP.
"""

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks.quality_cases import Case, Measured, cases_of, measured
from benchmarks.quality_vectors import bodies_of, vectors_of, with_hashes
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
WITH_CLIP = [one.name for one in all_features()]
WEIGHTS = Path(__file__).resolve().parents[1] / "webdoc/scores/quality"
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


def fit(
    cases: Sequence[Case], without: Sequence[str], said: str, model: str = ""
) -> QualityWeights:
    """Fit weights to documents and their copies, but for some kinds; with vectors of a model."""
    rows = [(c.good, GOOD) for c in cases]
    rows += [(bad, kind) for c in cases for kind, bad in c.bad.items() if kind not in without]
    names = [name for name in (WITH_CLIP if model else NAMES) if name not in NOT_SCORED]
    labels = [label for _, label in rows]
    return fitted([r for r, _ in rows], labels, names, fitted_on=said, model=model)


def table(title: str, cases: Sequence[Case], others: Sequence[Case], model: str = "") -> None:
    """Print one table: rows are features and scores, columns kinds of spoiling.

    Args:
        title: of the table.
        cases: documents that are judged.
        others: documents of the other kind of site, which weights are fitted on.
        model: whose vectors the features are of; "" without any.
    """
    kinds = [k.value for k in SpoilKind if sum(k.value in c.bad for c in cases) >= 10]
    counts = {kind: sum(kind in c.bad for c in cases) for kind in kinds}
    print(f"\n## {title}: {len(cases)} documents\n")
    print("| AUC [interval] paired wins |", " | ".join(f"{k} ({counts[k]})" for k in kinds), "|")
    print("|---" * (len(kinds) + 1) + "|")

    def row(name: str, score: Callable[[str], Scored]) -> None:
        print(f"| {name} |", " | ".join(cell(pairs_of(cases, k, score(k))) for k in kinds), "|",
              flush=True)  # fmt: skip

    if others:
        weights = fit(others, [NEVER_FITTED], "", model)
        row("score, fitted on the other kind of site", lambda _: weights.quality)
        if model:
            plain = fit(others, [NEVER_FITTED], "")
            row("the same, without vectors", lambda _: plain.quality)
        unseen = {k: fit(others, [NEVER_FITTED, k], "", model).quality for k in kinds}
        row("the same, never fitted on this kind of spoiling", lambda k: unseen[k])
    row("score, weights of the package", lambda _: quality_weights(model).quality)
    for name in WITH_CLIP if model else NAMES:
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
    parser.add_argument("--model", default="", help="a CLIP model, as clip.model")
    parser.add_argument("--write", action="store_true", help="weights of the package")
    asked = parser.parse_args()
    if asked.model:
        with_model(asked)
        return
    cases = cases_of(asked.data, asked.of_site, asked.pages)
    with ProcessPoolExecutor() as workers:
        step = partial(measured, cases=cases, seed=asked.seed)
        cases = list(workers.map(step, range(len(cases)), chunksize=16))
    if asked.write:
        said = (
            f"{len(cases)} English pages of textbooks and of the web and copies of them by"
            f" `interleaf spoil`, all kinds but {NEVER_FITTED}, seed {asked.seed}"
        )
        text = weights_text(fit(cases, [NEVER_FITTED], said))
        (WEIGHTS / "weights.json").write_text(text, encoding="utf-8")
        quality_weights.cache_clear()
    textbook = [case for case in cases if case.kind_of_site == "textbook"]
    web = [case for case in cases if case.kind_of_site == "web"]
    for site in sorted({case.site for case in textbook}):
        table(site, [case for case in textbook if case.site == site], web)
    if web:
        table("web pages", web, textbook)


def with_model(asked: argparse.Namespace) -> None:
    """Measure and print with vectors, of sites/ alone."""
    bodies = bodies_of(asked.data)
    found = (case for case in cases_of(asked.data, asked.of_site, 0))
    cases = with_hashes([case for case in found if case.units.figures], bodies)
    vectors, revision = vectors_of(cases, bodies, asked.model, asked.seed)
    cases = [measured(n, cases, asked.seed, vectors) for n in range(len(cases))]
    sites = sorted({case.site for case in cases})
    if asked.write:
        said = (
            f"{len(cases)} English pages with images of {' and '.join(sites)} and copies of them by"
            f" `interleaf spoil`, all kinds but {NEVER_FITTED}, seed {asked.seed}; vectors of"
            f" {asked.model.rpartition('/')[2]}, a small model"
        )
        text = weights_text(fit(cases, [NEVER_FITTED], said, revision))
        (WEIGHTS / "weights_clip.json").write_text(text, encoding="utf-8")
        quality_weights.cache_clear()
    for site in sites:
        own = [case for case in cases if case.site == site]
        table(site, own, [case for case in cases if case.site != site], revision)


if __name__ == "__main__":
    main()
