"""Charts, a map, diagrams and signs: each paints one picture on a canvas."""

from collections.abc import Sequence

from sample.canvas import Canvas, Colour, mix
from sample.scenery import WHITE

INK: Colour = (52, 54, 62)


def town_map(c: Canvas, water: Colour = (160, 200, 220)) -> None:
    """Paint a map with streets, a river, a park and a marked route."""
    c.fill((240, 236, 222), (234, 230, 214))
    c.shape([(0.1, 0.12), (0.34, 0.1), (0.36, 0.36), (0.12, 0.4)], (186, 214, 160))
    c.line([(0, 0.82), (0.3, 0.7), (0.6, 0.78), (1, 0.6)], water, 0.09)
    for _ in range(9):
        across = c.rng.random()
        c.line([(0, across), (1, across + c.rng.randint(-20, 20) / 100)], (255, 255, 252), 0.02)
        c.line([(across, 0), (across + c.rng.randint(-15, 15) / 100, 1)], (255, 255, 252), 0.02)
    route = [(0.14, 0.9), (0.28, 0.62), (0.46, 0.58), (0.6, 0.36), (0.86, 0.22)]
    c.line(route, (206, 60, 50), 0.018)
    for x, y in (route[0], route[-1]):
        c.disc(x, y, 0.032, (206, 60, 50))
        c.disc(x, y, 0.014, WHITE)


def bars(
    c: Canvas, title: str, values: Sequence[tuple[str, int]], colour: Colour = (70, 130, 160)
) -> None:
    """Paint a bar chart; values lie in 0 to 100."""
    c.fill(WHITE, WHITE)
    c.write(0.5, 0.08, title, INK, 0.06)
    c.line([(0.08, 0.86), (0.95, 0.86)], INK, 0.006)
    for at, (name, value) in enumerate(values):
        wide = 0.86 / len(values)
        left = 0.09 + at * wide
        c.box(left + wide * 0.15, 0.86 - value / 100 * 0.68, left + wide * 0.85, 0.855, colour)
        c.write(left + wide / 2, 0.92, name, INK, 0.045)
        c.write(left + wide / 2, 0.82 - value / 100 * 0.68, str(value), INK, 0.04)


def curve(c: Canvas, title: str, heights: Sequence[int], colour: Colour = (50, 110, 150)) -> None:
    """Paint a line chart; heights lie in 0 to 100."""
    c.fill(WHITE, WHITE)
    c.write(0.5, 0.08, title, INK, 0.06)
    for row in range(5):
        c.line([(0.08, 0.2 + row * 0.165), (0.95, 0.2 + row * 0.165)], (220, 222, 226), 0.004)
    points = [
        (0.08 + at / (len(heights) - 1) * 0.87, 0.86 - height / 100 * 0.66)
        for at, height in enumerate(heights)
    ]
    c.shape([(0.08, 0.86), *points, (0.95, 0.86)], mix(colour, WHITE, 0.75))
    c.line(points, colour, 0.012)
    for at, (x, y) in enumerate(points):
        c.disc(x, y, 0.012, colour)
        c.write(x, 0.92, str(at), INK, 0.04)


def boxes(c: Canvas, names: Sequence[str], colour: Colour = (88, 120, 176)) -> None:
    """Paint a row of boxes joined by arrows."""
    c.fill((248, 249, 252), (248, 249, 252))
    wide = 0.92 / len(names)
    for at, name in enumerate(names):
        left = 0.04 + at * wide
        c.box(left, 0.36, left + wide * 0.74, 0.64, colour)
        c.box(left + 0.004, 0.366, left + wide * 0.74 - 0.004, 0.634, mix(colour, WHITE, 0.82))
        c.write(left + wide * 0.37, 0.5, name, INK, 0.055)
        if at + 1 < len(names):
            c.line([(left + wide * 0.76, 0.5), (left + wide * 0.95, 0.5)], INK, 0.012)
            tip = left + wide * 0.99
            c.shape([(tip, 0.5), (tip - 0.02, 0.47), (tip - 0.02, 0.53)], INK)


def sign(c: Canvas, word: str, paint: Colour) -> None:
    """Paint a plain sign: logos, icons and banners are made of it."""
    c.fill(mix(paint, WHITE, 0.15), paint)
    c.write(0.5, 0.5, word, WHITE, min(0.5, 1.4 / max(len(word), 1) / c.ratio))
