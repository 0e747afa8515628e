"""What the bytes of a picture say: format, size, hashes, and scores of its pixels. Pure."""

from dataclasses import dataclass, replace

from obelics_like.image_rules import bytes_finding
from obelics_like.judges import Rules
from obelics_like.records import Image
from webdoc.faces import Face
from webdoc.graphic_score import graphic_score
from webdoc.perceptual_hash import perceptual_hash
from webdoc.pictures import OK, PictureError, first_frame, guarded, measure

_DECIMALS = 4  # of a score, as published


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Facts about the bytes of one picture."""

    status: str  # of webdoc.pictures; OK when the pixels decode too
    sha256: str
    size_bytes: int
    format: str  # by content; "" unreadable
    width_px: int  # as a viewer shows it; 0 unknown
    height_px: int
    perceptual_hash: str = ""  # "" where nothing was decoded
    graphic_score: float | None = None  # webdoc.graphic_score; None: not scored
    nsfw_score: float | None = None  # of the model of `safety.model`; None: not scored
    faces: tuple[Face, ...] | None = None  # by the model of `faces.model`; None: not looked for


def picture_facts(body: bytes, rules: Rules) -> PictureFacts:
    """Measure a picture and look at its pixels; whatever the bytes are, they only get a status.

    Pixels are scored where settings ask for it, and only of pictures that the rules on format and
    size keep: most pictures of the web are small, and scoring costs more than all the rest.
    """
    picture = measure(body)
    facts = PictureFacts(
        status=picture.status,
        sha256=picture.sha256,
        size_bytes=picture.size_bytes,
        format=picture.format,
        width_px=picture.width_px,
        height_px=picture.height_px,
    )
    if picture.status != OK or not picture.width_px:  # an SVG has no pixels
        return facts
    scored = _is_scored(facts, rules)
    try:
        with guarded():
            frame = first_frame(body)
            facts = replace(facts, perceptual_hash=perceptual_hash(frame))
            if scored and rules.settings.images.max_graphic_score is not None:
                score = graphic_score(frame, facts.width_px, facts.height_px)
                facts = replace(facts, graphic_score=round(score, _DECIMALS))
    except PictureError as error:
        return replace(facts, status=error.status)
    if scored and rules.safety is not None:
        facts = replace(facts, nsfw_score=rules.safety.scores([body])[0])
    if scored and rules.faces is not None:
        facts = replace(facts, faces=rules.faces.faces([body])[0])
    return facts


def _is_scored(facts: PictureFacts, rules: Rules) -> bool:
    image = Image(
        url="",
        status=facts.status,
        format=facts.format,
        width_px=facts.width_px,
        height_px=facts.height_px,
        size_bytes=facts.size_bytes,
    )
    images = rules.settings.images
    return images.source != "none" and bytes_finding(image, images) is None
