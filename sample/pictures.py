"""Paint every picture of the sample web, and spoil those that must be spoilt."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from sample import objects as o
from sample.canvas import Canvas, Scene, encoded
from sample.catalogue import SCENES

FORMS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF", ".avif": "AVIF"}
TYPES = {
    "JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif",
    "AVIF": "image/avif", "SVG": "image/svg+xml",
}  # fmt: skip


QUALITY = 54  # of lossy pictures: what keeps the whole sample under a megabyte and a half


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as a server holds it."""

    url: str  # absolute
    media_type: str  # what the server says, true or not
    body: bytes


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200">'
    b'<rect width="300" height="200" fill="#eef3e2"/>'
    b'<ellipse cx="105" cy="100" rx="80" ry="46" fill="#a8c47a" stroke="#56703a" stroke-width="4"/>'
    b'<ellipse cx="200" cy="106" rx="74" ry="40" fill="#bcd492" stroke="#56703a" stroke-width="4"/>'
    b'<circle cx="96" cy="98" r="12" fill="#56703a"/></svg>\n'
)

VECTORS = (
    "https://wiki.example/media/moss-cell.svg",
    "https://docs.example/_static/logo.svg",
    "https://blog.example/wp-content/placeholder.svg",
)
CUT_SHORT = "http://museum.example/collection/images/harbour-plan.jpg"
PLAIN_HTTP = ("forum.example", "garden.example", "museum.example")


def painted(address: str, size: tuple[int, int], scene: Scene) -> Picture:
    """Paint one picture; sizes of the same scene show the same thing."""
    path = PurePosixPath(address.partition("?")[0])
    form = FORMS[path.suffix]
    # The seed depends on the words of the name only, so that thumb and original match.
    seed = sum(ord(letter) for letter in path.stem if letter.isalpha())
    canvas = Canvas(*size, seed=seed)
    scene(canvas)
    drawing = form in ("PNG", "GIF")
    body = encoded(canvas.finished(grain=0 if drawing else 3), form, quality=QUALITY)
    scheme = "http" if address.startswith(PLAIN_HTTP) else "https"
    return Picture(f"{scheme}://{address}", TYPES[form], body)


def mislabelled() -> Picture:
    """Return a WebP picture that its server calls a JPEG."""
    canvas = Canvas(640, 427, seed=77)
    o.bicycle(canvas, (176, 120, 60), (190, 206, 210), load=True)
    return Picture(
        "https://shop.example/i/pannier-colours.jpg",
        "image/jpeg",
        encoded(canvas.finished(), "WEBP", quality=QUALITY),
    )


def cut_short(picture: Picture) -> Picture:
    """Return the picture as an interrupted upload left it on the server: a third of its bytes."""
    return Picture(picture.url, picture.media_type, picture.body[: len(picture.body) // 3])


def all_pictures() -> list[Picture]:
    """Paint everything, in the order of the catalogue."""
    pictures = [painted(*entry) for entry in SCENES]
    pictures += [mislabelled(), *(Picture(url, TYPES["SVG"], SVG) for url in VECTORS)]
    return [cut_short(picture) if picture.url == CUT_SHORT else picture for picture in pictures]
