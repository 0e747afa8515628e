from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from webdoc.picture import perceptual_hash as module
from webdoc.picture.perceptual_hash import distance, perceptual_hash, perceptual_hash_of

imagehash = pytest.importorskip("imagehash", reason="the peer to compare with is not installed")


def picture(seed: int, size: tuple[int, int] = (320, 200), mode: str = "RGB") -> Image.Image:
    """Soft blobs of colour: no two frequencies are equal, as in a photograph."""
    noise = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK", "1"])
@pytest.mark.parametrize("size", [(320, 200), (32, 32), (7, 900), (1, 5)])
def test_equal_to_imagehash(mode: str, size: tuple[int, int]) -> None:
    """In every colour mode and shape."""
    for seed in range(5):
        image = picture(seed, size, mode)
        assert perceptual_hash(image) == str(imagehash.phash(image))


def test_equal_to_imagehash_on_real_pictures(shared_data: Path) -> None:
    """All pictures of a textbook: photographs, drawings, icons."""
    archiveiterator = pytest.importorskip("warcio.archiveiterator")
    compared = 0
    with (shared_data / "sites" / "business-ethics.warc.gz").open("rb") as file:
        for record in archiveiterator.ArchiveIterator(file):
            body = record.content_stream().read() if record.rec_type == "response" else b""
            ours = perceptual_hash_of(body)
            if ours:
                with Image.open(BytesIO(body)) as image:
                    assert ours == str(imagehash.phash(image))
                compared += 1
    assert compared > 90


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("black", "0" * 16), ("white", "8" + "0" * 15), ("teal", "8" + "0" * 15)],
)
def test_plain_pictures_have_no_rounding_in_their_hash(colour: str, expected: str) -> None:
    """Only the mean brightness is left; imagehash's other bits would be rounding errors."""
    assert perceptual_hash(Image.new("RGB", (640, 480), colour)) == expected


def test_near_copies_are_near() -> None:
    """A smaller, blurred, hard compressed copy differs in few bits, another picture in many."""
    original = picture(1, (640, 400))
    copy = original.resize((320, 200)).filter(ImageFilter.GaussianBlur(1))
    body = encoded(copy, "JPEG", quality=40)

    assert distance(perceptual_hash(original), perceptual_hash_of(body)) <= 4
    assert distance(perceptual_hash(original), perceptual_hash(picture(2))) > 16


@pytest.mark.parametrize(
    "body", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"<svg/>", b"\xff\xd8\xff" * 99]
)
def test_no_picture_has_no_hash(body: bytes) -> None:
    assert perceptual_hash_of(body) == ""


def test_damaged_picture_has_no_hash() -> None:
    body = encoded(picture(3), "PNG")

    assert perceptual_hash_of(body) == perceptual_hash(picture(3))
    assert perceptual_hash_of(body[: len(body) // 2]) == ""


@pytest.mark.parametrize(("limit", "readable"), [(320 * 200, True), (320 * 200 - 1, False)])
def test_too_many_pixels_are_not_decoded(
    limit: int, readable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_PIXELS", limit)

    assert bool(perceptual_hash_of(encoded(picture(4), "PNG"))) is readable


def test_distance_counts_bits() -> None:
    assert distance("0000000000000000", "8000000000000001") == 2
    assert distance("ffffffffffffffff", "0000000000000000") == 64
