"""Outdoor scenes: each paints one picture on a canvas."""

from sample.canvas import Canvas, Colour, mix

SKIES: dict[str, tuple[Colour, Colour]] = {
    "day": ((94, 156, 206), (214, 232, 240)),
    "dusk": ((58, 64, 120), (246, 170, 112)),
    "dawn": ((120, 150, 196), (252, 216, 188)),
    "night": ((10, 16, 44), (44, 58, 100)),
    "grey": ((130, 140, 150), (206, 210, 212)),
}
WHITE: Colour = (250, 248, 240)
STONE: Colour = (146, 136, 124)
WOOD: Colour = (116, 78, 50)


def sky(c: Canvas, time: str, horizon: float) -> None:
    """Paint the upper part of an outdoor scene: sky, sun or stars, a few clouds."""
    top, bottom = SKIES[time]
    c.fill(top, bottom, 0, horizon)
    if time == "night":
        for _ in range(70):
            c.disc(c.rng.random(), c.rng.random() * horizon, 0.003, WHITE)
        c.light(0.78, 0.2, 0.3, (90, 96, 120))
        c.disc(0.78, 0.2, 0.06, (244, 240, 214))
        return
    if time != "grey":
        height = 0.2 if time == "day" else horizon - 0.1
        c.light(0.7, height, 0.5, (150, 120, 70))
        c.disc(0.7, height, 0.055, (255, 238, 196))
    cloud = mix(bottom, WHITE, 0.6)
    for _ in range(4):
        x, y = c.rng.random(), c.rng.random() * horizon * 0.6 + 0.05
        for puff in range(5):
            c.oval(x + puff * 0.03, y + c.rng.randint(-2, 2) / 100, 0.045, 0.022, cloud)
    c.soften(5)


def tree(c: Canvas, x: float, foot: float, height: float, leaf: Colour) -> None:
    """Paint one round tree that stands at (x, foot)."""
    c.box(x - 0.008, foot - height * 0.5, x + 0.008, foot, WOOD)
    for _ in range(14):
        dx, dy = c.rng.randint(-100, 100) / 100, c.rng.randint(-100, 100) / 100
        shade = mix(leaf, (30, 40, 20), c.rng.random() * 0.4)
        c.disc(
            x + dx * height * 0.18, foot - height * 0.7 + dy * height * 0.2, height * 0.14, shade
        )


def lighthouse(c: Canvas, x: float, foot: float, lit: bool) -> None:
    """Paint a striped tower with its lamp."""
    for band in range(5):
        low, high = foot - band * 0.09, foot - (band + 1) * 0.09
        wide, narrow = 0.045 - band * 0.004, 0.045 - (band + 1) * 0.004
        colour = WHITE if band % 2 else (190, 52, 48)
        c.shape([(x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high)], colour)
    c.box(x - 0.02, foot - 0.51, x + 0.02, foot - 0.45, (255, 232, 150) if lit else (90, 110, 120))
    c.shape([(x - 0.028, foot - 0.51), (x + 0.028, foot - 0.51), (x, foot - 0.57)], (60, 60, 66))
    if lit:
        c.light(x, foot - 0.48, 0.28, (190, 160, 80))


def sea(
    c: Canvas, time: str = "day", *, boats: int = 0, tower: bool = False, seals: int = 0
) -> None:
    """Paint open water, with what floats and stands there."""
    horizon = 0.5
    sky(c, time, horizon)
    top, bottom = SKIES[time]
    c.fill(mix(bottom, (40, 90, 120), 0.6), mix(top, (10, 40, 66), 0.7), horizon, 1)
    crest = mix(bottom, WHITE, 0.3)
    for _ in range(60):
        x, y = c.rng.random(), horizon + 0.03 + c.rng.random() * 0.45
        c.line(
            [(x, y), (x + 0.02 + (y - horizon) * 0.12, y)],
            mix(crest, top, c.rng.random() * 0.6),
            0.005,
        )
    for boat in range(boats):
        x, y = 0.18 + boat * 0.26, 0.56 + boat * 0.06
        c.shape([(x - 0.07, y), (x + 0.07, y), (x + 0.05, y + 0.04), (x - 0.05, y + 0.04)], WOOD)
        c.shape([(x - 0.004, y - 0.01), (x - 0.004, y - 0.2), (x + 0.06, y - 0.02)], WHITE)
        c.shape([(x - 0.014, y - 0.01), (x - 0.014, y - 0.17), (x - 0.05, y - 0.02)], (206, 90, 70))
    if tower:
        c.shape(
            [(0.6, 0.72), (0.68, 0.6), (0.86, 0.58), (1, 0.66), (1, 0.84), (0.7, 0.82)],
            (70, 66, 64),
        )
        lighthouse(c, 0.78, 0.62, time in ("dusk", "night"))
    for seal in range(seals):
        x, y = 0.12 + seal * 0.17, 0.8 + (seal % 2) * 0.06
        c.oval(x + 0.05, y + 0.05, 0.11, 0.035, (96, 92, 84))
        c.oval(x, y, 0.07, 0.032, (84, 86, 92))
        c.disc(x + 0.065, y - 0.018, 0.03, (96, 98, 104))
        c.disc(x + 0.08, y - 0.024, 0.006, (20, 20, 24))


def ridges(c: Canvas, far: Colour, near: Colour) -> None:
    """Paint ridges behind ridges, paler with the distance."""
    for depth in range(4):
        colour = mix(far, near, (depth + 1) / 4)
        c.ridge(0.5 + depth * 0.1, 0.1 - depth * 0.015, colour, 10 + depth * 3)


def hills(
    c: Canvas,
    time: str = "day",
    *,
    near: Colour = (86, 130, 70),
    trees: int = 0,
    path: bool = False,
) -> None:
    """Paint rolling country with trees."""
    sky(c, time, 0.62)
    ridges(c, mix(SKIES[time][1], (90, 110, 140), 0.5), near)
    if path:
        bends = [(0.5, 0.78), (0.52, 0.78), (0.6, 0.88), (0.56, 1), (0.36, 1), (0.52, 0.88)]
        c.shape(bends, (206, 184, 144))
    for at in range(trees):
        x = (at + 0.5) / trees + c.rng.randint(-3, 3) / 100
        height, leaf = 0.22 + (at % 2) * 0.06, mix(near, (40, 80, 40), 0.4)
        tree(c, x, 0.82 + (at % 3) * 0.05, height, leaf)


def pasture(c: Canvas, sheep: int) -> None:
    """Paint hills where sheep graze."""
    hills(c, trees=4, path=True)
    for at in range(sheep):
        x, y = 0.1 + at * 0.13, 0.86 + (at % 3) * 0.03
        c.oval(x, y, 0.025, 0.024, WHITE)
        c.disc(x + 0.025, y - 0.006, 0.014, (50, 46, 44))


def peaks(c: Canvas, time: str = "dawn") -> None:
    """Paint snow on three summits."""
    sky(c, time, 0.62)
    far = mix(SKIES[time][1], (90, 110, 140), 0.5)
    for x, peak in ((0.2, 0.24), (0.48, 0.16), (0.8, 0.26)):
        c.shape([(x - 0.28, 0.62), (x, peak), (x + 0.28, 0.62)], far)
        hem = [(x + 0.07, peak + 0.115), (x + 0.02, peak + 0.09), (x - 0.02, peak + 0.12)]
        c.shape([(x - 0.07, peak + 0.115), (x, peak), *hem], WHITE)
    ridges(c, far, (86, 130, 70))


def forest(c: Canvas, leaf: Colour = (70, 120, 58), *, mushrooms: int = 0) -> None:
    """Paint trunks with light between them and a mossy floor."""
    c.fill(mix(leaf, WHITE, 0.7), mix(leaf, (30, 50, 26), 0.3))
    c.light(0.45, 0.3, 0.6, (120, 120, 60))
    for depth in range(3):
        shade = mix(mix(WOOD, WHITE, 0.5 - depth * 0.2), leaf, 0.4 - depth * 0.15)
        for _ in range(8 - depth * 2):
            x, wide = c.rng.random(), 0.008 + depth * 0.01
            c.shape([(x - wide, 0), (x + wide, 0), (x + wide * 1.5, 1), (x - wide * 1.5, 1)], shade)
        c.soften(3 - depth)
    c.ridge(0.8, 0.06, mix(leaf, (40, 66, 30), 0.5))
    for _ in range(180):
        y = 0.8 + c.rng.random() * 0.2
        c.disc(
            c.rng.random(),
            y,
            0.008 + c.rng.random() * 0.012,
            mix(leaf, (150, 180, 80), c.rng.random()),
        )
    for at in range(mushrooms):
        x = 0.2 + at * 0.16
        c.box(x - 0.01, 0.84, x + 0.01, 0.93, (240, 230, 210))
        c.oval(x, 0.84, 0.04, 0.035, (176, 74, 50))


def river(c: Canvas, time: str = "day", *, bridge: bool = False, mill: bool = False) -> None:
    """Paint a river that comes towards us, with a stone bridge or a mill on it."""
    sky(c, time, 0.46)
    c.ridge(0.42, 0.05, (118, 146, 110))
    c.ridge(0.52, 0.03, (98, 140, 76))
    water = mix(SKIES[time][1], (60, 110, 140), 0.6)
    c.shape([(0.46, 0.55), (0.56, 0.55), (0.95, 1), (0.12, 1)], water)
    for _ in range(26):
        y = 0.6 + c.rng.random() * 0.38
        x = 0.5 + c.rng.randint(-100, 100) / 100 * (y - 0.5) * 0.6
        c.line([(x, y), (x + 0.05, y)], mix(water, WHITE, 0.4), 0.005)
    if bridge:
        c.box(0.08, 0.5, 0.92, 0.72, STONE)
        for x in (0.24, 0.5, 0.76):
            c.disc(x, 0.72, 0.14, mix(water, (40, 70, 90), 0.4))
        c.box(0, 0.72, 1, 1, water)
        c.box(0.06, 0.48, 0.94, 0.52, mix(STONE, WHITE, 0.3))
    if mill:
        c.box(0.62, 0.34, 0.86, 0.66, (196, 176, 150))
        c.shape([(0.59, 0.36), (0.74, 0.2), (0.89, 0.36)], (120, 62, 50))
        c.box(0.71, 0.42, 0.78, 0.52, (70, 80, 92))
        c.ring(0.6, 0.62, 0.14, WOOD, 0.025)
        for dx, dy in ((0, 0.14), (0.09, 0.1), (0.09, -0.1)):
            c.line([(0.6 - dx, 0.62 - dy), (0.6 + dx, 0.62 + dy)], WOOD, 0.014)


def street(
    c: Canvas, time: str = "day", *, stalls: int = 0, tram: bool = False, wet: bool = False
) -> None:
    """Paint a row of houses, with a market or a tram before them."""
    sky(c, time, 0.7)
    x = 0.0
    while x < 1:
        wide, roof = 0.11 + c.rng.random() * 0.05, 0.2 + c.rng.random() * 0.14
        wall = mix((206, 150, 112), (236, 220, 190), c.rng.random())
        wall = mix(wall, (30, 30, 60), 0.55) if time in ("night", "dusk") else wall
        c.box(x, roof, x + wide, 0.8, wall)
        c.shape(
            [(x, roof), (x + wide / 2, roof - 0.1), (x + wide, roof)], mix(wall, (110, 44, 36), 0.7)
        )
        for row in range(3):
            for column in (0.22, 0.6):
                lit = time in ("night", "dusk") and c.rng.random() < 0.6
                pane = (255, 220, 130) if lit else (84, 104, 122)
                left, top = x + wide * column, roof + 0.05 + row * 0.15
                c.box(left, top, left + wide * 0.2, top + 0.08, pane)
        x += wide
    road = (120, 116, 112) if time == "day" else (60, 58, 70)
    c.fill(road, mix(road, (20, 20, 24), 0.3), 0.8, 1)
    if wet:
        for _ in range(30):
            at = c.rng.random()
            c.box(
                at, 0.82, at + 0.01, 0.82 + c.rng.random() * 0.16, mix(road, (255, 210, 130), 0.4)
            )
        c.soften(2)
    if tram:
        c.box(0.2, 0.55, 0.76, 0.86, (188, 44, 44))
        c.box(0.2, 0.72, 0.76, 0.75, WHITE)
        for at in range(6):
            c.box(0.23 + at * 0.088, 0.59, 0.29 + at * 0.088, 0.69, (190, 214, 224))
        c.line([(0, 0.9), (1, 0.9)], (80, 80, 84), 0.012)
    for at in range(stalls):
        left = 0.06 + at * (0.9 / stalls)
        wide = 0.72 / stalls
        for stripe in range(6):
            colour = (
                WHITE if stripe % 2 else ((60, 130, 110), (200, 80, 60), (220, 160, 60))[at % 3]
            )
            c.box(left + wide * stripe / 6, 0.58, left + wide * (stripe + 1) / 6, 0.66, colour)
        c.box(left, 0.78, left + wide, 0.9, WOOD)
        for _ in range(16):
            fruit = ((210, 70, 50), (240, 170, 50), (110, 160, 60))[c.rng.randrange(3)]
            c.disc(left + c.rng.random() * wide, 0.77 - c.rng.random() * 0.03, 0.018, fruit)


def meadow(c: Canvas, petal: Colour = (216, 90, 130), *, bees: int = 0, rows: bool = False) -> None:
    """Paint flowers in grass, wild or in garden rows, and bees above them."""
    sky(c, "day", 0.4)
    c.fill((130, 170, 90), (60, 110, 50), 0.38, 1)
    for at in range(150):
        y = 0.42 + at / 150 * 0.56
        x = (at * 0.137) % 1 if rows else c.rng.random()
        size = 0.008 + (y - 0.4) * 0.04
        c.line([(x, y), (x, y + size * 3)], (50, 100, 40), 0.006)
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            colour = mix(petal, WHITE, c.rng.random() * 0.5)
            c.disc(x + dx * size * c.ratio, y + dy * size, size, colour)
        c.disc(x, y, size * 0.7, (250, 206, 70))
    for at in range(bees):
        x, y = 0.2 + at * 0.27, 0.3 + (at % 2) * 0.2
        c.oval(x - 0.01, y - 0.05, 0.03, 0.04, (226, 236, 240))
        c.oval(x, y, 0.05, 0.045, (240, 180, 40))
        for stripe in (-0.02, 0.005, 0.03):
            c.box(x + stripe, y - 0.036, x + stripe + 0.01, y + 0.036, (50, 40, 30))
