"""What pictures add to the tallies of a release: their sizes, formats, hosts and scores."""

from typing import Final

from webdoc.picture.facts import PictureFacts
from webdoc.picture.rules import PictureRules
from webdoc.picture.safety import SafetySettings
from webdoc.release.spread import Limit, Scale, Tallies
from webdoc.url_keys import host_of

SIDE: Final = Scale("Shorter side of a picture, in pixels", (50, 100, 150, 200, 400, 800, 1600))
ASPECT: Final = Scale("Width of a picture by its height", (0.25, 0.333, 0.5, 1, 1.5, 2, 3, 5))
SIZE: Final = Scale("Bytes of a picture", (1e3, 1e4, 5e4, 1e5, 5e5, 1e6, 5e6))
GRAPHIC: Final = Scale("How likely a picture is a logo or a small graphic", (0.2, 0.4, 0.6, 0.8))
UNSAFE: Final = Scale("Score of the safety model", (0.05, 0.1, 0.2, 0.4, 0.6, 0.8))
PICTURE_SCALES: Final = (SIDE, ASPECT, SIZE, GRAPHIC, UNSAFE)
FORMATS, PICTURE_HOSTS = "Formats of pictures", "Most frequent hosts of pictures"


def tally_picture(tallies: Tallies, url: str, facts: PictureFacts, *, kept: bool) -> None:
    """Count one image: by its address always, by its bytes as far as they are known."""
    tallies.name(PICTURE_HOSTS, host_of(url), kept=kept)
    if facts.format:
        tallies.name(FORMATS, facts.format, kept=kept)
    if facts.size_bytes:
        tallies.number(SIZE.title, facts.size_bytes, kept=kept)
    if facts.width_px and facts.height_px:
        tallies.number(SIDE.title, min(facts.width_px, facts.height_px), kept=kept)
        tallies.number(ASPECT.title, facts.width_px / facts.height_px, kept=kept)
    tallies.number(GRAPHIC.title, facts.graphic_score, kept=kept)
    tallies.number(UNSAFE.title, facts.nsfw_score, kept=kept)


def picture_limits(rules: PictureRules, safety: SafetySettings) -> dict[str, tuple[Limit, ...]]:
    """Return the thresholds of these scales."""
    limits = {
        SIDE.title: (Limit(rules.min_side_px, "images.min_side_px"),),
        ASPECT.title: (
            Limit(rules.min_aspect, "images.min_aspect"),
            Limit(rules.max_aspect, "images.max_aspect"),
        ),
    }
    if safety.policy != "keep":
        limits[UNSAFE.title] = (Limit(safety.max_score, "safety.max_score"),)
    return limits
