"""Things seen from near: each paints one picture on a canvas."""

from collections.abc import Sequence

from sample.canvas import Canvas, Colour, mix
from sample.charts import INK
from sample.scenery import WHITE, WOOD

PAPER: Colour = (250, 246, 236)


def table_top(c: Canvas, wall: Colour, wood: Colour = (168, 122, 82)) -> None:
    """Paint a wall and the table that a still life stands on."""
    c.fill(mix(wall, WHITE, 0.25), wall, 0, 0.6)
    c.light(0.25, 0.2, 0.6, (60, 54, 40))
    c.fill(wood, mix(wood, (60, 36, 20), 0.4), 0.58, 1)
    for _ in range(14):
        y = 0.6 + c.rng.random() * 0.4
        c.line([(0, y), (1, y + 0.01)], mix(wood, (70, 44, 26), 0.3), 0.003)


def loaf(
    c: Canvas, wall: Colour = (150, 164, 170), *, tin: bool = False, cut: bool = False
) -> None:
    """Paint a loaf on its board."""
    table_top(c, wall)
    c.oval(0.5, 0.82, 0.4, 0.1, mix(WOOD, WHITE, 0.15))
    crust: Colour = (176, 108, 52)
    if tin:
        c.box(0.24, 0.5, 0.76, 0.8, (110, 70, 40))
        c.box(0.25, 0.5, 0.75, 0.79, crust)
    c.oval(0.5, 0.56 if tin else 0.64, 0.28, 0.14 if tin else 0.19, mix(crust, (90, 50, 24), 0.2))
    c.oval(0.49, 0.54 if tin else 0.61, 0.26, 0.11 if tin else 0.15, crust)
    for at in range(4):
        x = 0.34 + at * 0.09
        c.line([(x, 0.64), (x + 0.07, 0.5)], (236, 206, 160), 0.02)
    if cut:
        c.oval(0.78, 0.74, 0.1, 0.13, mix(crust, (90, 50, 24), 0.2))
        c.oval(0.78, 0.74, 0.088, 0.115, (238, 220, 180))
        for _ in range(30):
            dx, dy = c.rng.randint(-60, 60) / 1000, c.rng.randint(-80, 80) / 1000
            c.disc(0.78 + dx, 0.74 + dy, 0.008, (214, 190, 146))


def bowl(
    c: Canvas, filling: Colour, *, bits: Sequence[Colour] = (), cloth: Colour = (206, 214, 210)
) -> None:
    """Paint a bowl seen from above, and what floats in it."""
    c.fill(cloth, mix(cloth, (110, 110, 110), 0.25))
    for at in range(12):
        c.line([(at / 12, 0), (at / 12, 1)], mix(cloth, (150, 70, 60), 0.18), 0.012)
    c.disc(0.51, 0.53, 0.44, mix(cloth, (40, 40, 40), 0.4))
    c.soften(6)
    c.disc(0.5, 0.5, 0.43, (236, 232, 222))
    c.disc(0.5, 0.5, 0.37, (206, 200, 188))
    c.disc(0.5, 0.51, 0.345, filling)
    c.light(0.42, 0.38, 0.3, (40, 36, 30))
    for _ in range(46 if bits else 0):
        dx, dy = c.rng.randint(-240, 240) / 1000, c.rng.randint(-240, 240) / 1000
        colour = bits[c.rng.randrange(len(bits))]
        c.oval(0.5 + dx * c.ratio, 0.5 + dy, 0.02, 0.018, mix(colour, WHITE, c.rng.random() * 0.25))


def cup(c: Canvas, glaze: Colour, wall: Colour = (188, 176, 160), *, pot: bool = False) -> None:
    """Paint a cup with its steam, and the pot beside it."""
    table_top(c, wall)
    if pot:
        c.disc(0.34, 0.56, 0.2, mix(glaze, (30, 30, 40), 0.3))
        c.disc(0.33, 0.54, 0.18, mix(glaze, (30, 30, 40), 0.15))
        c.shape(
            [(0.45, 0.56), (0.56, 0.4), (0.58, 0.43), (0.48, 0.64)], mix(glaze, (30, 30, 40), 0.25)
        )
        c.oval(0.34, 0.37, 0.06, 0.025, mix(glaze, (20, 20, 30), 0.4))
        c.disc(0.34, 0.34, 0.02, glaze)
        c.ring(0.2, 0.55, 0.1, mix(glaze, (30, 30, 40), 0.3), 0.022)
    c.ring(0.79, 0.64, 0.08, glaze, 0.025)
    c.shape([(0.58, 0.54), (0.8, 0.54), (0.76, 0.78), (0.62, 0.78)], glaze)
    c.oval(0.69, 0.78, 0.07, 0.03, glaze)
    c.oval(0.69, 0.54, 0.11, 0.035, mix(glaze, WHITE, 0.5))
    c.oval(0.69, 0.545, 0.095, 0.027, (120, 70, 36))
    for at in range(3):
        x = 0.65 + at * 0.04
        c.line(
            [(x, 0.48), (x + 0.015, 0.4), (x - 0.01, 0.32), (x + 0.01, 0.24)],
            mix(wall, WHITE, 0.35),
            0.01,
        )


def jars(c: Canvas, contents: Sequence[Colour], wall: Colour = (176, 190, 190)) -> None:
    """Paint a row of closed jars."""
    table_top(c, wall)
    wide = 0.8 / len(contents)
    for at, colour in enumerate(contents):
        left, right = 0.1 + at * wide + wide * 0.1, 0.1 + (at + 1) * wide - wide * 0.1
        c.box(left, 0.36, right, 0.8, mix(colour, (30, 20, 10), 0.15))
        c.box(left, 0.36, left + wide * 0.16, 0.78, mix(colour, WHITE, 0.5))
        c.box(left - 0.005, 0.28, right + 0.005, 0.36, (196, 70, 60) if at % 2 else (90, 110, 130))
        c.box(left + wide * 0.12, 0.5, right - wide * 0.05, 0.66, PAPER)
        c.line([(left + wide * 0.2, 0.56), (right - wide * 0.12, 0.56)], INK, 0.008)
        c.line([(left + wide * 0.2, 0.61), (right - wide * 0.25, 0.61)], INK, 0.006)


def bicycle(
    c: Canvas, paint: Colour, ground: Colour = (206, 200, 186), *, load: bool = False
) -> None:
    """Paint a bicycle from its right-hand side."""
    c.fill(mix(ground, WHITE, 0.5), ground)
    c.fill(mix(ground, (90, 86, 80), 0.4), mix(ground, (70, 66, 60), 0.6), 0.86, 1)
    for x in (0.28, 0.72):
        c.ring(x, 0.66, 0.21, INK, 0.022)
        c.ring(x, 0.66, 0.185, (170, 172, 176), 0.008)
        for dx, dy in ((0, 18), (9, 9), (12, 0), (9, -9)):
            run = dx / 100 * c.ratio * 1.5
            c.line([(x - run, 0.66 - dy / 100), (x + run, 0.66 + dy / 100)], (150, 150, 154), 0.003)
    hub, head, seat, crank = (0.28, 0.66), (0.65, 0.36), (0.42, 0.36), (0.47, 0.68)
    for ends in ((seat, head), (head, crank), (crank, seat), (seat, hub), (hub, crank)):
        c.line(list(ends), paint, 0.022)
    c.line([head, (0.72, 0.66)], paint, 0.02)
    c.line([(0.64, 0.3), (0.65, 0.36)], INK, 0.016)
    c.line([(0.6, 0.28), (0.66, 0.28), (0.7, 0.33)], INK, 0.018)
    c.oval(0.42, 0.32, 0.05, 0.018, (90, 56, 36))
    c.disc(*crank, 0.05, (90, 92, 96))
    if load:
        c.box(0.16, 0.32, 0.34, 0.46, (176, 138, 90))
        for at in range(4):
            c.disc(0.18 + at * 0.047, 0.31, 0.035, ((110, 150, 70), (206, 84, 60))[at % 2])


def honeycomb(c: Canvas, honey: Colour = (232, 160, 40)) -> None:
    """Paint cells of a comb, some of them capped."""
    c.fill(mix(honey, WHITE, 0.3), mix(honey, (90, 50, 10), 0.4))
    for row in range(9):
        for column in range(12):
            x = (column + 0.5 * (row % 2)) / 11
            y = row / 8
            capped = c.rng.random() < 0.25
            cell = (240, 214, 150) if capped else mix(honey, (110, 56, 10), c.rng.random() * 0.6)
            points = [(0, -6), (5, -3), (5, 3), (0, 6), (-5, 3), (-5, -3)]
            c.shape([(x + dx / 125, y + dy / 92) for dx, dy in points], cell)
            c.oval(x - 0.012, y - 0.02, 0.008, 0.01, mix(cell, WHITE, 0.5))
    c.light(0.3, 0.3, 0.5, (70, 50, 10))


def moss(c: Canvas, green: Colour = (110, 150, 50)) -> None:
    """Paint cushions of moss on stone, from very near."""
    c.fill((120, 116, 110), (80, 78, 74))
    for _ in range(9):
        x, y, reach = c.rng.random(), 0.3 + c.rng.random() * 0.7, 0.14 + c.rng.random() * 0.12
        for _ in range(150):
            dx, dy = c.rng.randint(-100, 100) / 100, c.rng.randint(-100, 100) / 100
            if dx * dx + dy * dy <= 1:
                shade = mix(
                    green, (200, 220, 110) if dy < -0.2 else (40, 66, 24), c.rng.random() * 0.7
                )
                c.disc(x + dx * reach, y + dy * reach * 0.8, 0.012, shade)
    for _ in range(12):
        x, y = c.rng.random(), 0.3 + c.rng.random() * 0.5
        c.line([(x, y), (x + 0.01, y - 0.12)], (150, 110, 50), 0.004)
        c.oval(x + 0.01, y - 0.13, 0.006, 0.016, (120, 80, 40))


def rings(c: Canvas, glass: Colour = (120, 190, 200)) -> None:
    """Paint the stepped rings of a lighthouse lens."""
    c.fill((30, 36, 46), (14, 18, 26))
    for step in range(14):
        radius = 0.46 - step * 0.03
        c.disc(0.5, 0.5, radius, mix(glass, (20, 40, 60), (step % 2) * 0.6))
        c.ring(0.5, 0.5, radius, mix(glass, WHITE, 0.6), 0.005)
    c.light(0.5, 0.5, 0.3, (230, 210, 130))
    for x in (0.14, 0.86):
        c.line([(x, 0.02), (x, 0.98)], (170, 130, 60), 0.03)


def type_case(c: Canvas, letters: str, ink: Colour = (40, 40, 46)) -> None:
    """Paint metal letters in the compartments of a printer's case."""
    c.fill(WOOD, mix(WOOD, (30, 20, 10), 0.5))
    for at, letter in enumerate(letters):
        x, y = 0.1 + (at % 6) * 0.16, 0.18 + (at // 6) * 0.32
        c.box(x - 0.07, y - 0.14, x + 0.07, y + 0.14, mix(WOOD, (20, 14, 8), 0.6))
        c.box(
            x - 0.045, y - 0.1, x + 0.045, y + 0.1, mix((190, 190, 194), ink, c.rng.random() * 0.3)
        )
        c.write(x, y, letter, ink, 0.15)
    c.light(0.2, 0.1, 0.5, (40, 36, 26))


def leaves(c: Canvas, tints: Sequence[Colour], ground: Colour = (226, 220, 204)) -> None:
    """Paint leaves laid out on paper."""
    c.fill(mix(ground, WHITE, 0.4), ground)
    for at in range(8):
        x, y = 0.14 + (at % 4) * 0.24, 0.28 + (at // 4) * 0.46
        tint, tilt = tints[at % len(tints)], c.rng.randint(-30, 30) / 1000
        c.shape(
            [(x + 0.005, y + 0.2), (x - 0.07, y), (x + tilt, y - 0.18), (x + 0.075, y + 0.02)],
            mix(tint, (90, 90, 80), 0.5),
        )
        c.shape(
            [
                (x, y + 0.19),
                (x - 0.07, y - 0.01),
                (x - 0.04, y - 0.1),
                (x + tilt, y - 0.19),
                (x + 0.045, y - 0.09),
                (x + 0.07, y),
            ],
            tint,
        )
        for rib in range(4):
            foot = y + 0.12 - rib * 0.07
            for side in (-0.045, 0.045):
                c.line([(x, foot), (x + side, foot - 0.06)], mix(tint, WHITE, 0.4), 0.004)
        c.line([(x + tilt, y - 0.17), (x, y + 0.24)], mix(tint, (60, 40, 20), 0.4), 0.007)


def bird(c: Canvas, plumage: Colour, breast: Colour, *, comb: bool = False) -> None:
    """Paint a small bird, or a hen with its comb, on a branch before a blurred garden."""
    c.fill((176, 200, 150), (120, 156, 104))
    for _ in range(24):
        tint = mix((150, 190, 120), (226, 232, 190), c.rng.random())
        c.disc(c.rng.random(), c.rng.random(), 0.05 + c.rng.random() * 0.08, tint)
    c.soften(14)
    c.line([(0, 0.8), (0.4, 0.74), (1, 0.78)], WOOD, 0.035)
    c.shape(
        [(0.36, 0.58), (0.16, 0.78), (0.22, 0.82), (0.44, 0.66)], mix(plumage, (20, 20, 20), 0.3)
    )
    c.oval(0.48, 0.55, 0.15, 0.19, plumage)
    c.oval(0.54, 0.59, 0.1, 0.14, breast)
    for x, y in ((0.54, 0.22), (0.58, 0.2), (0.62, 0.23)) if comb else ():
        c.disc(x, y, 0.05, (196, 40, 40))
    if comb:
        c.oval(0.67, 0.46, 0.022, 0.05, (196, 40, 40))
    c.disc(0.58, 0.36, 0.13, plumage)
    c.shape([(0.66, 0.34), (0.73, 0.37), (0.66, 0.4)], (230, 160, 50))
    c.disc(0.61, 0.33, 0.02, (16, 16, 18))
    c.disc(0.613, 0.325, 0.006, WHITE)
    for x in (0.47, 0.53):
        c.line([(x, 0.7), (x, 0.77)], (110, 70, 40), 0.012)


def fruit(c: Canvas, tints: Sequence[Colour], wall: Colour = (110, 124, 130)) -> None:
    """Paint a heap of fruit in a dish."""
    table_top(c, wall)
    for row, many in ((0, 6), (1, 5), (2, 3)):
        for at in range(many):
            x = 0.5 + (at - (many - 1) / 2) * 0.1
            y = 0.64 - row * 0.12
            tint = tints[(at + row) % len(tints)]
            c.disc(x, y, 0.085, mix(tint, (40, 20, 10), 0.3))
            c.disc(x - 0.006, y - 0.008, 0.076, tint)
            c.disc(x - 0.02, y - 0.03, 0.018, mix(tint, WHITE, 0.6))
            c.line([(x, y - 0.07), (x + 0.008, y - 0.1)], WOOD, 0.008)
    c.shape([(0.14, 0.64), (0.86, 0.64), (0.68, 0.84), (0.32, 0.84)], (214, 208, 196))
    c.oval(0.5, 0.84, 0.18, 0.03, (196, 190, 176))
