"""figures.svg of a release: its histograms in one drawing, legible on light and on dark paper."""

from collections.abc import Sequence
from typing import Final

from webdoc.release.charts import chart
from webdoc.release.rendering import render_html
from webdoc.release.spread import Histogram

_COLUMNS: Final = 2
_CELL_WIDTH, _CELL_HEIGHT = 400, 210


def figures_svg(histograms: Sequence[Histogram]) -> str:
    """Return the drawing; what a page says stands nowhere in it."""
    charts = [chart(histogram) for histogram in histograms]
    places = [
        (20 + index % _COLUMNS * _CELL_WIDTH, 60 + index // _COLUMNS * _CELL_HEIGHT)
        for index in range(len(charts))
    ]
    rows = -(-len(charts) // _COLUMNS)
    drawn = render_html(
        "webdoc.release",
        "figures.svg.j2",
        charts=list(zip(charts, places, strict=True)),
        width=_COLUMNS * _CELL_WIDTH,
        height=rows * _CELL_HEIGHT + 30,
    )
    return str(drawn)
