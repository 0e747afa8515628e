"""Pages of which is known where their images belong, and vectors that are kept between runs.

What is truth, `benchmarks.placement_truth` says.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmc4_like.candidates import candidate_document
from mmc4_like.compared import image_texts
from mmc4_like.records import TextDocument
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import CandidateDocument, ComparableDocument, TextVector
from mmc4_like.texts.main_text import main_text
from mmc4_like.texts.sentences import sentence_texts, split_sentences
from spark_jobs.mmc4_extract import linked_page
from webdoc.archive.captures import Capture, Kind
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.vectors import sentence_key, to_bytes
from webdoc.page.charset import html_utf8
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings
from webdoc.page.read_capture import document_of
from webdoc.picture.facts import PictureFacts
from webdoc.storage.inputs import expand_inputs, splits_of

RULES = RuleSettings()
SEED = 16


@dataclass(frozen=True)
class Case:
    """One page: a text, its images, and the sentences at which each may stand."""

    site: str
    chapter: int  # pages that are left out together; each page its own where there are none
    candidate: CandidateDocument
    truth: dict[int, list[int]]  # index of an image -> sentences; images without one are missing


def captures_of(archive: str) -> Iterator[Capture]:
    """Yield the captured pages of an archive."""
    reading = ReadSettings()
    for split in splits_of(expand_inputs((archive,), reading.storage), reading.split_bytes):
        yield from (c for c in read_captures(split, reading) if c.kind is Kind.PAGE)


def read_pages(data: Path, sites: Sequence[str]) -> Iterator[tuple[str, Document, str]]:
    """Yield site, page and its HTML, of archives of sites and of the readability pages."""
    for archive in sorted((data / "sites").glob("*.warc.gz")):
        if sites and archive.name.partition(".")[0] not in sites:
            continue
        for capture in captures_of(str(archive)):
            decoded = html_utf8(capture.body, capture.http_charset, capture.warc_charset)
            html = decoded.data.decode("utf-8", "replace") if decoded else ""
            yield archive.name.partition(".")[0], document_of(capture, ExtractSettings()), html
    for folder in sorted((data / "readability").iterdir()):
        if sites and "readability" not in sites:
            return
        body = (folder / "source.html").read_bytes()
        url = f"http://{folder.name}.test/"
        capture = Capture("readability", 0, 0, url=url, kind=Kind.PAGE, body=body)
        html = body.decode("utf-8", "replace")
        yield "readability", document_of(capture, ExtractSettings()), html


def cases_of(data: Path, text_kind: str, sites: Sequence[str] = ()) -> list[Case]:
    """Return the pages that have images and truth, with texts of one kind; of all sites for ()."""
    truths = {
        row["url"]: row
        for file in sorted((data / "sites").glob("*.truth.jsonl"))
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    }
    sites_with_truth = {file.name.partition(".")[0] for file in (data / "sites").glob("*.truth.*")}
    order = {url: number for number, url in enumerate(truths)}
    starts = [n for n, row in enumerate(truths.values()) if row["title"] == "Introduction"]
    dice = np.random.default_rng(SEED)
    cases = []
    for number, (site, page, html) in enumerate(read_pages(data, sites)):
        if site in sites_with_truth:
            if page.url not in truths:
                continue
            paragraphs, targets = cited(truths[page.url])
            chapter = sum(start <= order[page.url] for start in starts)
        else:
            paragraphs, targets = taken_out(page)
            chapter = 1000 + number
        if targets:
            text = text_of(paragraphs, text_kind, html, page.url, dice)
            cases.append(Case(site, chapter, *placed_truth(page, text, paragraphs, targets)))
    return [case for case in cases if case.truth]


def cited(row: dict) -> tuple[list[str], dict[str, set[int]]]:  # type: ignore[type-arg]
    """Return the paragraphs of a page, and which one first cites each image."""
    blocks = [block for block in row["sequence"] if block["type"] == "text"]
    sources = {b["fig"]: b["src"] for b in row["sequence"] if b["type"] == "image"}
    targets: dict[str, set[int]] = {}
    for number, block in enumerate(blocks):
        for figure in block["refs"]:
            if figure in sources:
                targets.setdefault(sources[figure], {number})
    return [" ".join(block["text"].split()) for block in blocks], targets


def taken_out(page: Document) -> tuple[list[str], dict[str, set[int]]]:
    """Return the paragraphs of a page, and those above and below each of its images."""
    paragraphs: list[str] = []
    gaps: dict[str, set[int]] = {}
    for node in page.nodes:
        if node.image is None and node.tag != "figcaption":
            paragraphs.append(" ".join(node.text.split()))
        elif node.image is not None and node.image.url:
            gaps.setdefault(node.image.url, {len(paragraphs) - 1, len(paragraphs)})
    known = range(len(paragraphs))
    return paragraphs, {url: {n for n in gap if n in known} for url, gap in gaps.items()}


def text_of(
    paragraphs: Sequence[str], kind: str, html: str, url: str, dice: np.random.Generator
) -> str:
    """Return the text at hand: own, edited (a tenth of its sentences), extracted by another."""
    if kind == "extracted":
        return main_text(html, url)[0]
    if kind == "own":
        return "\n".join(paragraphs)
    lines = []
    for paragraph in paragraphs:
        sentences = split_sentences(paragraph, "en", RULES.sentences)
        kept = []
        for sentence in sentence_texts(paragraph, sentences):
            fate = dice.random()
            if fate >= 0.1:
                kept.append(sentence)
            elif fate >= 0.05:  # a third of its words are others
                kept.append(re.sub(r"\w+", lambda w: w[0] if dice.random() > 1 / 3 else "edited",
                                   sentence))  # fmt: skip
        lines.append(" ".join(kept))
    return "\n".join(line for line in lines if line)


def placed_truth(
    page: Document, text: str, paragraphs: Sequence[str], targets: dict[str, set[int]]
) -> tuple[CandidateDocument, dict[int, list[int]]]:
    """Return a page as the pipeline sees it, and where the sentences of its paragraphs are."""
    document = TextDocument(page.url, page.url, text)
    linked = linked_page(page)
    unmarked = tuple(
        replace(image, facts=PictureFacts(sha256=image.url)) for image in linked.images
    )
    candidate = candidate_document(document, [replace(linked, images=unmarked)], (), RULES)
    live = tuple(image for image in candidate.images if image.reject_reason is None)
    candidate = replace(candidate, images=live, document=document)
    of = paragraphs_of(sentence_texts(text, candidate.sentences), paragraphs)
    truth = {}
    for index, image in enumerate(live):
        wanted = next((t for path, t in targets.items() if image.url.endswith(path)), set())
        sentences = [n for n, paragraph in enumerate(of) if paragraph in wanted]
        if sentences:
            truth[index] = sentences
    return candidate, truth


def paragraphs_of(sentences: Sequence[str], paragraphs: Sequence[str]) -> list[int]:
    """Return the paragraph that each sentence is from, -1 where none has its words; in order."""
    folded = [" ".join(re.findall(r"\w+", paragraph.lower())) for paragraph in paragraphs]
    found: list[int] = []
    last = 0
    for sentence in sentences:
        words = " ".join(re.findall(r"\w+", sentence.lower()))
        holding = [n for n, paragraph in enumerate(folded) if words and words in paragraph]
        found.append(next((n for n in holding if n >= last), holding[0] if holding else -1))
        if len(words) > 20 and found[-1] >= 0:
            last = found[-1]
    return found


class Vectors:
    """Vectors of texts and pictures; what a file holds already is not made again."""

    def __init__(self, model: str, file: Path | None) -> None:
        self._settings, self._file = ClipSettings(model=model), file
        self._known: dict[str, NDArray[np.float16]] = {}
        if file is not None and file.exists():
            with np.load(file) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def make(self, texts: Iterable[str], pictures: dict[str, bytes]) -> None:
        """Make what is missing; a picture that cannot be read has none."""
        missing = [t for t in dict.fromkeys(texts) if sentence_key(t) not in self._known]
        unseen = [url for url in pictures if url not in self._known]
        if not missing and not unseen:
            return
        model = ClipModel(self._settings)
        seen = model.encode_images(pictures[url] for url in unseen)
        for url, image in zip(unseen, seen, strict=True):
            if image.vector is not None:
                self._known[url] = image.vector
        missing.sort(key=len)  # texts of one length make the cheapest batches
        for start in range(0, len(missing), 1000):
            some = missing[start : start + 1000]
            for text, made in zip(some, model.encode_texts(iter(some)), strict=True):
                self._known[sentence_key(text)] = made.vector
            self._save()
        self._save()

    def _save(self) -> None:
        if self._file is not None:
            np.savez(self._file, keys=list(self._known), vectors=np.stack([*self._known.values()]))

    def bytes_of(self, key: str) -> bytes:
        """Return a stored vector; zeros for a picture that nobody has: it is like nothing."""
        some = next(iter(self._known.values()))
        return to_bytes(self._known.get(key, np.zeros_like(some)))


def compared(candidate: CandidateDocument, vectors: Vectors) -> ComparableDocument:
    """Return a candidate beside its vectors."""
    keys = [sentence_key(t) for t in sentence_texts(candidate.document.text, candidate.sentences)]
    texts = tuple(
        TextVector(index, kind, vectors.bytes_of(sentence_key(text)))
        for index, image in enumerate(candidate.images)
        for kind, text in image_texts(image).items()
    )
    return ComparableDocument(
        candidate,
        tuple(vectors.bytes_of(image.url) for image in candidate.images),
        tuple(map(vectors.bytes_of, keys)),
        texts,
        tuple(keys),
    )
