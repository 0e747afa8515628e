"""How well text in pictures is read: python -m benchmarks.picture_texts PHOTOS LATIN CHINESE

PHOTOS is a folder of photos without text, the others are files of fonts. Words are drawn into
photos, and pages, memes and signs are made; what the scorer `image_text` finds is compared with
what was drawn. Printed are the mean and the largest error of the covered area, and the F1 of words,
of Chinese characters.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.picture_texts_cases import Case, Fonts, cases
from webdoc.scores.pictures.image_text import covered_share, load

_OF_EACH: Final = 12


def words(texts: Iterable[str]) -> Counter[str]:
    """Return words in lower case without punctuation; of Chinese its characters."""
    found: Counter[str] = Counter()
    for text in texts:
        plain = "".join(c if c.isalnum() else " " for c in text.lower())
        spaced = "".join(f" {c} " if c >= "\u2e80" else c for c in plain)
        found.update(spaced.split())
    return found


def true_area(case: Case) -> float:
    """Return the share of a picture that its lines cover."""
    boxes = [np.array(line.corners) / case.size for line in case.lines]
    return covered_share([tuple(box.clip(0, 1).ravel().tolist()) for box in boxes])


def f1(true: Counter[str], found: Counter[str]) -> float:
    """Return the F1 of two bags of words; 1.0 of two empty ones."""
    both, all_of_them = (true & found).total(), true.total() + found.total()
    return 2 * both / all_of_them if all_of_them else 1.0


def main(arguments: Sequence[str]) -> None:
    """Print a line for each kind of picture, and one for all."""
    folder, latin, chinese = arguments
    photos = sorted(path for path in Path(folder).iterdir() if path.suffix in (".png", ".jpg"))
    reader = load()
    true: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    errors: dict[str, list[float]] = defaultdict(list)
    begin = time.perf_counter()
    for case in cases(photos, Fonts(latin, chinese), _OF_EACH):
        (lines,) = reader.read_words([case.body])
        assert lines is not None
        ((area, _, _),) = reader.measured([lines])
        for kind in (case.kind, "all"):
            true[kind] += words(line.text for line in case.lines)
            found[kind] += words(line.text for line in lines)
            errors[kind].append(abs((area or 0.0) - true_area(case)))
    seconds = time.perf_counter() - begin
    for kind, own in errors.items():
        print(
            f"{kind:13} {len(own):4} pictures  area error mean {np.mean(own):.3f}"
            f" largest {max(own):.3f}  word F1 {f1(true[kind], found[kind]):.3f}"
        )
    print(f"{len(errors['all']) / seconds:.2f} pictures a second, with making them")


if __name__ == "__main__":
    main(sys.argv[1:])
