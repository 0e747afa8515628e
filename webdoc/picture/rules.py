"""Rules on format and size of a picture: what both corpora judge by its bytes alone."""

from dataclasses import dataclass
from typing import Protocol

from webdoc.picture.measure import CUT, OK
from webdoc.reasons import Reason
from webdoc.settings import setting

Finding = tuple[Reason, float | None]  # a broken rule, and what was measured where it is a number


class Measured(Protocol):
    """What a rule on bytes needs to know of a picture."""

    @property
    def status(self) -> str:
        """Of webdoc.picture.measure; "" where nobody looked for its bytes."""

    @property
    def format(self) -> str:
        """By content: jpeg, png, ..."""

    @property
    def width_px(self) -> int:
        """Of the picture itself; 0 unknown."""

    @property
    def height_px(self) -> int:
        """Likewise."""

    @property
    def size_bytes(self) -> int:
        """Of the file; 0 where there are no bytes."""


@dataclass(frozen=True, slots=True)
class PictureRules:
    """Which formats and sizes are wanted. Sizes are in pixels, aspect is width / height."""

    formats: tuple[str, ...] = setting(
        ("jpeg", "png", "webp"),
        "The wanted formats, by content.",
        source="OBELICS, English filter config",
        differs="AVIF came after OBELICS and is used like WebP.",
        private=False,
    )
    accept_cut: bool = setting(
        False,
        "Whether a picture whose end is missing is one.",
        source="OBELICS code: PIL accepts truncated images. MMC4 does not say; ImageMagick reads"
        " cut pictures",
        differs="Half of such a picture is grey.",
    )
    min_side_px: int = setting(
        150,
        "The least of each side of the picture itself.",
        source="OBELICS, English filter config; MMC4, section 3",
    )
    max_side_px: int = setting(
        20_000,
        "The most of each side.",
        source="OBELICS, English filter config; MMC4 has none, but shrank to 800 at download",
    )
    min_aspect: float = setting(
        0.5,
        "The least width / height.",
        source="OBELICS, English filter config; MMC4, section 3",
        differs="Of 97 pictures of a textbook 26 fall to a limit of 2, its time lines and panels.",
    )
    max_aspect: float = setting(
        2.0,
        "The most width / height.",
        source="OBELICS, English filter config; MMC4, section 3",
        differs="As above.",
    )

    def __post_init__(self) -> None:
        if not 0 <= self.min_side_px <= self.max_side_px:
            raise ValueError("min_side_px must be 0 or more and at most max_side_px")
        if not 0 <= self.min_aspect <= self.max_aspect:
            raise ValueError("min_aspect must be 0 or more and at most max_aspect")


def format_finding(picture: Measured, rules: PictureRules) -> Finding | None:
    """Return what is wrong with a picture's bytes and format; None for nothing."""
    if picture.status == "" or not picture.size_bytes:
        return Reason.IMAGE_MISSING, None
    readable = picture.status == OK or (picture.status == CUT and rules.accept_cut)
    if not readable:
        return Reason.IMAGE_UNREADABLE, None
    if picture.format not in rules.formats:
        return Reason.IMAGE_FORMAT, None
    if not picture.width_px or not picture.height_px:
        return Reason.IMAGE_UNREADABLE, None
    return None


def side_finding(picture: Measured, rules: PictureRules) -> Finding | None:
    """Return the side of a picture that is too short or too long; None for neither."""
    for side in (picture.width_px, picture.height_px):
        if not rules.min_side_px <= side <= rules.max_side_px:
            return Reason.IMAGE_SIZE, float(side)
    return None


def aspect_finding(picture: Measured, rules: PictureRules) -> Finding | None:
    """Return whether a picture is too wide or too high; both sides must be known."""
    aspect = picture.width_px / picture.height_px
    within = rules.min_aspect <= aspect <= rules.max_aspect
    return None if within else (Reason.IMAGE_ASPECT, aspect)


def bytes_finding(picture: Measured, rules: PictureRules) -> Finding | None:
    """Return what format and size show to be wrong with a picture; None for nothing."""
    return (
        format_finding(picture, rules)
        or side_finding(picture, rules)
        or aspect_finding(picture, rules)
    )
