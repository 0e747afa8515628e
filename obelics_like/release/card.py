"""The dataset card of a release: what this path says beside what both say."""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from obelics_like.release.facts import ReleaseFacts, shared_facts
from obelics_like.release.row import release_row
from obelics_like.settings import ObelicsSettings
from webdoc.index.settings import IndexSettings
from webdoc.page.document import Document
from webdoc.release.card import card_text as shared_card
from webdoc.release.escaping import code_span, shortened
from webdoc.release.published_settings import without_folders

_EXAMPLE_ENTRIES: Final = 4
_EXAMPLE_CHARS: Final = 240
_KEEPERS: Final = {"newest": "the newest", "longest": "the longest", "first": "the first by its id"}
_IMAGE_STEPS: Final = {
    "warc": "Images are looked up in the archive itself and judged by their bytes.",
    "fetch": "Images are fetched from the web, where their hosts permit it, and judged by their"
    " bytes.",
    "warc+fetch": "Images are looked up in the archive, else fetched from the web where their hosts"
    " permit it, and judged by their bytes.",
    "none": "Images are not looked up: they stand as URLs, judged by the page alone.",
}


def card_text(facts: ReleaseFacts) -> str:
    """Return the dataset card of a release."""
    shared = shared_facts(facts)
    levels = {level.key: level for level in shared.levels}
    kept = next((d for d in facts.examples if d.reject_reason is None), None)
    return shared_card(
        "obelics_like.release",
        "obelics_card.md.j2",
        shared,
        tags=("common-crawl", "obelics"),
        kept=[levels[key] for key in ("document", "image", "text", "word") if key in levels],
        example=json.dumps(_shown_row(kept), ensure_ascii=False, indent=2) if kept else "",
        steps=list(_steps(facts.settings)),
        distributions=facts.distributions,
        absent={"similarity.csv"},
    )


def _shown_row(document: Document) -> dict[str, object]:
    row = release_row(document)
    texts = [text if text is None else _cut(text) for text in row.texts]
    metadata = [
        fact if fact is None else {k: _cut(v) if isinstance(v, str) else v for k, v in fact.items()}
        for fact in json.loads(row.metadata)
    ]
    general = json.loads(row.general_metadata)
    return {
        "images": [u if u is None else _cut(u) for u in row.images[:_EXAMPLE_ENTRIES]],
        "texts": texts[:_EXAMPLE_ENTRIES],
        "metadata": metadata[:_EXAMPLE_ENTRIES],
        "general_metadata": {k: _cut(v) if isinstance(v, str) else v for k, v in general.items()},
    }


def _cut(text: str) -> str:
    start, left_out = shortened(text, _EXAMPLE_CHARS)
    return f"{start}…" if left_out else start


def _steps(settings: ObelicsSettings) -> Iterator[str]:
    """Yield what was done, in Markdown."""
    yield _inputs_step(settings.index)
    yield (
        "Each HTML page becomes one sequence of paragraphs and images"
        f" (`scope = {json.dumps(settings.extraction.scope)}`)."
    )
    yield (
        "Rules mark images, paragraphs and documents; the first reason stays, nothing is deleted"
        " before the end."
    )
    yield _IMAGE_STEPS[settings.images.source]
    yield "Exact duplicates of pages, paragraphs and images are marked over the whole corpus."
    yield from _near_steps(settings)
    yield "What carries no mark is published."


def _inputs_step(index: IndexSettings) -> str:
    if not index.is_given:
        return "Archive files (WARC, ARC, WACZ) are read record by record; every record is counted."
    names = [index.crawl, without_folders(index.path)]
    of = " of ".join(code_span(name) for name in names if name)
    where = f" for which {code_span(index.where)} is true" if index.where.strip() else ""
    share = (
        f", a sample of {index.sample:.4g} of them by a hash of the URL" if index.sample < 1 else ""
    )
    robots = " The robots.txt captures of the same hosts are read too." if index.robots else ""
    return (
        f"Records are selected from an index of captures ({of}), those{where}{share}, and read from"
        f" the archives that `archives.csv` lists; every one is counted.{robots}"
    )


def _near_steps(settings: ObelicsSettings) -> Iterator[str]:
    """Yield what was done about near-copies and listed texts."""
    texts, images = settings.near_duplicates, settings.near_images
    lists = settings.decontamination
    for kind, places in (("texts", lists.texts), ("pictures", lists.images)):
        if places:
            names = ", ".join(code_span(PurePath(place).name) for place in places)
            yield f"Near-copies of the {kind} listed in {names} are marked."
    if texts.texts:
        made = texts.minhash
        yield (
            f"Of pages whose texts have a Jaccard similarity of {made.threshold:g} or more in runs"
            f" of {made.shingles.n} words ({made.permutations} MinHash values), one stays:"
            f" {_KEEPERS[texts.keep]}."
        )
    if images.needs_clusters:
        yield (
            "Pictures are counted together with their near-copies (perceptual hashes that differ in"
            f" at most {images.distance} of 64 bits)."
        )
