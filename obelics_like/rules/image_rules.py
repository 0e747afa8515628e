"""Rules on images: on their URL and shown size, then on their bytes."""

import re
from dataclasses import dataclass
from typing import Literal

from webdoc.page.document import Image
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import PictureFacts
from webdoc.picture.rules import Finding, PictureRules, aspect_finding, format_finding, side_finding
from webdoc.picture.safety import SafetySettings, outcome
from webdoc.picture.url_words import Match, has_banned_word
from webdoc.reasons import Reason
from webdoc.settings import setting

_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%?)")  # as extraction writes it


@dataclass(frozen=True, slots=True)
class ImageRules(PictureRules):
    """When an image is left out: by its bytes, its address, its shown size and its pixels."""

    source: Literal["warc", "fetch", "warc+fetch", "none"] = setting(
        "warc",
        "Where bytes are: in the archives, on the web, there if not in the archives; none: URLs"
        " only, and nothing is judged by its bytes.",
        source="ours",
    )
    banned_words: tuple[str, ...] = setting(
        (),
        "An image whose address holds one of these words is left out.",
        source="OBELICS code (five of them from MMC4)",
        differs="Plurals and `favicon`, which whole words would miss.",
        private=False,
    )
    banned_match: Match = setting(
        "path_word",
        "Where they are looked for: as whole words of the path, or anywhere, also inside words.",
        source="OBELICS code: substring of the whole URL, in lower case only",
        differs="Substrings ban silicon.org, /lexicon/ and unisex.jpg and miss Logo.png; the host"
        " says nothing about one image.",
    )
    min_rendered_px: int = setting(
        150,
        "The least of each side as the page shows it, where it says so.",
        source="OBELICS, English filter config",
    )
    max_rendered_px: int = setting(
        20_000, "Likewise the most.", source="OBELICS, English filter config"
    )
    same_content: bool = setting(
        True,
        "Whether equal bytes make two images of a document the same.",
        source="OBELICS final processing: by URL only",
        differs="One picture under two URLs is one picture.",
    )
    max_graphic_score: float | None = setting(
        None,
        "How graphic a picture may be, in [0, 1]; 1: scored and kept, none: not scored.",
        source="ours: OBELICS looks at no pixels; measured in"
        " [decisions/permission.md](decisions/permission.md)",
        differs="Scored for whoever wants it, and none left out: a limit that takes half of the"
        " logos takes plain small charts too. 0.7 takes both.",
    )

    def __post_init__(self) -> None:
        # By name: super() does not find its class where slots make it anew.
        PictureRules.__post_init__(self)
        if not 0 <= self.min_rendered_px <= self.max_rendered_px:
            raise ValueError("min_rendered_px must be 0 or more and at most max_rendered_px")
        if self.max_graphic_score is not None and not 0 <= self.max_graphic_score <= 1:
            raise ValueError(f"max_graphic_score must be in [0, 1], got {self.max_graphic_score}")
        if any(word != word.lower() for word in self.banned_words):
            raise ValueError("banned_words must be in lower case")


def page_finding(image: Image, rules: ImageRules) -> Finding | None:
    """Return what a page alone shows to be wrong with an image; None for nothing."""
    if has_banned_word(image.url, rules.banned_words, rules.banned_match):
        return Reason.IMAGE_URL_BANNED, None
    for shown in (image.rendered_width, image.rendered_height):
        side = _pixels(shown, whole=0) if shown else None
        if side is not None and not rules.min_rendered_px <= side <= rules.max_rendered_px:
            return Reason.IMAGE_RENDERED_SIZE, side
    return None


def _pixels(shown: str, whole: int) -> float | None:
    """Return a shown side in pixels; None where it is not said, or a share of an unknown whole."""
    found = _LENGTH.fullmatch(shown)
    if found is None:
        return None
    side = float(found[1])
    if not found[2]:
        return side
    return side * whole / 100 if whole else None


def bytes_finding(image: Image, rules: ImageRules) -> Finding | None:
    """Return what format and size show to be wrong with an image; None for nothing."""
    return (
        format_finding(image.facts, rules)
        or side_finding(image.facts, rules)
        or _rendered_finding(image, rules)
        or aspect_finding(image.facts, rules)
    )


def _rendered_finding(image: Image, rules: ImageRules) -> Finding | None:
    """Return the shown side that is too short or too long, shares of the picture included."""
    facts = image.facts
    shown = ((image.rendered_width, facts.width_px), (image.rendered_height, facts.height_px))
    for text, whole in shown:
        rendered = _pixels(text, whole)
        if rendered is not None and not rules.min_rendered_px <= rendered <= rules.max_rendered_px:
            return Reason.IMAGE_RENDERED_SIZE, rendered
    return None


def pixels_finding(
    picture: PictureFacts, rules: ImageRules, safety: SafetySettings, faces: FaceSettings
) -> Finding | None:
    """Return what is wrong with what a picture's pixels show; None for nothing."""
    if outcome(picture.nsfw_score, safety) != "keep":
        return Reason.IMAGE_UNSAFE, picture.nsfw_score
    score, limit = picture.graphic_score, rules.max_graphic_score
    if score is not None and limit is not None and score > limit:
        return Reason.IMAGE_GRAPHIC, score
    count, most = picture.n_faces, faces.max_faces
    if count is not None and most is not None and count > most:
        return Reason.IMAGE_FACES, float(count)
    return None
