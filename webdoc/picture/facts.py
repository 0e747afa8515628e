"""What the bytes of a picture say of it: one record, nested wherever a picture stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is, in shares of the picture's width and height as a viewer shows it."""

    left: float  # in [0, 1], as the next three
    top: float
    right: float
    bottom: float
    score: float  # how sure the model is, in [0, 1]


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Facts about the bytes of one picture: what the rules before deduplication need.

    Without arguments: a picture that nobody looked for.
    """

    # "" not looked for; else of webdoc.picture.measure (ok, unreadable, cut, unsupported,
    # too_many_pixels), "missing", or a cause of webdoc.fetch.manifest: there are no bytes
    status: str = ""
    sha256: str = ""  # 64 hex digits, of the bytes as captured
    size_bytes: int = 0
    format: str = ""  # by content: jpeg, png, webp, gif, avif, svg, heic, ...; "" unreadable
    width_px: int = 0  # as a viewer shows it: EXIF orientation applied; 0 unknown, and for svg
    height_px: int = 0
    perceptual_hash: str = ""  # 16 hex digits, webdoc.picture.perceptual_hash; "" nothing decoded
    graphic_score: float | None = None  # webdoc.picture.graphic_score, [0, 1]; None: not scored
    nsfw_score: float | None = None  # by the model of safety.model, [0, 1]; None: not scored
    faces: tuple[Face, ...] | None = None  # by the model of faces.model; None: not looked for
    licence: str = ""  # as the bytes name it, webdoc.rights.licences; "" where they do not
    licence_source: str = ""  # where that stands: "XMP" or "IPTC"
    credit: str = ""  # whose work it is, as that place says

    @property
    def n_faces(self) -> int | None:
        """How many faces were found; None: not looked for."""
        return None if self.faces is None else len(self.faces)


NOT_LOOKED_FOR = PictureFacts()
