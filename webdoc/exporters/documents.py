"""data/: documents in the columns of OBELICS, one row a document. Both paths write it."""

from dataclasses import dataclass
from typing import Final

from webdoc.release.exporter import Column, Exporter


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One document as it is published. `images` and `texts` have the same length.

    At each index exactly one of the two holds a value. Source: OBELICS' dataset card.
    """

    images: tuple[str | None, ...]  # image URL, or null where the index holds text
    texts: tuple[str | None, ...]  # text, or null where the index holds an image
    metadata: str  # JSON list: null for a text, an object for an image
    general_metadata: str  # JSON object: where the document comes from, and what was measured


_COLUMNS: Final = (
    Column(
        "images",
        "list of string",
        "the URL of an image, or null where this index holds text",
        "string",
        croissant_type="sc:URL",
        is_list=True,
    ),
    Column(
        "texts",
        "list of string",
        "a text, or null where this index holds an image",
        "string",
        is_list=True,
    ),
    Column(
        "metadata",
        "string, a JSON list",
        "null for text; for an image: page and image URL, alt text, caption, sizes, format, fetch"
        " status, SHA-256, scores",
        "string",
    ),
    Column(
        "general_metadata",
        "string, a JSON object",
        "of the document: URL, id, language, the archive file with offset and length of its"
        " record, capture time, scores",
        "string",
    ),
)

DOCUMENTS: Final = Exporter(
    name="default",
    folder="data",
    record=ReleaseRow,
    columns=_COLUMNS,
    one_row="One row is one document.",
    said="One row is one document. `images`, `texts` and the list in `metadata` have the same"
    " length; at each index there is either an image or a text.",
    reading=(
        'documents = load_dataset(folder, split="train")',
        "row = documents[0]",
        'facts = json.loads(row["metadata"])',
        'for image, text, fact in zip(row["images"], row["texts"], facts):',
        "    print(text if image is None else f\"[image {image}: {fact.get('alt_text')}]\")",
    ),
)
