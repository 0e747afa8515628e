"""The columns of a release, in words and in the types of those who read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in file order."""

    name: str
    shown_type: str  # for a person
    hub_type: str  # of the Hub's `dataset_info`; "" where the Parquet type says all
    croissant_type: str
    is_list: bool
    meaning: str


# The row of obelics_like.release.row.ReleaseRow
DATA_COLUMNS = (
    Column(
        "images",
        "list of string",
        "",
        "sc:URL",
        True,
        "the URL of an image, or null where this index holds text",
    ),
    Column(
        "texts",
        "list of string",
        "",
        "sc:Text",
        True,
        "paragraphs divided by blank lines, or null where this index holds an image",
    ),
    Column(
        "metadata",
        "string, a JSON list",
        "",
        "sc:Text",
        False,
        "null for text; for an image: page and image URL, alt text, caption, sizes, format, place"
        " in the page, fetch status, SHA-256, scores of its pixels",
    ),
    Column(
        "general_metadata",
        "string, a JSON object",
        "",
        "sc:Text",
        False,
        "of the page: URL, WARC file, offset and length of its record, capture time, document id,"
        " title, language, and after which indexes the page says that a text ends",
    ),
)

# The row of webdoc.duplicates.near_duplicates.NearCopy
CLUSTER_COLUMNS = (
    Column("doc_id", "string", "string", "sc:Text", False, "of a page that has near-copies"),
    Column("cluster_id", "string", "string", "sc:Text", False, "the same for all of a cluster"),
    Column("keeper", "string", "string", "sc:Text", False, "`doc_id` of the page that stays"),
    Column("similarity", "number", "float64", "sc:Float", False, "of its text to the keeper's"),
)

# The row of webdoc.tables.records.PublishedImage
IMAGE_COLUMNS = (
    Column(
        "sha256",
        "string",
        "string",
        "sc:Text",
        False,
        "of the bytes as captured, in hex; `metadata` names images by it",
    ),
    Column("url", "string", "string", "sc:URL", False, "of the record that the bytes are from"),
    Column("format", "string", "string", "sc:Text", False, "by content: jpeg, png, webp, ..."),
    Column("width_px", "integer", "int64", "sc:Integer", False, "of the picture itself"),
    Column("height_px", "integer", "int64", "sc:Integer", False, "of the picture itself"),
    Column("size_bytes", "integer", "int64", "sc:Integer", False, "of the bytes as captured"),
    Column(
        "image",
        "struct of bytes and path",
        "image",
        "sc:ImageObject",
        False,
        "the bytes as captured, without the place of a photo, and a file name; `datasets` opens it"
        " as a picture",
    ),
)
