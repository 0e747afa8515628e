"""Tables of pictures: what they are, where their bytes stand, and what is published."""

from dataclasses import dataclass

from webdoc.picture.facts import PictureFacts

ARCHIVE, PARQUET, FILE = "archive", "parquet", "file"  # kinds of places


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """Where the bytes of one picture stand, under which address, and whether it may be used."""

    sha256: str  # of the bytes: what reads them again checks it
    kind: str  # ARCHIVE, PARQUET or FILE
    path: str  # what to open
    position: int  # offset in an archive, row of a Parquet file; 0 of a file
    length: int  # of the record in an archive; else 0
    name: str  # of the file, for messages: of an archive as in warc_filename
    url: str = ""  # of the answer whose bytes these are; "" of a file in a folder
    capture_time: str = ""  # UTC, 2024-05-18T01:58:10Z; "" unknown
    permission_reason: str = ""  # webdoc.permission.signs.Decision: why not, "" if it may be used
    permission_source: str = ""  # and where that stands


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """IMAGES, FETCHED_FACTS, PICTURES: a picture whose bytes are at hand."""

    facts: PictureFacts
    place: ImagePlace


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """What archives, or else the web, hold under one key, of one document's image."""

    key: str  # of the OBELICS path the image's URL, of the MMC4 path join_pictures.picture_key
    facts: PictureFacts
    permission_reason: str = ""  # as in ImagePlace, of this key's own answer
    permission_source: str = ""


@dataclass(frozen=True, slots=True)
class ImageBytes:
    """What Hugging Face datasets opens as an `Image` feature."""

    bytes: bytes  # as captured, without the place of a photo; never encoded anew
    path: str  # of webdoc.release.files.picture_name


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """One row of images/ in a release: a picture that a published document shows, once."""

    sha256: str  # of the bytes as captured: what documents refer to
    url: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    image: ImageBytes
