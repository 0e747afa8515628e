"""How well a CLIP model finds the text of a picture, in the measures of MMC4's table 1.

    python -m benchmarks.captions MODEL PAIRS.jsonl ARCHIVE.warc.gz

PAIRS has one JSON object a line: image_url, alt, caption, page. A document is a page with two
pictures or more; its texts are their alt texts, or with --field caption their captions.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.storage.inputs import expand_inputs, splits_of


def bodies_of(archive: str, wanted: set[str]) -> dict[str, bytes]:
    """Return the bytes of the pictures at these URLs."""
    reading, found = ReadSettings(), {}
    for split in splits_of(expand_inputs((archive,), reading.storage), reading.split_bytes):
        for capture in read_captures(split, reading):
            if capture.url in wanted and capture.body:
                found[capture.url] = capture.body
    return found


def auc(similarity: NDArray[np.floating]) -> float:
    """Return how often a pair that belongs together is above one that does not; ties count half.

    Args:
        similarity: (n, n); picture i belongs to text i.
    """
    own = np.eye(len(similarity), dtype=bool)
    ranks = rankdata(similarity)[own.ravel()]
    n = len(similarity)
    return float((ranks.sum() - n * (n + 1) / 2) / (n * (own.size - n)))


def measures(similarities: list[NDArray[np.floating]]) -> dict[str, float]:
    """Return the measures, means over documents as in MMC4; and shares over all pictures."""
    tops = [np.unravel_index(s.argmax(), s.shape) for s in similarities]
    placed = [linear_sum_assignment(s, maximize=True)[1] for s in similarities]
    right = sum(int((p == np.arange(len(p))).sum()) for p in placed)
    pictures = sum(map(len, placed))
    chance = len(similarities) / pictures
    values = {
        "documents": len(similarities),
        "pictures": pictures,
        "auc": 100 * np.mean([auc(s) for s in similarities]),
        "p_at_1": 100 * np.mean([row == column for row, column in tops]),
        "placed_right": 100 * right / pictures,
        "placed_right_by_chance": 100 * chance,
    }
    return {name: round(float(value), 1) for name, value in values.items()}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("archive")
    parser.add_argument("--field", choices=("alt", "caption"), default="alt")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.pairs.read_text(encoding="utf-8").splitlines()]
    bodies = bodies_of(asked.archive, {row["image_url"] for row in rows})
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row[asked.field] and row["image_url"] in bodies:
            pages[row["page"]][row["image_url"]] = row[asked.field]
    model = ClipModel(ClipSettings(model=asked.model))
    pairs = [(url, text) for texts in pages.values() for url, text in texts.items()]
    seen = [image.vector for image in model.encode_images(bodies[url] for url, _ in pairs)]
    told = [text.vector for text in model.encode_texts(text for _, text in pairs)]
    similarities, first = [], 0
    for texts in pages.values():
        rows_of_page = range(first, first := first + len(texts))
        good = [at for at in rows_of_page if seen[at] is not None]
        if len(good) > 1:
            left, right = (
                np.stack([side[at] for at in good]).astype(float) for side in (seen, told)
            )
            similarities.append(left @ right.T)
    print(json.dumps(measures(similarities), indent=1))


if __name__ == "__main__":
    main()
