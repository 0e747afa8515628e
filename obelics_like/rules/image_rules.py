"""Rules on images: on their URL and shown size, then on their bytes."""

import re
from dataclasses import dataclass
from typing import Literal

from webdoc.page.document import Image
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import PictureFacts
from webdoc.picture.rules import Finding, PictureRules, aspect_finding, format_finding, side_finding
from webdoc.picture.safety import SafetySettings, outcome
from webdoc.picture.url_words import (
    Match,
    format_by_name,
    has_banned_name,
    has_banned_text,
    has_banned_word,
    is_banned_host,
)
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
    banned_names: tuple[str, ...] = setting(
        (),
        "An image whose file, or a folder above it, is called so is left out: such a word in a"
        " longer name says nothing (star.png, but not star-wars.png).",
        source="ours, on 200 labelled images: [decisions/rules.md](decisions/rules.md)",
        differs="Rating stars, flags, banners and signs of other sites have no word of the list"
        " above.",
        private=False,
    )
    banned_alt_words: tuple[str, ...] = setting(
        (),
        "An image is left out whose alternative text holds one of these and at most"
        " `banned_alt_max_words` words.",
        source="as above",
        differs="As above.",
        private=False,
    )
    banned_alt_max_words: int = setting(
        5, "The most words of an alternative text that names and does not describe.", source="ours"
    )
    banned_hosts: tuple[str, ...] = setting(
        (),
        "Hosts of advertisements: domains, or labels below a domain.",
        source="ours: the largest networks",
        differs="As above.",
        private=False,
    )
    judge_extension: bool = setting(
        False,
        "Whether, where only URLs are known, an address that names a format not in `formats` goes.",
        source="ours",
        differs="Where bytes are known their format is judged; where they are not, GIF and SVG are"
        " mostly decoration.",
    )
    max_in_document: int | None = setting(
        None,
        "How often an image of unknown size may stand in a page before it goes whole; none: as"
        " often as it likes.",
        source="ours",
        differs="Stars and bullets stand there many times.",
    )
    max_link_row: int | None = setting(
        None,
        "More images of unknown size than these, side by side, each alone in a link and without"
        " words, are a row of buttons; none: not judged.",
        source="ours",
        differs="Navigation of old pages is made of such pictures.",
    )
    min_rendered_px: int = setting(
        150,
        "The least of each side as the page shows it, where it says so.",
        source="OBELICS, English filter config",
    )
    max_rendered_px: int = setting(
        20_000, "Likewise the most.", source="OBELICS, English filter config"
    )
    need_text: bool = setting(
        False,
        "Whether an image goes when rules took the paragraphs right before and after it.",
        source="ours",
        differs="What stands beside an image is its text; an image without any teaches nothing.",
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
        for name in ("banned_words", "banned_names", "banned_alt_words", "banned_hosts"):
            if any(word != word.lower() for word in getattr(self, name)):
                raise ValueError(f"{name} must be in lower case")
        if self.banned_alt_max_words < 0:
            raise ValueError("banned_alt_max_words must be 0 or more")
        if self.max_in_document is not None and self.max_in_document < 1:
            raise ValueError("max_in_document must be 1 or more, or none")
        if self.max_link_row is not None and self.max_link_row < 1:
            raise ValueError("max_link_row must be 1 or more, or none")


def page_finding(image: Image, rules: ImageRules) -> Finding | None:
    """Return what a page alone shows to be wrong with an image; None for nothing."""
    finding = _words_finding(image, rules)
    if finding is not None:
        return finding
    if rules.judge_extension and rules.source == "none":
        named = format_by_name(image.url)
        if named and named not in rules.formats:
            return Reason.IMAGE_EXTENSION, None
    for shown in (image.rendered_width, image.rendered_height):
        side = _pixels(shown, whole=0) if shown else None
        if side is not None and not rules.min_rendered_px <= side <= rules.max_rendered_px:
            return Reason.IMAGE_RENDERED_SIZE, side
    return None


def _words_finding(image: Image, rules: ImageRules) -> Finding | None:
    """Return what an image is called: its address, its host, its alternative text."""
    if has_banned_word(image.url, rules.banned_words, rules.banned_match):
        return Reason.IMAGE_URL_BANNED, None
    if rules.banned_names and has_banned_name(image.url, rules.banned_names):
        return Reason.IMAGE_URL_BANNED, None
    if rules.banned_hosts and is_banned_host(image.url, rules.banned_hosts):
        return Reason.IMAGE_AD, None
    words, most = rules.banned_alt_words, rules.banned_alt_max_words
    if words and has_banned_text(image.alt_text, words, most):
        return Reason.IMAGE_ALT_BANNED, None
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
