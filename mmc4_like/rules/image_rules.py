"""Rules on candidate images: by URL, bytes, scores, and beside each other. They mark only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mmc4_like.records import CandidateImage
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import PictureFacts
from webdoc.picture.perceptual_hash import BITS, distance
from webdoc.picture.rules import Finding, PictureRules, bytes_finding
from webdoc.picture.safety import SafetySettings, outcome
from webdoc.picture.url_words import Match, has_banned_word, url_path
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import setting
from webdoc.url_keys import url_key

Images = tuple[CandidateImage, ...]
# A picture of a folder has no address.
_KNOWN_BY_BYTES: Final = ("pool", "given")
DEFAULT_SAFETY: Final = SafetySettings(max_score=0.1)  # MMC4, section 3
DEFAULT_FACES: Final = FaceSettings()


@dataclass(frozen=True, slots=True)
class ImageRules(PictureRules):
    """When an image is left out. none: not judged."""

    formats: tuple[str, ...] = setting(
        ("jpeg", "png", "webp", "avif"),
        "The wanted formats, by content.",
        source="follows from MMC4's extensions",
        differs="What pages show today. GIF stays out: mostly animations and spacers.",
        private=False,
    )
    min_aspect: float = setting(
        0.333,
        "The least width / height.",
        source="MMC4, section 3",
        differs="As `images.max_aspect`.",
    )
    max_aspect: float = setting(
        3.0,
        "The greatest width / height.",
        source="MMC4, section 3",
        differs="Charts and timelines are wide: MMC4's limits lose 27 of a textbook's 98 figures.",
    )
    source: Literal["warc", "warc+fetch"] = setting(
        "warc",
        "Where bytes are: in the archives, or on the web if not in the archives; needs"
        " `fetch.contact`.",
        source="ours",
    )
    banned_words: tuple[str, ...] = setting(
        (),
        "An image whose address holds one of these words is left out.",
        source="MMC4, section 3",
        differs="The plurals and favicon, because whole words are looked for.",
        private=False,
    )
    banned_match: Match = setting(
        "path_word",
        "Where they are looked for: as whole words of the path, or anywhere, also inside words.",
        source="MMC4: substrings of the URL",
        differs='"icon" stands in silicon and in every emoticon; a host may be called buttonshop.',
    )
    extensions: tuple[str, ...] = setting(
        (),
        "What a URL may end in; none named: in anything, the content decides.",
        source="MMC4, section 3",
        differs="Addresses of image servers have no ending, and bytes tell the format.",
        private=False,
    )
    max_copies: int | None = setting(
        10,
        "Of one picture's bytes in the corpus.",
        source="MMC4: more than 10 in a sample of 60,000 images",
    )
    copies_of_images: int | None = setting(
        None,
        "max_copies are counted in so many images; none: in all of them.",
        source="MMC4, as above; counted exactly, as the same share of the corpus",
        differs="A share of the corpus lets a banner stand 170,000 times in a billion images"
        " (39 % of its images are copies). Ten in all is OBELICS' limit.",
    )
    max_hash_distance: int | None = setting(
        5,
        "Bits of 64; nearer pictures of a document are the same.",
        source="MMC4, section 3: findimagedupes, threshold 5; core: 10",
    )

    def __post_init__(self) -> None:
        # By name: super() does not find its class where slots make it anew.
        PictureRules.__post_init__(self)
        if any(n is not None and n < 1 for n in (self.max_copies, self.copies_of_images)):
            raise ValueError("max_copies and copies_of_images must be 1 or more, or none")
        if self.max_hash_distance is not None and not 0 <= self.max_hash_distance < BITS:
            raise ValueError(f"max_hash_distance must lie in [0, {BITS - 1}], or be none")
        for word in (*self.banned_words, *self.extensions):
            if word != word.lower():
                raise ValueError("banned_words and extensions must be in lower case")


def mark_links(images: Images, rules: ImageRules) -> Images:
    """Mark what the address alone shows: nothing needs to be fetched for it."""
    return _marked(images, lambda image: _link_finding(image, rules))


def mark_pictures(
    images: Images,
    rules: ImageRules,
    safety: SafetySettings = DEFAULT_SAFETY,
    faces: FaceSettings = DEFAULT_FACES,
) -> Images:
    """Mark what the bytes and the models' scores show."""

    def finding(image: CandidateImage) -> Finding | None:
        return (
            bytes_finding(image.facts, rules)
            or _safety_finding(image.facts, safety)
            or _faces_finding(image.facts, faces)
        )

    return _marked(images, finding)


def mark_scores(images: Images, limits: ScoreSettings) -> Images:
    """Mark what scores of pictures show to be outside the limits."""
    return _marked(images, lambda image: limit_finding(image.scores, limits))


def copies_limit(rules: ImageRules, corpus_images: int) -> float | None:
    """Return how often one picture may stand in a corpus; None for any number.

    Args:
        rules: its max_copies in each copies_of_images images, and at least max_copies.
        corpus_images: all images of the corpus, each time one stands in a document.
    """
    if rules.max_copies is None:
        return None
    share = corpus_images / rules.copies_of_images if rules.copies_of_images else 1.0
    return rules.max_copies * max(1.0, share)


def mark_frequent(images: Images, copies: Mapping[str, int], limit: float | None) -> Images:
    """Mark pictures that stand in the corpus more often than the limit.

    Args:
        images: of one document.
        copies: sha256 -> how often it stands in the corpus; those missing are rare.
        limit: from `copies_limit`.
    """

    def finding(image: CandidateImage) -> Finding | None:
        count = copies.get(image.facts.sha256, 0) if image.facts.sha256 else 0
        too_many = limit is not None and count > limit
        return (Reason.IMAGE_TOO_FREQUENT, float(count)) if too_many else None

    return _marked(images, finding)


def mark_repeated(images: Images, rules: ImageRules) -> Images:
    """Mark pictures that stand in their document already.

    Of equal URLs or bytes the first stays; of near pictures the largest, then the first. A picture
    is near to one that stays, not to one that goes: no chain removes what nobody resembles.
    """
    images = _marked_same(images)
    if rules.max_hash_distance is None:
        return images
    live = [i for i, image in enumerate(images) if _is_live(image) and image.facts.perceptual_hash]
    live.sort(key=lambda i: (-images[i].facts.width_px * images[i].facts.height_px, i))
    kept: list[str] = []
    result = list(images)
    for i in live:
        image_hash = images[i].facts.perceptual_hash
        nearest = min((distance(image_hash, other) for other in kept), default=BITS)
        if nearest <= rules.max_hash_distance:
            result[i] = _with(images[i], (Reason.IMAGE_NEAR_DUPLICATE, float(nearest)))
        else:
            kept.append(image_hash)
    return tuple(result)


def _marked_same(images: Images) -> Images:
    seen: set[str] = set()

    def finding(image: CandidateImage) -> Finding | None:
        keys = {key for key in (url_key(image.url), image.facts.sha256) if key}
        repeated = not seen.isdisjoint(keys)
        seen.update(keys)
        return (Reason.IMAGE_REPEATED, None) if repeated else None

    return _marked(images, finding)


def _marked(
    images: Sequence[CandidateImage], finding: Callable[[CandidateImage], Finding | None]
) -> Images:
    """Mark live images; the first reason that one got stays."""
    return tuple(
        _with(image, found) if _is_live(image) and (found := finding(image)) else image
        for image in images
    )


def _is_live(image: CandidateImage) -> bool:
    return image.reject_reason is None


def _with(image: CandidateImage, finding: Finding) -> CandidateImage:
    return replace(image, reject_reason=finding[0], reject_value=finding[1])


def _link_finding(image: CandidateImage, rules: ImageRules) -> Finding | None:
    if not image.url:
        known = image.source in _KNOWN_BY_BYTES and image.facts.sha256
        return None if known else (Reason.IMAGE_NO_URL, None)
    if has_banned_word(image.url, rules.banned_words, rules.banned_match):
        return Reason.IMAGE_URL_BANNED, None
    if rules.extensions:
        _, dot, ending = url_path(image.url).rpartition("/")[2].rpartition(".")
        if not dot or ending.lower() not in rules.extensions:
            return Reason.IMAGE_EXTENSION, None
    return None


def _safety_finding(picture: PictureFacts, safety: SafetySettings) -> Finding | None:
    is_unsafe = outcome(picture.nsfw_score, safety) != "keep"
    return (Reason.IMAGE_NSFW, picture.nsfw_score) if is_unsafe else None


def _faces_finding(picture: PictureFacts, settings: FaceSettings) -> Finding | None:
    if picture.faces is None or settings.max_faces is None:
        return None
    # An earlier run may have listed faces that this one does not count.
    count = sum(face.score >= settings.min_score for face in picture.faces)
    return (Reason.IMAGE_FACES, float(count)) if count > settings.max_faces else None
