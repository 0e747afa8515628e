"""How many icons the rules keep among the images of real pages, and how many pictures they lose.

    python -m benchmarks.icons                          the preset default, which knows only URLs
    python -m benchmarks.icons --preset obelics
    python -m benchmarks.icons --sample                 the seeded sample, to label it by hand

Pages: ../shared/data/warc. Labels: icon_labels.tsv beside this, one line an image of a seeded
sample of 200 among the different images (page, address) of pages that a rule on documents does not
take: the hash of page and place, and `icon` or `picture`, judged by hand by address, alternative
text, shown size and place, and by its pixels where the archive holds them. An icon is what no
reader would miss: logos, buttons, rating stars, flags, advertisements, links drawn as pictures.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish, mark_page
from obelics_like.settings import load_settings
from webdoc.archive.reader import read_captures
from webdoc.page.document import Document, Node
from webdoc.page.read_capture import document_of
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of

DATA = Path(__file__).resolve().parents[2] / "shared/data/warc"
LABELS = Path(__file__).with_name("icon_labels.tsv")
SAMPLE = 200
SEED = 15
PICTURE, ICON = "picture", "icon"


def documents() -> Iterator[Document]:
    """Yield the pages of all archives before any rule."""
    settings = load_settings()
    files = [str(file) for file in sorted(DATA.glob("*/*.warc*")) if "wa" in file.name[-8:]]
    for split in splits_of(expand_inputs(files), settings.archives.split_bytes):
        for capture in read_captures(split, settings.archives):
            if capture.kind is Kind.PAGE:
                yield document_of(capture, settings.extraction)


def judged(document: Document, rules: Rules) -> Document:
    """Return a document with its images marked as in a run that knows only URLs."""
    return finish(replace(mark_page(document, rules), reject_reason=None), rules)


def key_of(document: Document, node: Node) -> str:
    """Return what names an image in the file of labels."""
    return blake2b(f"{document.url} {node.dom_path}".encode(), digest_size=8).hexdigest()


def sample(pages: list[Document]) -> list[tuple[Document, Node]]:
    """Return the images to label: no address twice on one page, no page that its text rejects."""
    rules = Rules.load(load_settings(assignments=['images.source="none"']))
    found: dict[tuple[str, str], tuple[Document, Node]] = {}
    for page in pages:
        if mark_page(page, rules).reject_reason is None:
            for node in page.nodes:
                if node.image is not None and node.image.url:
                    found.setdefault((page.url, node.image.url), (page, node))
    images = sorted(found.values(), key=lambda pair: key_of(*pair))
    return random.Random(SEED).sample(images, min(SAMPLE, len(images)))


def main() -> None:
    """Judge the labelled images by a preset."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--preset", default="default")
    parser.add_argument("--sample", action="store_true")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: it holds the archives")
    pages = list(documents())
    if arguments.sample:
        for page, node in sample(pages):
            assert node.image is not None
            size = f"{node.image.rendered_width}x{node.image.rendered_height}"
            print(key_of(page, node), node.image.url, node.image.alt_text, size, node.dom_path)
        return
    labels = dict(line.split("\t") for line in LABELS.read_text("utf-8").splitlines())
    settings = [f'preset="{arguments.preset}"', 'images.source="none"']
    rules = Rules.load(load_settings(assignments=settings))
    counts: Counter[tuple[str, bool]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    seen = set()
    for page in pages:
        for node in judged(page, rules).nodes:
            key = key_of(page, node)
            if node.image is None or key not in labels or key in seen:
                continue
            seen.add(key)
            counts[labels[key], node.reject_reason is None] += 1
            if node.reject_reason is not None:
                lost[labels[key], node.reject_reason] += 1
    kept = counts[ICON, True] + counts[PICTURE, True]
    print(f"{sum(counts.values())} of {len(labels)} labelled images were found again")
    print(f"kept: {kept}, of them icons: {counts[ICON, True]}")
    print(f"left out: icons {counts[ICON, False]}, pictures {counts[PICTURE, False]}")
    for (label, reason), count in sorted(lost.items()):
        print(f"  {count:4d} {label}: {reason}")


if __name__ == "__main__":
    main()
