"""Drawn scenes with sentences that describe them: what the small model learns and is tried on.

A scene is a few shapes of a few colours on a plain ground. Everything follows from the random
generator that is handed in, so the same seed gives the same scenes on every machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random
from typing import Final

from PIL import Image

from sample.canvas import Canvas, Colour, Point

COLOURS: Final[dict[str, Colour]] = {
    "red": (205, 40, 40),
    "orange": (240, 140, 30),
    "yellow": (245, 215, 50),
    "green": (50, 150, 60),
    "blue": (40, 90, 200),
    "purple": (120, 50, 150),
    "pink": (245, 150, 180),
    "brown": (120, 75, 40),
    "black": (25, 25, 25),
}
GROUNDS: Final[dict[str, Colour]] = {
    "white": (250, 250, 250),
    "grey": (175, 178, 180),
    "cream": (250, 238, 205),
    "pale blue": (190, 220, 240),
    "pale green": (200, 230, 195),
}
SHAPES: Final = ("circle", "ring", "square", "triangle", "diamond", "star", "cross", "arrow")
NUMBERS: Final = ("no", "one", "two", "three", "four", "five")
SIZES: Final = {"small": 0.12, "": 0.2, "large": 0.32}  # radius as a share of the height
PLACES: Final[dict[str, Point]] = {
    "": (0.5, 0.5),
    "in the top left corner": (0.22, 0.25),
    "in the top right corner": (0.78, 0.25),
    "in the bottom left corner": (0.22, 0.75),
    "in the bottom right corner": (0.78, 0.75),
}
_OPPOSITE: Final = {"to the left of": "to the right of", "above": "below"}
_FILLERS: Final = (
    "The weather stayed dry until the evening.",
    "Nobody in the office could remember who had ordered it.",
    "Please book early, as seats are limited.",
    "It was first shown to visitors in the spring of that year.",
    "Her brother wrote the second chapter on a train.",
    "Prices include tax and delivery.",
    "We asked three experts what they thought of the plan.",
    "More about this can be found in the appendix.",
    "The committee will meet again next month.",
    "Some readers prefer to begin at the end.",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Like shapes of one colour."""

    count: int  # 1 to 5
    colour: str
    shape: str

    @property
    def held_out(self) -> bool:
        """Whether this combination is kept from training: one in nine of all there are."""
        place = list(COLOURS).index(self.colour) + SHAPES.index(self.shape) + self.count
        return place % 9 == 0

    def words(self, size: str = "") -> str:
        """Return a noun phrase: "a small red star", "two red stars"."""
        if self.count == 1:
            phrase = " ".join(filter(None, (size, self.colour, self.shape)))
            return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
        plural = self.shape + ("es" if self.shape.endswith("s") else "s")
        return f"{NUMBERS[self.count]} {self.colour} {plural}"


@dataclass(frozen=True, slots=True)
class Scene:
    """One group somewhere, or two groups side by side or one above the other."""

    ground: str
    first: Group
    second: Group | None = None
    relation: str = ""  # of the first to the second: "to the left of" or "above"
    size: str = ""  # of a single shape
    place: str = ""  # of a single shape
    layout: int = 0  # seed of what no sentence says: exact places, turns, tints


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text in which some sentences describe a scene."""

    sentences: tuple[str, ...]
    scenes: tuple[Scene, ...]  # in no order
    own_sentence: tuple[int, ...]  # of each scene


def scene(rng: Random, *, held_out: bool | None = None) -> Scene:
    """Return a random scene.

    Args:
        rng: what chance comes from.
        held_out: True for scenes that show a combination kept from training, False for scenes
            that show none, None for either.
    """
    while True:
        made = _any_scene(rng)
        groups = (made.first, made.second or made.first)
        if held_out is None or held_out == any(group.held_out for group in groups):
            return made


def _any_scene(rng: Random) -> Scene:
    ground = rng.choice(list(GROUNDS))
    if rng.random() < 0.45:
        relation = rng.choice(list(_OPPOSITE))
        first, second = (_group(rng, most=3) for _ in range(2))
        return Scene(ground, first, second, relation, layout=rng.getrandbits(32))
    group = _group(rng, most=5)
    if group.count > 1:
        return Scene(ground, group, layout=rng.getrandbits(32))
    size, place = rng.choice(list(SIZES)), rng.choice(list(PLACES))
    place = "" if size == "large" else place  # it would not fit into a corner
    return Scene(ground, group, size=size, place=place, layout=rng.getrandbits(32))


def _group(rng: Random, most: int) -> Group:
    return Group(rng.randint(1, most), rng.choice(list(COLOURS)), rng.choice(SHAPES))


def sentence(described: Scene, rng: Random) -> str:
    """Return one of the sentences that are true of a scene."""
    first = described.first.words(described.size)
    if described.second is None:
        told = " ".join(filter(None, (first, described.place)))
    elif rng.random() < 0.5:
        told = f"{first} {described.relation} {described.second.words()}"
    else:
        told = f"{described.second.words()} {_OPPOSITE[described.relation]} {first}"
    ground = rng.choice((f" on a {described.ground} ground", f", all on {described.ground}", ""))
    opening = rng.choice(("", "", "the picture shows ", "here you see ", "we drew ", "look for "))
    text = f"{opening}{told}{ground}."
    return text[0].upper() + text[1:]


def drawn_text(rng: Random, pictures: int = 6, held_out: bool | None = None) -> DrawnText:
    """Return a text with so many pictures, their sentences among others, all shuffled.

    Of the other sentences, two to six, half describe scenes that are not there, half none.
    """
    scenes: list[Scene] = []
    sentences: list[str] = []
    while len(scenes) < pictures:
        made = scene(rng, held_out=held_out)
        text = sentence(made, rng)
        if text not in sentences:
            scenes.append(made)
            sentences.append(text)
    others = [sentence(scene(rng), rng) for _ in range(rng.randint(1, 3))]
    others += rng.sample(_FILLERS, rng.randint(1, 3))
    sentences += [other for other in others if other not in sentences]
    order = list(range(len(sentences)))
    rng.shuffle(order)
    shuffled = tuple(sentences[at] for at in order)
    return DrawnText(shuffled, tuple(scenes), tuple(order.index(at) for at in range(pictures)))


def draw(drawn: Scene, width_px: int = 320, height_px: int = 240) -> Image.Image:
    """Return the picture of a scene."""
    canvas = Canvas(width_px, height_px, drawn.layout)
    ground = _tint(GROUNDS[drawn.ground], canvas.rng, by=5)
    canvas.fill(ground, ground)
    if drawn.second is None:
        _draw_group(canvas, drawn.first, (0.05, 0.05, 0.95, 0.95), drawn)
    else:
        beside = drawn.relation == "to the left of"
        halves = (
            ((0.03, 0.1, 0.48, 0.9), (0.52, 0.1, 0.97, 0.9))
            if beside
            else ((0.1, 0.03, 0.9, 0.48), (0.1, 0.52, 0.9, 0.97))
        )
        for group, box in zip((drawn.first, drawn.second), halves, strict=True):
            _draw_group(canvas, group, box)
    return canvas.finished(grain=2)


def pictures(drawn: DrawnText, width_px: int = 320, height_px: int = 240) -> Iterator[Image.Image]:
    """Yield the pictures of a text, in the order of its scenes."""
    return (draw(one, width_px, height_px) for one in drawn.scenes)


def _tint(colour: Colour, rng: Random, by: int = 12) -> Colour:
    red, green, blue = (min(255, max(0, level + rng.randint(-by, by))) for level in colour)
    return red, green, blue


def _draw_group(
    canvas: Canvas, group: Group, box: tuple[float, float, float, float], alone: Scene | None = None
) -> None:
    """Draw a group into a box (left, top, right, bottom); `alone` says where and how large."""
    rng = canvas.rng
    left, top, right, bottom = box
    colour = _tint(COLOURS[group.colour], rng)
    turn = rng.uniform(-0.12, 0.12)
    if alone is not None and group.count == 1:
        x, y = PLACES[alone.place]
        x, y = x + rng.uniform(-0.04, 0.04), y + rng.uniform(-0.04, 0.04)
        _PAINTERS[group.shape](canvas, (x, y), SIZES[alone.size], colour, turn)
        return
    columns = 3 if right - left > bottom - top or alone is not None else 2
    rows = 2 if alone is not None or columns == 2 else 1
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    step_x, step_y = (right - left) / columns, (bottom - top) / rows
    radius = 0.4 * min(step_x / canvas.ratio, step_y)
    for column, row in rng.sample(cells, group.count):
        x = left + (column + rng.uniform(0.45, 0.55)) * step_x
        y = top + (row + rng.uniform(0.45, 0.55)) * step_y
        _PAINTERS[group.shape](canvas, (x, y), radius, colour, turn)


Painter = Callable[[Canvas, Point, float, Colour, float], None]


def _polygon(points: list[Point]) -> Painter:
    """Return a painter of the polygon, given around (0, 0) within a radius of about 1."""

    def paint(canvas: Canvas, at: Point, radius: float, colour: Colour, turn: float) -> None:
        placed = [
            (
                at[0] + radius * (x * cos(turn) - y * sin(turn)) * canvas.ratio,
                at[1] + radius * (x * sin(turn) + y * cos(turn)),
            )
            for x, y in points
        ]
        canvas.shape(placed, colour)

    return paint


def _circle(canvas: Canvas, at: Point, radius: float, colour: Colour, _: float) -> None:
    canvas.disc(*at, radius, colour)


def _ring(canvas: Canvas, at: Point, radius: float, colour: Colour, _: float) -> None:
    canvas.ring(*at, radius, colour, radius * 0.4)


def _around(corners: int, inner: float = 1.0) -> list[Point]:
    """Return corners on a circle, from the top; every other one at the share `inner` of it."""
    angles = [2 * pi * corner / corners - pi / 2 for corner in range(corners)]
    radii = [1.0 if corner % 2 == 0 else inner for corner in range(corners)]
    return [(r * cos(angle), r * sin(angle)) for r, angle in zip(radii, angles, strict=True)]


_ARM: Final = 0.35
_PAINTERS: Final[dict[str, Painter]] = {
    "circle": _circle,
    "ring": _ring,
    "square": _polygon([(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]),
    "triangle": _polygon(_around(3)),
    "diamond": _polygon([(0, -1), (0.65, 0), (0, 1), (-0.65, 0)]),
    "star": _polygon(_around(10, inner=0.42)),
    "cross": _polygon(
        [
            *((-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM)),
            *((_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM)),
        ]
    ),
    "arrow": _polygon(
        [(-1, -0.3), (0.1, -0.3), (0.1, -0.85), (1, 0), (0.1, 0.85), (0.1, 0.3), (-1, 0.3)]
    ),
}
