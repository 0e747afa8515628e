"""How many items each scorer does a second and core: python -m benchmarks.signals [NAME...]

    python -m benchmarks.signals image_text codes --model clip_masked=local-dir:FOLDER

Without names every scorer is tried. One that wants a model is passed over unless --model NAME=PATH
gives it. Where a model is the work (benchmarks/bare_models/), it runs alone on the same things,
prepared, in turns with the scorer, and the ratio is printed: 1 is as fast as the model alone. CPU
time of all threads is counted, so that other work on the machine changes little.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from statistics import median
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.scores.scored_caption import ReadWord, ScoredCaption
from webdoc.scores.scorer import (
    KINDS,
    Kind,
    ScoredDocument,
    ScoredText,
    load_scorer,
    of_vectors,
    scorer_names,
)
from webdoc.settings import SettingsError

_ITEMS: Final = 40
_ROUNDS: Final = 3
_BATCH: Final = 32  # as jobs have it
_SENTENCES: Final = (
    "The old harbour lies behind the fish market, where the ferries used to land.",
    "A red fox crossed the frozen river before the sun had come up over the hills.",
    "Prices rose by two percent in the spring, and fell again when the harvest was in.",
    "She painted the same mountain every summer for thirty years, never from one place.",
    "Two thirds of the visitors come by train, so the car park is mostly empty.",
)


def pictures(count: int) -> list[bytes]:
    """Return JPEG pictures of 640 x 480, half of them with a line of text."""
    dice = np.random.default_rng(1)
    made = []
    for number in range(count):
        coarse = dice.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)
        if number % 2:
            text = " ".join(_SENTENCES[number % len(_SENTENCES)].split()[:5])
            font = ImageFont.load_default(36)
            ImageDraw.Draw(picture).text((30, 200), text, font=font, fill="black")
        out = BytesIO()
        picture.save(out, "JPEG", quality=85)
        made.append(out.getvalue())
    return made


def things(kind: Kind, name: str) -> list[Any]:
    """Return what scorers of a kind look at."""
    bodies = pictures(_ITEMS)
    if kind == "pictures":
        if of_vectors(name):
            rows = np.random.default_rng(2).normal(size=(_ITEMS, 768))
            return [(row / np.linalg.norm(row)).astype("<f2").tobytes() for row in rows]
        return bodies
    texts = [" ".join(np.roll(_SENTENCES, turn)) for turn in range(len(_SENTENCES))]
    if kind == "captions":
        box = (0.04, 0.4, 0.96, 0.4, 0.96, 0.5, 0.04, 0.5)
        return [
            ScoredCaption(
                str(number),
                caption=_SENTENCES[number % len(_SENTENCES)],
                before=_SENTENCES[0],
                after=_SENTENCES[1],
                language="en",
                perceptual_hash=f"{number:016x}",
                earlier=tuple(f"{other:016x}" for other in range(number)),
                words=(ReadWord(_SENTENCES[number % 5][:30], 0.9, box),) if number % 2 else (),
                picture=body,
            )
            for number, body in enumerate(bodies)
        ]
    if kind == "texts":
        return [ScoredText("\n\n".join([text] * 8), "en") for text in texts] * (_ITEMS // 5)
    parts = [PublishedPart(text) for text in texts]
    parts.insert(2, PublishedPart(None, "https://example.org/a.jpg", facts={"caption": texts[0]}))
    document = PublishedDocument(tuple(parts), {"doc_id": "d", "language": "en"})
    return [ScoredDocument(document)] * _ITEMS


def cpu_seconds(run: Callable[[], object]) -> float:
    """Return the CPU time of a call, of all its threads."""
    before = time.process_time()
    run()
    return time.process_time() - before


def in_batches(scorer: Any, items: Sequence[Any]) -> Callable[[], None]:
    """Return a call of a scorer on all items, as a job makes it."""

    def run() -> None:
        for start in range(0, len(items), _BATCH):
            scorer.score(items[start : start + _BATCH])

    return run


def measured(kind: Kind, name: str, model: str) -> str:
    """Return the line of one scorer.

    Raises:
        ValueError: it wants a model, or an extra.
    """
    scorer, items = load_scorer(name, kind, model), things(kind, name)
    run, alone = in_batches(scorer, items), None
    module = f"benchmarks.bare_models.{name}"
    if find_spec(module) is not None:
        alone = import_module(module).bare(scorer, items)
        alone()
    run()  # what is loaded at the first call
    seconds, ratios = [], []
    for _ in range(_ROUNDS):
        bare = cpu_seconds(alone) if alone else 0.0
        seconds.append(cpu_seconds(run))
        ratios.append(bare / max(seconds[-1], 1e-9))
    rate = f"{len(items) / max(median(seconds), 1e-9):10,.1f} items a second and core"
    return f"{rate}, {median(ratios):.2f} of the model alone" if alone else rate


def main() -> None:
    """Print a line for each scorer."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("names", nargs="*", help="scorers; none: all")
    asked.add_argument("--model", action="append", default=[], metavar="NAME=PATH")
    options = asked.parse_args()
    models = dict(pair.split("=", 1) for pair in options.model)
    for kind in KINDS:
        for name in scorer_names(kind):
            if options.names and name not in options.names:
                continue
            try:
                line = measured(kind, name, models.get(name, ""))
            except (ValueError, SettingsError) as error:
                line = f"passed over: {error}"
            print(f"{kind:9} {name:18} {line}", flush=True)


if __name__ == "__main__":
    main()
