"""Pictures with text drawn into them, and without: what is written where is known.

Made anew each time, from photos that the caller names and from fonts of the machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

KINDS: Final = ("photo", "caption", "meme", "sign", "screenshot", "chinese sign", "chinese page")
_LATIN: Final = (
    "The morning ferry leaves at seven from the old harbour",
    "Fresh bread and butter every day of the week",
    "Never trust a cat that smiles before breakfast",
    "Please keep off the grass behind the museum",
    "Open daily except on Mondays and public holidays",
    "Two tickets to the mountain railway, second class",
    "When the meeting could have been a short letter",
    "Quarterly results show a modest rise in exports",
    "Handmade pottery from the village at the river",
    "Caution: wet floor near the swimming pool entrance",
    "Our library lends books, maps and garden tools",
    "A short history of lighthouses in the north",
)
_CHINESE: Final = (
    "今日特价新鲜水果", "请勿践踏草坪", "欢迎光临老城书店", "下一班渡轮八点出发",
    "山上的空气非常清新", "每天上午九点开门", "小心地滑请慢行", "本周末音乐会免费入场",
)  # fmt: skip
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it stands in a picture."""

    text: str
    corners: Corners  # four, in pixels


@dataclass(frozen=True, slots=True)
class Case:
    """A picture, and what is written in it."""

    kind: str  # of KINDS
    body: bytes
    size: tuple[int, int]
    lines: tuple[Line, ...]
    plain: bytes = b""  # the same picture before anything was drawn


@dataclass(frozen=True, slots=True)
class Fonts:
    """Files of fonts."""

    latin: str
    chinese: str


def cases(photos: Sequence[Path], fonts: Fonts, of_each: int, seed: int = 0) -> Iterator[Case]:
    """Yield pictures of every kind, the same ones for the same arguments."""
    dice = np.random.default_rng(seed)
    for number in range(of_each):
        for kind in KINDS:
            photo = Pillow.open(photos[int(dice.integers(len(photos)))]).convert("RGB")
            photo.thumbnail((int(dice.integers(400, 900)),) * 2)
            yield _case(kind, photo, fonts, dice, number)


def _case(
    kind: str, photo: Pillow.Image, fonts: Fonts, dice: np.random.Generator, number: int
) -> Case:
    plain = _encoded(photo, number)
    language = _CHINESE if kind.startswith("chinese") else _LATIN
    texts = [str(text) for text in dice.permutation(language)]
    font = fonts.chinese if kind.startswith("chinese") else fonts.latin
    if kind == "photo":
        return Case(kind, plain, photo.size, (), plain)
    if kind in ("screenshot", "chinese page"):
        photo, lines = _page(texts[:7], font, dice)
    elif kind == "meme":
        photo, lines = _meme(photo, texts[0].upper(), font)
    elif kind == "caption":
        photo, lines = _captioned(photo, texts[0], font, dice)
    else:
        photo, lines = _sign(photo, texts[0], font, dice)
    return Case(kind, _encoded(photo, number), photo.size, tuple(lines), plain)


def _encoded(picture: Pillow.Image, number: int) -> bytes:
    out = BytesIO()
    if number % 2:
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _halves(text: str) -> list[str]:
    words = text.split()
    if len(words) < 2:
        return [text]
    return [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]


def _fitting(text: str, file: str, width: float, largest: int) -> ImageFont.FreeTypeFont:
    size = largest
    while size > 12 and ImageFont.truetype(file, size).getlength(text) > width:
        size -= 2
    return ImageFont.truetype(file, size)


def _drawn(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, font: ImageFont.FreeTypeFont,
    **style: object,
) -> Line:  # fmt: skip
    draw.text(at, text, font=font, **style)  # type: ignore[arg-type]
    left, top, right, bottom = draw.textbbox(at, text, font=font)
    return Line(text, ((left, top), (right, top), (right, bottom), (left, bottom)))


def _meme(photo: Pillow.Image, text: str, file: str) -> tuple[Pillow.Image, list[Line]]:
    photo = photo.copy()
    draw, lines = ImageDraw.Draw(photo), []
    for place, half in enumerate(_halves(text)):
        font = _fitting(half, file, photo.width * 0.94, photo.height // 9)
        left = (photo.width - font.getlength(half)) / 2
        top = photo.height * 0.02 if place == 0 else photo.height * 0.97 - font.size * 1.2
        style = {"fill": "white", "stroke_width": 2, "stroke_fill": "black"}
        lines.append(_drawn(draw, (left, top), half, font, **style))
    return photo, lines


def _captioned(
    photo: Pillow.Image, text: str, file: str, dice: np.random.Generator
) -> tuple[Pillow.Image, list[Line]]:
    photo = photo.copy()
    draw, lines = ImageDraw.Draw(photo), []
    top = float(dice.uniform(0.1, 0.7)) * photo.height
    for half in _halves(text):
        font = _fitting(half, file, photo.width * 0.9, 30)
        style = {"fill": "white", "stroke_width": 1, "stroke_fill": "black"}
        lines.append(_drawn(draw, (photo.width * 0.05, top), half, font, **style))
        top += font.size * 1.4
    return photo, lines


def _sign(
    photo: Pillow.Image, text: str, file: str, dice: np.random.Generator
) -> tuple[Pillow.Image, list[Line]]:
    """Draw a board that is turned a little."""
    photo = photo.copy()
    halves = _halves(text)
    width = int(photo.width * 0.6)
    fonts = [_fitting(half, file, width * 0.9, 48) for half in halves]
    height = int(sum(font.size * 1.5 for font in fonts) + 20)
    colours = [("darkgreen", "white"), ("gold", "black"), ("navy", "white"), ("white", "darkred")]
    ground, ink = colours[int(dice.integers(len(colours)))]
    board = Pillow.new("RGBA", (width, height), ground)
    draw, top, lines = ImageDraw.Draw(board), 10.0, []
    for half, font in zip(halves, fonts, strict=True):
        left = (width - font.getlength(half)) / 2
        lines.append(_drawn(draw, (left, top), half, font, fill=ink))
        top += font.size * 1.5
    angle = float(dice.uniform(-8, 8))
    turned = board.rotate(angle, expand=True, resample=Pillow.Resampling.BICUBIC)
    x = int(dice.uniform(0, max(photo.width - turned.width, 1)))
    y = int(dice.uniform(0, max(photo.height - turned.height, 1)))
    photo.paste(turned, (x, y), turned)
    middle = ((width / 2, height / 2), (x + turned.width / 2, y + turned.height / 2))
    return photo, [_turned(line, angle, *middle) for line in lines]


def _turned(line: Line, angle: float, old: tuple[float, float], new: tuple[float, float]) -> Line:
    c, s = cos(radians(angle)), sin(radians(angle))
    moved = ((x - old[0], y - old[1]) for x, y in line.corners)
    return Line(
        line.text, tuple((new[0] + x * c + y * s, new[1] - x * s + y * c) for x, y in moved)
    )


def _page(
    texts: Sequence[str], file: str, dice: np.random.Generator
) -> tuple[Pillow.Image, list[Line]]:
    page = Pillow.new("RGB", (int(dice.integers(640, 900)), 480), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, 44), fill=(60, 60, 90))
    font = ImageFont.truetype(file, 22)
    lines = [_drawn(draw, (16, 8), texts[0], font, fill="white")]
    top = 70.0
    for text in texts[1:]:
        font = ImageFont.truetype(file, int(dice.integers(15, 22)))
        lines.append(_drawn(draw, (16, top), text, font, fill=(30, 30, 30)))
        top += font.size * 2.2
    return page, lines
