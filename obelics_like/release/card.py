"""README.md of a release: what a person reads first. Text of the web is escaped for Markdown."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from obelics_like.release.columns import CLUSTER_COLUMNS, DATA_COLUMNS, IMAGE_COLUMNS, Column
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.figures import class_names, files_in
from obelics_like.release.front_matter import front_matter
from obelics_like.release.row import release_row
from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document
from webdoc.reasons import reason_text
from webdoc.release.alignment_spread import alignment_section
from webdoc.release.escaping import code_block, code_span, markdown_text, shortened
from webdoc.release.figures import Level, levels_of, percent_text
from webdoc.release.published_settings import published_settings

_EXAMPLE_ENTRIES = 4
_EXAMPLE_CHARS = 240
_KEEPERS = {"newest": "the newest", "longest": "the longest", "first": "the first by its id"}


def card_text(facts: ReleaseFacts) -> str:
    """Return the dataset card of a release."""
    parts = (
        f"# {markdown_text(facts.settings.release.name)}",
        _what(facts),
        _reading(facts),
        _columns(facts),
        _example(facts),
        _making(facts),
        _funnel(facts),
        permission_section(facts),
        _spread(facts),
        alignment_section(facts.alignment) if facts.alignment else "",
        _limits(facts),
        _rights(facts),
        _provenance(),
    )
    body = "\n\n".join(part for part in parts if part)
    return f"---\n{front_matter(facts)}\n---\n\n{body}\n"


def _what(facts: ReleaseFacts) -> str:
    levels = {level.key: level for level in levels_of(facts.funnel)}
    said = [
        f"**{levels[key].kept:,}** {levels[key].name.lower()}"
        for key in ("document", "image", "text", "word")
        if key in levels
    ]
    counts = f"This release holds {_listed(said)}. " if said else ""
    return (
        "Web pages as they are read: paragraphs and images in one sequence, in the order in which"
        f" they stand in the page. {counts}It was made by interleaf {markdown_text(facts.version)}"
        " from web archive files and has the columns of the"
        " [OBELICS](https://arxiv.org/abs/2306.16527) dataset.\n\n"
        "Open `report.html` in a browser to see pages with their kept and left-out parts side by"
        " side."
    )


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _reading(facts: ReleaseFacts) -> str:
    lines = [
        "import json",
        "from datasets import load_dataset",
        "",
        'folder = "."  # where this file lies, or the name of the dataset on the Hub',
        'documents = load_dataset(folder, split="train")',
        "row = documents[0]",
        'facts = json.loads(row["metadata"])',
        'for image, text, fact in zip(row["images"], row["texts"], facts):',
        "    print(text if image is None else f\"[image {image}: {fact.get('alt_text')}]\")",
    ]
    if files_in(facts, "images")[0]:
        lines += [
            "",
            'pictures = load_dataset(folder, "images", split="train")  # image opened by Pillow',
            'place = {sha256: i for i, sha256 in enumerate(pictures["sha256"])}',
            'shown = [pictures[place[f["sha256"]]]["image"]',
            '         for f in facts if f and f.get("sha256") in place]',
        ]
    return "## Reading it\n\n" + code_block("\n".join(lines), "python")


def _columns(facts: ReleaseFacts) -> str:
    text = (
        "## Columns\n\nOne row is one page. `images`, `texts` and the list in `metadata` have the"
        " same length; at each index there is either an image or a text.\n\n"
        + _column_table(DATA_COLUMNS)
    )
    if files_in(facts, "images")[0]:
        text += (
            "\n\nThe configuration `images` (folder `images/`) holds each picture once, by its"
            f" hash:\n\n{_column_table(IMAGE_COLUMNS)}"
        )
    else:
        text += "\n\nImage bytes are not part of this release: images are URLs."
    if files_in(facts, "clusters")[0]:
        text += (
            "\n\nThe configuration `clusters` (folder `clusters/`) says which page was left out for"
            " which other one, because of nearly the same text:"
            f"\n\n{_column_table(CLUSTER_COLUMNS)}"
        )
    return text


def _column_table(columns: Iterable[Column]) -> str:
    return _table(
        ("column", "type", "meaning"), ((f"`{c.name}`", c.shown_type, c.meaning) for c in columns)
    )


def _example(facts: ReleaseFacts) -> str:
    kept = next((d for d in facts.examples if d.reject_reason is None), None)
    if kept is None:
        return ""
    shown = json.dumps(_shown_row(kept), ensure_ascii=False, indent=2)
    return (
        "## One row\n\nThe JSON columns are unpacked here, and long texts are cut.\n\n"
        + code_block(shown, "json")
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


_IMAGE_STEPS = {
    "warc": "Images are looked up in the archive itself and judged by their bytes.",
    "fetch": "Images are fetched from the web, where their hosts permit it, and judged by their"
    " bytes.",
    "warc+fetch": "Images are looked up in the archive, else fetched from the web where their hosts"
    " permit it, and judged by their bytes.",
    "none": "Images are not looked up: they stand as URLs, judged by the page alone.",
}


def _making(facts: ReleaseFacts) -> str:
    settings = facts.settings
    steps = (
        "Archive files (WARC, ARC, WACZ) are read record by record; every record is counted.",
        "Each HTML page becomes one sequence of paragraphs and images"
        f" (`scope = {json.dumps(settings.extraction.scope)}`).",
        "Rules mark images, paragraphs and documents; the first reason stays, nothing is deleted"
        " before the end.",
        _IMAGE_STEPS[settings.images.source],
        "Exact duplicates of pages, paragraphs and images are marked over the whole corpus.",
        *_near_steps(settings),
        "What carries no mark is published.",
    )
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    notes = "\n".join(f"- {markdown_text(note)}" for note in facts.notes)
    text = (
        f"## How it was made\n\nVersion {markdown_text(facts.version)} of interleaf, preset"
        f" {code_span(settings.preset)}; `archives.csv` lists the archive files."
        f"\n\n{numbered}"
    )
    if notes:
        text += f"\n\nNot every rule judged everything:\n\n{notes}"
    block = code_block(published_settings(settings).strip(), "toml")
    return f"{text}\n\n<details><summary>All settings</summary>\n\n{block}\n\n</details>"


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


def _funnel(facts: ReleaseFacts) -> str:
    sections = [_level_table(level) for level in levels_of(facts.funnel)]
    if not sections:
        return ""
    return (
        "## What was kept and what was left out\n\nShares are of all that was looked at on a"
        " level; `funnel.csv` holds the same counts.\n\n" + "\n\n".join(sections)
    )


def _level_table(level: Level) -> str:
    rows = [
        (
            f"**{code_span(part.reason)}**" if part.kept else code_span(part.reason),
            markdown_text(reason_text(part.reason)),
            f"{part.count:,}",
            percent_text(part.share),
        )
        for part in level.parts
    ]
    rows.append(("all", "", f"{level.total:,}", percent_text(1)))
    table = _table(("", "meaning", "count", "share"), rows, right=2)
    return f"### {markdown_text(level.name)}\n\n{table}"


def _spread(facts: ReleaseFacts) -> str:
    parts = []
    if facts.languages:
        rows = ((code_span(code) or "not known", f"{count:,}") for code, count in facts.languages)
        parts.append("### Languages\n\n" + _table(("language", "documents"), rows, right=1))
    if facts.domains:
        rows = ((code_span(name) or "not known", f"{count:,}") for name, count in facts.domains)
        parts.append(
            "### Most frequent domains\n\n" + _table(("domain", "documents"), rows, right=1)
        )
    for spread in facts.distributions:
        name = markdown_text(spread.name)
        named = zip(class_names(spread), spread.counts, strict=True)
        table = _table((name, "documents"), ((n, f"{c:,}") for n, c in named), right=1)
        parts.append(f"### {name.capitalize()}\n\n{table}")
    return "## What is in it\n\n" + "\n\n".join(parts) if parts else ""


def _limits(facts: ReleaseFacts) -> str:
    settings = facts.settings
    model = settings.safety.model if settings.images.source != "none" else ""
    pictures = "pictures are not looked at for it."
    if model and settings.safety.policy != "keep":
        pictures = f"the model {code_span(model)} leaves out some such pictures."
    return (
        "## What to know before using it\n\n"
        "- **Personal data.** Web pages name people, show them and quote them. No step of this"
        f" run looks for personal data, or removes it. {_faces(facts)}\n"
        f"- **Unsafe content.** Lists of words leave out some pornographic text; {pictures}\n"
        "- **Bias.** The rules follow word lists and thresholds, which are coarse, and the web"
        " itself does not speak for everybody.\n"
        "- **Truth.** Nothing was checked for being true or current."
    )


def _faces(facts: ReleaseFacts) -> str:
    settings = facts.settings.faces
    if not settings.model or facts.settings.images.source == "none":
        return "No step looks for faces."
    images = sum(count for _, count in facts.faces)
    with_faces = sum(count for faces, count in facts.faces if faces)
    found = sum(faces * count for faces, count in facts.faces)
    text = (
        f"The model {code_span(settings.model)} looked for faces, which misses some: of"
        f" {images:,} published images {with_faces:,} show at least one, {found:,} in all."
    )
    if settings.max_faces is not None:
        text += f" Images with more than {settings.max_faces} were left out."
    return text


def _rights(facts: ReleaseFacts) -> str:
    return (
        "## Rights, and how to have something taken out\n\n"
        "The texts and images belong to the owners of the pages, whose terms go on to apply; a"
        " licence named here"
        f" ({code_span(facts.settings.release.licence)}) can only cover the selection and"
        " arrangement. Whoever uses the data must have a right to do so where they are.\n\n"
        "If a page or an image of yours should not be in here, ask whoever publishes this copy,"
        " on the Hub through the tab *Community*. Name the page or image URL, or the domain: all"
        " rows carry them, and image bytes are found by the SHA-256 that their URL carries."
    )


def _provenance() -> str:
    files = (
        ("`archives.csv`", "every archive file that was read, with its numbers of records"),
        ("`funnel.csv`", "the counts of each reason"),
        ("`settings.toml`", "the settings; the same input and settings give the same files"),
        ("`croissant.json`", "this description for machines (MLCommons Croissant)"),
        ("`report.html`", "pages with their kept and left-out parts"),
        ("`SHA256SUMS`", "checksums of all files: `sha256sum -c SHA256SUMS`"),
    )
    return (
        "## Provenance\n\nEach row says from which bytes it was made: `warc_filename`,"
        " `warc_record_offset` and `warc_record_length` in `general_metadata` name the record,"
        " and `dom_path` in `metadata` the place of an image in the page.\n\n"
        + _table(("file", "what is in it"), files)
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0) -> str:
    """Return a Markdown table; its last `right` columns are set to the right."""
    left = len(header) - right
    lines = [header, ["---"] * left + ["---:"] * right, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def permission_section(facts: ReleaseFacts) -> str:
    """Return the section, without a blank line at its end."""
    settings = facts.settings.permission
    signs = ", ".join(code_span(name) for name in settings.signals) or "none"
    lists = ", and lists of those who opted out" if settings.opt_out_lists else ""
    lines = [
        "## Permission",
        "",
        f"Signs that were heeded: {signs}{lists}. What could not be read meant no.",
    ]
    if not facts.refusals:
        return "\n".join([*lines, "", "None of them left anything out."])
    table = ["| what | sign | left out |", "| --- | --- | ---: |"]
    table += [f"| {what} | {code_span(sign)} | {count:,} |" for what, sign, count in facts.refusals]
    return "\n".join([*lines, "", *table])
