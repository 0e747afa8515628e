"""images/: each picture that a published document shows, once, by its hash. Both paths write it."""

from typing import Final

from webdoc.release.exporter import Column, Exporter
from webdoc.tables.images import PublishedImage

_COLUMNS: Final = (
    Column(
        "sha256",
        "string",
        "of the bytes as captured, in hex; documents name images by it",
        "string",
    ),
    Column("url", "string", "of the record that the bytes are from", "string", "sc:URL"),
    Column("format", "string", "by content: jpeg, png, webp, ...", "string"),
    Column("width_px", "integer", "of the picture itself", "int64", "sc:Integer"),
    Column("height_px", "integer", "of the picture itself", "int64", "sc:Integer"),
    Column("size_bytes", "integer", "of the bytes as captured", "int64", "sc:Integer"),
    Column(
        "image",
        "struct of bytes and path",
        "the bytes as captured, without the place of a photo, and a file name: the SHA-256 and an"
        " ending; `datasets` opens it as a picture",
        "image",
        "sc:ImageObject",
    ),
)

IMAGES: Final = Exporter(
    name="images",
    folder="images",
    record=PublishedImage,
    columns=_COLUMNS,
    one_row="Each picture once.",
    said="Each picture once, by its hash.",
    reading=(
        "",
        'pictures = load_dataset(folder, "images", split="train")  # image opened by Pillow',
        'place = {sha256: i for i, sha256 in enumerate(pictures["sha256"])}',
        'shown = [pictures[place[f["sha256"]]]["image"]',
        '         for f in facts if f and f.get("sha256") in place]',
    ),
)
