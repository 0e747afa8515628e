"""interleaf without Spark and without files: one page, one document, one text at a time. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mmc4_like.records import Placement, Sentence
from mmc4_like.rules.evidence import similarity_matrix
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.rules.placement import place as place_rows
from mmc4_like.texts.sentences import (
    SentenceSettings,
    may_hold_image,
    sentence_texts,
    split_sentences,
)
from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.settings import ObelicsSettings, load_settings
from webdoc.archive.captures import Capture
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.vectors import unit
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings
from webdoc.page.read_capture import document_of
from webdoc.permission.signs import HEADERS
from webdoc.reasons import Kind


def extract(
    html: str | bytes, url: str = "", *, settings: ExtractSettings | None = None
) -> Document:
    """Return a page as a document: its paragraphs and images in reading order, nothing judged.

    Args:
        html: the page. Of bytes the character set is found out, a text is taken as it is.
        url: its address, absolute; links and images are resolved by it.
        settings: which part of the page, and how much of it; None: its main content.

    Returns:
        A document whose `nodes` are paragraphs and images; `texts` and `images` hold the same as
        two tuples of one length. One that cannot be read has no node and a `reject_reason`: a
        broken page is no error.

    >>> page = "<article><p>A heron waits in the reeds.</p><img src=/heron.jpg></article>"
    >>> document = extract(page, "https://e.org/birds")
    >>> document.texts, document.images
    (('A heron waits in the reeds.', None), (None, 'https://e.org/heron.jpg'))
    """
    return document_of(_capture(html, url, {}), settings or ExtractSettings())


def judge(
    document: Document,
    preset: str = "default",
    *,
    html: str | bytes = b"",
    headers: Mapping[str, str] | None = None,
    settings: ObelicsSettings | None = None,
) -> Document:
    """Return a document with the marks of a preset: what a release would leave out, and why.

    Only what the page alone shows is judged: texts, language, addresses of images, permission. The
    bytes of images and other pages, which a whole run looks at too, are not.

    Args:
        document: from `extract`; marks that it bears stay.
        preset: of the OBELICS path: default, obelics.
        html: the page that it was made from, for what it says about its use (robots meta
            elements). b"": not asked.
        headers: of the answer that the page came with, for X-Robots-Tag and the like.
        settings: instead of a preset, from `obelics_like.settings.load_settings`.

    Returns:
        The document with its language; `reject_reason` on it and on its nodes says which rule is
        broken first, `reject_value` what that rule measured; None: none is broken.

    Raises:
        webdoc.settings.SettingsError: no preset of that name.

    >>> page = extract("<p>Share this!</p>", "https://e.org/")
    >>> str(judge(page).reject_reason)
    'document_words'
    """
    rules = _rules(preset) if settings is None else Rules.load(settings)
    capture = _capture(html, document.url, headers or {})
    return mark_page(rules.permissions.marked(document, capture), rules)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedImages:
    """Where the images of one text stand."""

    sentences: tuple[str, ...]
    placements: tuple[Placement, ...]  # one an image, in their order; `sentence` None: no place
    similarity: NDArray[np.float32]  # (n_images, n_sentences) cosines in [-1, 1]

    def __iter__(self) -> Iterator[str | int]:
        """Yield the text in order: sentences, and before its sentence the index of each image."""
        at: dict[int, list[int]] = {}
        for placement in self.placements:
            if placement.sentence is not None:
                at.setdefault(placement.sentence, []).append(placement.image)
        for number, sentence in enumerate(self.sentences):
            yield from at.get(number, ())
            yield sentence


def place(  # noqa: PLR0913 - each is a question of its own
    texts: str | Sequence[str],
    images: Sequence[bytes | Path] = (),
    *,
    vectors: tuple[ArrayLike, ArrayLike] | None = None,
    model: str = "",
    language: str = "en",
    settings: PlacementSettings | None = None,
) -> PlacedImages:
    """Place images among the sentences of a text, so that their summed similarity is highest.

    By vectors of your own, or by images and the CLIP model that makes them.

    Args:
        texts: a text, which is cut into sentences, or the sentences.
        images: bytes of picture files, or where they lie; needs `model`.
        vectors: instead of images: (n_images, d) and (n_sentences, d), finite numbers, of any
            length; they are scaled.
        model: as of `interleaf mmc4 --model`: ViT-L-14:openai, local-dir:FOLDER. Needs the extra
            interleaf[clip]. Loaded once a process.
        language: ISO 639-1, of a text that is cut.
        settings: method and limits; None: a linear assignment with one image a sentence. The
            cosines alone decide: captions and places in a page, and limits that compare with
            other texts (`min_contrast`), belong to a whole run.

    Returns:
        Sentences, a placement for each image, and the matrix. An image whose picture cannot be
        read has no place and a row of zeros.

    Raises:
        ValueError: neither or both of images and vectors, images without a model, or vectors that
            do not fit the sentences or each other, or hold NaN or infinity.
        OSError: a picture cannot be read from where it lies.
        webdoc.settings.SettingsError: no such model, or its extra is not installed.

    >>> placed = place(["A cat.", "A boat."], vectors=([[0, 1.0]], [[1, 0.1], [0.1, 1]]))
    >>> list(placed)
    ['A cat.', 0, 'A boat.']
    """
    if (vectors is None) == (not images):
        raise ValueError("give either images with a model, or vectors")
    if images and not model:
        raise ValueError('images need a model that compares them: model="ViT-L-14:openai"')
    text, sentences = _cut(texts, language)
    shown = tuple(sentence_texts(text, sentences))
    if vectors is not None:
        rows, columns, readable = *map(_matrix, vectors), None
    else:
        rows, columns, readable = _encoded(images, shown, model)
    return _placed(text, sentences, shown, rows, columns, readable, settings or PlacementSettings())


def _placed(  # noqa: PLR0913, PLR0917 - all that is known of one text
    text: str,
    sentences: tuple[Sentence, ...],
    shown: tuple[str, ...],
    images: NDArray[np.float32],
    columns: NDArray[np.float32],
    readable: NDArray[np.bool_] | None,
    settings: PlacementSettings,
) -> PlacedImages:
    """Place the images that could be read; the others have no place and a row of zeros."""
    if len(columns) != len(sentences):
        raise ValueError(
            f"there are {len(sentences)} sentences and {len(columns)} vectors of sentences. Give "
            "the sentences as a list where you cut the text yourself."
        )
    if len(images) and len(columns) and images.shape[1] != columns.shape[1]:
        raise ValueError(
            f"images have {images.shape[1]} numbers a vector and sentences {columns.shape[1]}"
        )
    similarity = np.zeros((len(images), len(columns)), np.float32)
    if similarity.size:
        similarity = similarity_matrix(unit(images), unit(columns))
    used = np.arange(len(images)) if readable is None else np.flatnonzero(readable)
    holding = may_hold_image(text, sentences, settings.min_words)
    placements = {
        int(used[one.image]): one for one in place_rows(similarity[used], settings, holding)
    }
    return PlacedImages(
        shown,
        tuple(_of_image(placements.get(index), index) for index in range(len(images))),
        similarity,
    )


def _of_image(placement: Placement | None, index: int) -> Placement:
    """Return the placement of an image by its own index; one without a vector has no place."""
    if placement is None:
        return Placement(index, None, 0.0)
    return Placement(index, placement.sentence, placement.similarity, placement.reject_reason)


def _cut(texts: str | Sequence[str], language: str) -> tuple[str, tuple[Sentence, ...]]:
    """Return a text and where its sentences are; given ones stand a line each."""
    if isinstance(texts, str):
        return texts, split_sentences(texts, language, SentenceSettings())
    found, start = [], 0
    for one in texts:
        found.append(Sentence(start, start + len(one)))
        start += len(one) + 1
    return "\n".join(texts), tuple(found)


def _matrix(vectors: ArrayLike) -> NDArray[np.float32]:
    matrix: NDArray[np.float32] = np.asarray(vectors, np.float32)
    if matrix.ndim != 2 and matrix.size:
        raise ValueError(f"vectors are rows of a matrix, got an array of shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("a vector holds NaN or infinity")
    return matrix if matrix.size else matrix.reshape(len(matrix), 0)


def _encoded(
    images: Sequence[bytes | Path], sentences: Sequence[str], model: str
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return vectors of images and sentences, and which images could be read."""
    clip = _clip(model)
    bodies = (one if isinstance(one, bytes) else Path(one).read_bytes() for one in images)
    found = [encoded.vector for encoded in clip.encode_images(bodies)]
    columns = np.array([one.vector for one in clip.encode_texts(sentences)], np.float32)
    width = columns.shape[1] if columns.size else 0
    rows: list[Any] = [np.zeros(width) if one is None else one for one in found]
    readable = np.array([one is not None for one in found], np.bool_)
    return np.array(rows, np.float32).reshape(len(rows), -1), columns, readable


@cache
def _clip(model: str) -> ClipModel:
    return ClipModel(ClipSettings(model=model))


@cache
def _rules(preset: str) -> Rules:
    return Rules.load(load_settings(options={"preset": preset}))


def _capture(html: str | bytes, url: str, headers: Mapping[str, str]) -> Capture:
    """Return a page as archives hold one; a text says its character set itself."""
    body = html.encode("utf-8", "replace") if isinstance(html, str) else html
    signs = tuple(
        f"{name.lower()}: {value}" for name, value in headers.items() if name.lower() in HEADERS
    )
    return Capture(
        "",
        0,
        len(body),
        url=url,
        kind=Kind.PAGE,
        http_charset="utf-8" if isinstance(html, str) else "",
        body=body,
        usage_headers=signs,
    )
