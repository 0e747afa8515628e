"""Tables of pictures: where their bytes stand, what was found under a URL, what is published."""

from dataclasses import dataclass

from webdoc.picture.faces import Face


@dataclass(frozen=True, slots=True)
class ImageSource:
    """IMAGES: one row for each distinct picture of the archive, by hash, and where to read it."""

    sha256: str
    url: str  # of the record whose bytes these are
    archive_path: str
    warc_filename: str
    warc_record_offset: int
    warc_record_length: int
    capture_time: str
    perceptual_hash: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class ImageBytes:
    """What Hugging Face datasets opens as an `Image` feature."""

    bytes: bytes  # as captured, without the place of a photo; never encoded anew
    path: str  # a name with the right ending


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


@dataclass(frozen=True, slots=True)
class FoundImage:
    """What the archive, or else the web, holds under one image URL of one document."""

    url: str  # as in Node.image.url
    status: str  # of ArchivedImage, or a cause of webdoc.fetch.manifest
    sha256: str
    perceptual_hash: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int
    permission_reason: str = ""  # as in Image
    permission_source: str = ""
    graphic_score: float | None = None
    nsfw_score: float | None = None
    faces: tuple[Face, ...] | None = None


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """Where the bytes of one picture stand."""

    sha256: str
    kind: str  # ARCHIVE, PARQUET or FILE
    path: str  # what to open
    position: int  # offset in an archive, row of a Parquet file; 0 of a file
    length: int  # of the record in an archive; else 0
    name: str  # of the file, for messages
