"""A drawing surface whose pictures come out the same on every machine.

Only integer noise from `random.Random`, shapes and fixed-point resizing are used: no system font,
no floating-point picture arithmetic that a processor could round its own way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]

OVERSAMPLING = 2  # drawn larger, then shrunk: that is what makes the edges smooth


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way, in [0, 1], from first to second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(slots=True)
class Canvas:
    """A picture being drawn. Places are shares of width and height, both in [0, 1]."""

    width_px: int
    height_px: int
    seed: int
    rng: Random = field(init=False)
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        size = (self.width_px * OVERSAMPLING, self.height_px * OVERSAMPLING)
        self.image = Image.new("RGB", size, (255, 255, 255))

    @property
    def ratio(self) -> float:
        """Height over width: a circle of radius r spans r * ratio of the width."""
        return self.height_px / self.width_px

    def place(self, points: Sequence[Point]) -> list[tuple[int, int]]:
        """Return the points in pixels of the oversized picture."""
        width, height = self.image.size
        return [(round(x * width), round(y * height)) for x, y in points]

    def fill(self, top: Colour, bottom: Colour, start: float = 0.0, end: float = 1.0) -> None:
        """Paint a gradient from `start` to `end` of the height, across the whole width."""
        (_, above), (width, below) = self.place([(0, start), (1, end)])
        strip = Image.new("RGB", (1, 64))
        strip.putdata([mix(top, bottom, row / 63) for row in range(64)])
        self.image.paste(strip.resize((width, below - above), Image.Resampling.BICUBIC), (0, above))

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Paint a polygon."""
        ImageDraw.Draw(self.image).polygon(self.place(points), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Paint a rectangle."""
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def line(self, points: Sequence[Point], colour: Colour, thickness: float) -> None:
        """Paint a line; its thickness is a share of the height."""
        wide = max(1, round(thickness * self.image.size[1]))
        ImageDraw.Draw(self.image).line(self.place(points), fill=colour, width=wide, joint="curve")

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Paint an ellipse; rx is a share of the width, ry of the height."""
        ends = self.place([(x - rx, y - ry), (x + rx, y + ry)])
        ImageDraw.Draw(self.image).ellipse([*ends[0], *ends[1]], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Paint a circle; its radius is a share of the height."""
        self.oval(x, y, radius * self.ratio, radius, colour)

    def ring(self, x: float, y: float, radius: float, colour: Colour, thickness: float) -> None:
        """Paint a circle's outline; radius and thickness are shares of the height."""
        span = radius * self.ratio
        ends = self.place([(x - span, y - radius), (x + span, y + radius)])
        wide = max(1, round(thickness * self.image.size[1]))
        ImageDraw.Draw(self.image).ellipse([*ends[0], *ends[1]], outline=colour, width=wide)

    def ridge(self, height: float, rough: float, colour: Colour, steps: int = 24) -> None:
        """Paint everything below a wavering skyline."""
        tops = [
            (step / steps, height + (self.rng.randint(-100, 100) / 100) * rough)
            for step in range(steps + 1)
        ]
        smooth = [
            (x, (tops[max(at - 1, 0)][1] + y + tops[min(at + 1, steps)][1]) / 3)
            for at, (x, y) in enumerate(tops)
        ]
        self.shape([(0, 1), *smooth, (1, 1)], colour)

    def write(self, x: float, y: float, text: str, colour: Colour, height: float) -> None:
        """Write a line of text around its middle, in the typeface that Pillow carries."""
        font = ImageFont.load_default(size=max(8, round(height * self.image.size[1])))
        ImageDraw.Draw(self.image).text(
            self.place([(x, y)])[0], text, fill=colour, font=font, anchor="mm"
        )

    def soften(self, radius: int) -> None:
        """Blur all that has been painted so far."""
        self.image = self.image.filter(ImageFilter.BoxBlur(radius))

    def light(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Add a soft glow."""
        width, height = self.width_px // 4, self.height_px // 4
        small = Image.new("RGB", (width, height))
        pen = ImageDraw.Draw(small)
        for step in range(12):
            reach = radius * (1 - step / 12)
            corners = ((-reach * self.ratio, -reach), (reach * self.ratio, reach))
            ends = [(round((x + dx) * width), round((y + dy) * height)) for dx, dy in corners]
            pen.ellipse(ends, fill=mix((0, 0, 0), colour, (step + 1) / 12))
        soft = small.filter(ImageFilter.BoxBlur(4)).resize(self.image.size)
        self.image = ImageChops.screen(self.image, soft)

    def finished(self, grain: int = 3) -> Image.Image:
        """Return the picture at its true size, with grain as a camera would leave it."""
        image = self.image.resize((self.width_px, self.height_px), Image.Resampling.LANCZOS)
        if not grain:
            return image
        # Noise of half the size compresses better and looks more like film than like dust.
        size = (self.width_px // 2, self.height_px // 2)
        noise = Image.frombytes("L", size, self.rng.randbytes(size[0] * size[1]))
        soft = noise.resize(image.size, Image.Resampling.BICUBIC)
        shift = soft.point([round((level - 128) * grain / 128) + 128 for level in range(256)])
        return ImageChops.add(image, Image.merge("RGB", [shift] * 3), offset=-128)


Scene = Callable[[Canvas], None]


def encoded(image: Image.Image, form: str, quality: int) -> bytes:
    """Return the picture as a file: JPEG, PNG, WEBP, GIF or AVIF; quality is for lossy ones."""
    out = BytesIO()
    if form == "PNG":
        image.quantize(64).save(out, form, optimize=True)
    elif form == "GIF":
        image.quantize(32).save(out, form)
    else:
        image.save(out, form, quality=quality)
    return out.getvalue()
