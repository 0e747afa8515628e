"""Document -> row of a release: OBELICS' columns, with ours inside the two JSON columns."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from webdoc.exporters.documents import ReleaseRow
from webdoc.page.document import Document, Image, Node

_NOISE = re.compile(r"[_\-+\s]+|%20|%2B|\d+\s*x\s*\d+|\d+", re.IGNORECASE)


def release_row(document: Document) -> ReleaseRow:
    """Return the row of a document, of its live nodes only.

    Neighbouring paragraphs become one text, divided by blank lines, as OBELICS does. Where the
    page says that a text ends (`Node.ends_document`), a new text begins and `ends_after` lists
    the index before.
    """
    images: list[str | None] = []
    texts: list[str | None] = []
    metadata: list[dict[str, object] | None] = []
    ends_after: list[int] = []
    for part in _parts(document):
        if isinstance(part, Node):
            image = part.image or Image("")
            images.append(image.url)
            texts.append(None)
            metadata.append(_image_metadata(document.url, image, part.dom_path))
            ends = part.ends_document
        else:
            images.append(None)
            texts.append("\n\n".join(node.text for node in part))
            metadata.append(None)
            ends = part[-1].ends_document
        if ends:
            ends_after.append(len(texts) - 1)
    return ReleaseRow(
        images=tuple(images),
        texts=tuple(texts),
        metadata=_json(metadata),
        general_metadata=_json(_general_metadata(document, ends_after)),
    )


def _parts(document: Document) -> Iterator[Node | list[Node]]:
    """Yield each live image, and each run of live paragraphs between images and ends."""
    run: list[Node] = []
    for node in document.nodes:
        if node.reject_reason is not None:
            continue
        if node.kind == "text":
            run.append(node)
        if run and (node.kind == "image" or node.ends_document):
            yield run
            run = []
        if node.kind == "image":
            yield node
    if run:
        yield run


def _image_metadata(page_url: str, image: Image, dom_path: str) -> dict[str, object]:
    """Return OBELICS' keys first, then ours; what is unknown is left out, as OBELICS does."""
    known: dict[str, object] = {
        "document_url": page_url,
        "unformatted_src": image.source_url,
        "src": image.url,
        "formatted_filename": formatted_filename(image.url),
        "alt_text": image.alt_text,
        "rendered_width": _rendered(image.rendered_width),
        "rendered_height": _rendered(image.rendered_height),
        "original_width": image.facts.width_px,
        "original_height": image.facts.height_px,
        "format": image.facts.format,
        "caption": image.caption,
        "dom_path": dom_path,
        "fetch_status": image.facts.status,
        "sha256": image.facts.sha256,
        "perceptual_hash": image.facts.perceptual_hash,
        "size_bytes": image.facts.size_bytes,
        "licence": image.licence or image.facts.licence,
        "licence_source": image.licence_source or image.facts.licence_source,
        "credit": image.credit or image.facts.credit,
    }
    always = ("document_url", "unformatted_src", "src")
    scores = {
        "graphic_score": image.facts.graphic_score,
        "nsfw_score": image.facts.nsfw_score,
        "clip_caption": image.clip_caption,
        "clip_alt_text": image.clip_alt_text,
        "clip_neighbour": image.clip_neighbour,
        "faces": image.facts.n_faces,
    }
    scores |= {score.name: score.value for score in image.scores}
    return {key: value for key, value in known.items() if value or key in always} | {
        key: score for key, score in scores.items() if score is not None
    }


def _rendered(size: str) -> int | str:
    return int(size) if size.isascii() and size.isdigit() else size


def _general_metadata(document: Document, ends_after: list[int]) -> dict[str, object]:
    alignment = {"clip_mean": document.clip_mean, "clip_min": document.clip_min}
    known: dict[str, object] = {
        "url": document.url,
        "warc_filename": document.warc_filename,
        "warc_record_offset": document.warc_record_offset,
        "warc_record_length": document.warc_record_length,
        "doc_id": document.doc_id,
        "capture_time": document.capture_time,
        "payload_digest": document.payload_digest,
        "title": document.title,
        "language": document.language,
        "language_score": round(document.language_score, 4),
        "page_kind": document.page_kind,
        "page_kind_score": round(document.page_kind_score, 4),
        "ends_after": ends_after,
    }
    licence = {"licence": document.licence, "licence_source": document.licence_source}
    return (
        known
        | {key: value for key, value in licence.items() if value}
        | {key: value for key, value in alignment.items() if value is not None}
    )


def formatted_filename(url: str) -> str:
    """Return the words in the last part of an image URL's path; "" when there are none.

    Source: OBELICS' image metadata. Digits, sizes and separators become spaces.

    >>> formatted_filename("https://e.org/2024/red_fox-in-snow_1024x768.jpg?w=3")
    'red fox in snow'
    """
    try:
        name = unquote(urlsplit(url).path).rpartition("/")[2].partition(".")[0]
    except ValueError:
        return ""
    words = " ".join(_NOISE.sub(" ", name).split())
    return words if len(words) > 1 else ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
