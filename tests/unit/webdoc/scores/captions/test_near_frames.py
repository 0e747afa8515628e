"""Nearly identical pictures of one document."""

import pytest

from webdoc.reasons import Reason
from webdoc.scores.captions import near_frames
from webdoc.scores.limits import limit_finding
from webdoc.scores.rows import scored_captions
from webdoc.scores.scored_caption import ScoredCaption, ShownImage, captions_of
from webdoc.scores.scorer import ScoreSettings

HASHES = ("0000000000000000", "000000000000001f", "000000000000003f", "ffffffffffffffff")


@pytest.mark.parametrize(
    ("own", "earlier", "bits"),
    [
        (HASHES[1], (HASHES[0],), 5.0),
        (HASHES[2], (HASHES[0], HASHES[1]), 1.0),
        (HASHES[3], (HASHES[0],), 64.0),
        (HASHES[0], (), None),
        ("", (HASHES[0],), None),
    ],
)
def test_bits_by_hand(own: str, earlier: tuple[str, ...], bits: float | None) -> None:
    one = ScoredCaption("s", perceptual_hash=own, earlier=earlier)
    assert near_frames.load().score([one]) == [(bits,)]


def test_the_first_frame_stays() -> None:
    settings = ScoreSettings(captions=("near_frames",), min={"frame_distance": 6.0})
    images = [ShownImage(place, f"s{place}", perceptual_hash=h) for place, h in enumerate(HASHES)]
    shown = [one.shown for one in captions_of("d", images, "en", near_frames.NEEDS)]

    rows = scored_captions("near_frames", near_frames.load(), list("abcd"), shown)

    findings = [limit_finding(row.scores, settings) for row in rows]
    assert findings == [
        None,
        (Reason.IMAGE_NEAR_FRAME, 5.0),
        (Reason.IMAGE_NEAR_FRAME, 1.0),
        None,
    ]
