"""Placement beside truth: how often an image comes back to where its page has it.

    python -m benchmarks.placement_truth MODEL DATA [--vectors FILE.npz] [--sites NAME ...]

A site of DATA with a truth file (sites/NAME.truth.jsonl) says which paragraph cites an image. On
other sites, and on the pages of readability/, an image is taken out of its page: its own place,
between the paragraphs above and below it, is the truth. Pictures without bytes are placed by all
but the picture. Texts are the page's own, the same with a tenth of their sentences dropped or
edited, and another extractor's.

Shares of images: in their paragraph; within three sentences of it; within an eighth of the text;
with 95 % intervals by resampling pages. `--vectors` keeps vectors between runs: they take minutes.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.captions import bodies_of
from benchmarks.truth_cases import SEED, Case, Vectors, cases_of, compared
from mmc4_like.compared import compared_of, image_texts
from mmc4_like.place_document import PlacingRules, place_document
from mmc4_like.records import CandidateImage
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.standards import sampled_items, standards_of
from mmc4_like.tables import CandidateDocument
from mmc4_like.texts.sentences import sentence_texts


def seen_as(image: CandidateImage, source: str) -> CandidateImage:
    """Return what is known of an image that comes from its page, from a WAT file or a pool."""
    if source == "page":
        return image
    bare = replace(image, words_around="", anchor_index=None, anchor_certainty=None, caption="",
                   position=None, source=source)  # fmt: skip
    return bare if source == "wat" else replace(bare, alt_text="", order=-1)


def settings_of(**changes: object) -> PlacementSettings:
    """Return settings without limits; weights that are not named are 0."""
    nothing = dict.fromkeys(
        ("caption_weight", "alt_text_weight", "around_weight", "anchor_weight", "order_weight"), 0.0
    )
    given = {"min_contrast": None, "min_words": 3} | nothing | changes
    return PlacementSettings(**given)  # type: ignore[arg-type]


DEFAULT = PlacementSettings(min_contrast=None, min_words=3)
SETTINGS = {
    "image alone (assignment)": settings_of(),
    "image alone (best)": settings_of(method="best"),
    "image, caption": settings_of(caption_weight=1.0),
    "image, alternative text": settings_of(alt_text_weight=1.0),
    "image, words around": settings_of(around_weight=1.0),
    "all texts": replace(DEFAULT, anchor_weight=0.0, order_weight=0.0),
    "place alone": settings_of(image_weight=0.0, anchor_weight=6.0, order_weight=2.0),
    "image, place": settings_of(anchor_weight=6.0, order_weight=2.0),
    "default": DEFAULT,
}


def outcomes(
    cases: Sequence[Case], vectors: Vectors, source: str, settings: PlacementSettings
) -> list[tuple[Case, list[tuple[bool, bool, bool]]]]:
    """Place every page; return for each image in its paragraph, within 3, within an eighth."""
    seen = [
        replace(c.candidate, images=tuple(seen_as(image, source) for image in c.candidate.images))
        for c in cases
    ]
    rules = rules_of(seen, vectors, settings)
    result = []
    for case, candidate in zip(cases, seen, strict=True):
        placed = place_document(compared(candidate, vectors), rules)
        result.append((case, [
            judged(p.sentence, case.truth[p.image], len(candidate.sentences))
            for p in placed.placements if p.image in case.truth
        ]))  # fmt: skip
    return result


def rules_of(
    candidates: Sequence[CandidateDocument], vectors: Vectors, settings: PlacementSettings
) -> PlacingRules:
    """Return the rules of a run over these documents."""
    some = candidates[:: max(len(candidates) // 256, 1)][:256]
    items = sampled_items(row for one in some for row in compared_of(one))
    pictures = {i.key: vectors.bytes_of(i.key) for i in items if i.part == "image"}
    texts = {i.key: vectors.bytes_of(i.key) for i in items if i.part != "image"}
    usual, foreign = standards_of(items, pictures, texts)
    return PlacingRules(settings, standards=usual, foreign=foreign)


def judged(sentence: int | None, truth: Sequence[int], count: int) -> tuple[bool, bool, bool]:
    """Tell whether a place is in the paragraph, within 3 sentences, within an eighth of all."""
    if sentence is None:
        return False, False, False
    apart = min(abs(sentence - own) for own in truth)
    return apart == 0, apart <= 3, apart <= count / 8


def by_chance(case: Case) -> list[NDArray[np.float64]]:
    """Return for each image how probable each outcome is at a sentence drawn by lot."""
    count = len(case.candidate.sentences)
    return [
        np.mean([judged(n, truth, count) for n in range(count)], axis=0)
        for truth in case.truth.values()
    ]


def with_interval(pages: Sequence[Sequence[Sequence[float]]]) -> str:
    """Return the shares over images, with intervals by resampling pages."""
    sums = np.array([np.sum(page, axis=0) for page in pages if len(page)], dtype=float)
    counts = np.array([len(page) for page in pages if len(page)], dtype=float)
    dice = np.random.default_rng(SEED)
    draws = dice.integers(len(sums), size=(1000, len(sums)))
    drawn = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)[:, None]
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    shares = sums.sum(axis=0) / counts.sum()
    cells = (f"{s:.2f} [{a:.2f}–{b:.2f}]" for s, a, b in zip(shares, low, high, strict=True))
    return " | ".join(cells)


def left_out_chapters(cases: Sequence[Case], vectors: Vectors) -> str:
    """Choose weights by all chapters but one, and place that one by them."""
    grid = [
        replace(DEFAULT, anchor_weight=a, caption_weight=t, alt_text_weight=t, around_weight=w)
        for a, t, w in product((3.0, 6.0, 10.0), (0.5, 1.0, 2.0), (0.5, 1.0, 2.0))
    ]
    found = [outcomes(cases, vectors, "page", settings) for settings in grid]
    pages = []
    for number, case in enumerate(cases):

        def worth(rows: Sequence[tuple[Case, list[tuple[bool, bool, bool]]]], held: int) -> float:
            own = [o for c, images in rows if c.chapter != held for o in images]
            return float(np.sum([o[:2] for o in own]))

        best = max(found, key=lambda rows: worth(rows, case.chapter))
        pages.append(best[number][1])
    return with_interval(pages)


def limits(cases: Sequence[Case], vectors: Vectors) -> Iterator[str]:
    """Yield how well limits tell images of the page from those of other pages of the site."""
    seen = [
        replace(c.candidate, images=tuple(seen_as(image, "pool") for image in c.candidate.images))
        for c in cases
    ]
    strangers = [image for c in seen for image in c.images]
    dice = np.random.default_rng(SEED)
    rules = rules_of(seen, vectors, settings_of(method="best"))
    belongs, similarity, contrast = [], [], []
    for candidate in seen:
        own = {image.url for image in candidate.images}
        others = [image for image in strangers if image.url not in own]
        picked = [others[n] for n in dice.permutation(len(others))[: len(own)]]
        both = replace(candidate, images=(*candidate.images, *picked))
        for placement in place_document(compared(both, vectors), rules).placements:
            if placement.foreign_mean is None or not placement.foreign_deviation:
                continue
            belongs.append(placement.image < len(candidate.images))
            similarity.append(placement.similarity)
            contrast.append(
                (placement.similarity - placement.foreign_mean) / placement.foreign_deviation
            )
    truth = np.array(belongs)
    for name, values, cuts in (
        ("min_similarity", np.array(similarity), (0.15, 0.2, 0.25, 0.3)),
        ("min_contrast", np.array(contrast), (1.0, 1.5, 2.0, 2.5, 3.0)),
    ):
        ranks = rankdata(values)[truth].sum() - truth.sum() * (truth.sum() + 1) / 2
        yield f"| {name} | AUC {ranks / (truth.sum() * (~truth).sum()):.2f} | | |"
        for cut in cuts:
            kept = values >= cut
            precision = truth[kept].mean() if kept.any() else float("nan")
            yield (
                f"| {name} = {cut:g} | precision {precision:.2f} | recall {kept[truth].mean():.2f}"
                f" | others kept {kept[~truth].mean():.2f} |"
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--sites", nargs="*", default=[], help="of these alone, or readability")
    asked = parser.parse_args()
    vectors = Vectors(asked.model, asked.vectors)
    every = {
        kind: cases_of(asked.data, kind, asked.sites) for kind in ("own", "edited", "extracted")
    }
    candidates = [case.candidate for cases in every.values() for case in cases]
    texts = (t for c in candidates for t in sentence_texts(c.document.text, c.sentences))
    shown = {image.url: image for c in candidates for image in c.images}
    own_texts = (t for c in candidates for image in c.images for t in image_texts(image).values())
    bodies: dict[str, bytes] = {}
    for archive in sorted((asked.data / "sites").glob("*.warc.gz")):
        bodies |= bodies_of(str(archive), set(shown))
    vectors.make([*texts, *own_texts], bodies)
    by_site: dict[str, dict[str, list[Case]]] = defaultdict(dict)
    for kind, cases in every.items():
        for case in cases:
            by_site[case.site].setdefault(kind, []).append(case)
    for site, kinds in by_site.items():
        print_site(site, kinds, vectors)


def print_site(site: str, kinds: dict[str, list[Case]], vectors: Vectors) -> None:
    """Print the tables of one site."""
    cases = kinds["own"]
    images = sum(len(case.truth) for case in cases)
    print(f"\n## {site}: {len(cases)} pages, {images} images\n")
    print("| text, images | placed by | in paragraph | within 3 | within an eighth |")
    print("|---|---|---|---|---|")
    print(f"| own | chance | {with_interval([by_chance(case) for case in cases])} |")
    run: Callable[..., str] = lambda *given: with_interval([o for _, o in outcomes(*given)])  # noqa: E731
    for name, settings in SETTINGS.items():
        print(f"| own, page | {name} | {run(cases, vectors, 'page', settings)} |", flush=True)
    if len({case.chapter for case in cases}) < len(cases):
        print(f"| own, page | chosen without the chapter | {left_out_chapters(cases, vectors)} |")
    for kind in ("edited", "extracted"):
        for name in ("place alone", "default"):
            print(
                f"| {kind}, page | {name} | {run(kinds[kind], vectors, 'page', SETTINGS[name])} |"
            )
    for source, name in product(("wat", "pool"), ("image alone (assignment)", "default")):
        print(f"| own, {source} | {name} | {run(cases, vectors, source, SETTINGS[name])} |")
    print("\n| limit, pool | | | |\n|---|---|---|---|")
    print(*limits(cases, vectors), sep="\n", flush=True)


if __name__ == "__main__":
    main()
