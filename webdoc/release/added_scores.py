"""Scores that were added to a finished release: what its card and its report say of them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from huggingface_hub import DatasetCard
from markupsafe import Markup

from webdoc.release.charts import HEIGHT, WIDTH
from webdoc.release.exporter import Exporter
from webdoc.release.front_matter import configurations
from webdoc.release.rendering import render_html, render_markdown
from webdoc.release.report_examples import ExampleLimits, pictures_within
from webdoc.release.score_curve import share_below
from webdoc.release.score_spread import ScoreSpread, bars

_SHARED: Final = "webdoc.release"
_FEWEST_POINTS: Final = 2
_OLD_CARD: Final = re.compile(r"^## Scores\n.*?(?=^## )", re.DOTALL | re.MULTILINE)
_PLACE_IN_CARD: Final = re.compile(r"^## What to know before using it$", re.MULTILINE)
_OLD_REPORT: Final = re.compile(
    r'<section id="scores">.*?</table></section>\s*</div>\s*</section>', re.DOTALL
)
_PLACE_IN_REPORT: Final = '<section id="settings"'


def card_with_scores(text: str, out: Exporter, spreads: Sequence[ScoreSpread]) -> str:
    """Return a card with a section on scores and the configuration of their folder.

    Args:
        text: the card so far; a section on scores is replaced.
        out: the exporter of the scores.
        spreads: of each score.
    """
    card = DatasetCard(text)
    others = [one for one in card.data.get("configs") or [] if one["config_name"] != out.name]
    card.data["configs"] = [*others, *configurations([out])]
    section = render_markdown(_SHARED, "scores_card.md.j2", spreads=spreads).strip() + "\n\n"
    body = _OLD_CARD.sub("", card.text)
    place = _PLACE_IN_CARD.search(body)
    at = place.start() if place else len(body)
    return f"---\n{card.data}\n---\n{body[:at]}{section}{body[at:]}"


def report_with_scores(
    html: str, spreads: Sequence[ScoreSpread], thumbnails: Iterable[tuple[str, bytes]] = ()
) -> str:
    """Return a report with curves and histograms of scores, in which their limits are drawn.

    Args:
        html: the report so far; histograms of scores are replaced.
        spreads: of each score.
        thumbnails: (sha256, JPEG) of the pictures beside limits that may be shown.
    """
    section = score_histograms(spreads, thumbnails)
    body = _OLD_REPORT.sub("", html)
    before, found, after = body.partition(_PLACE_IN_REPORT)
    return f"{before}{section}\n{found}{after}"


def score_histograms(
    spreads: Sequence[ScoreSpread], thumbnails: Iterable[tuple[str, bytes]] = ()
) -> Markup:
    """Return the curves and histograms of scores as HTML."""
    pairs = [(one, tuple(bars(one)), _drawn(one)) for one in spreads]
    beside = [one.beside for one in spreads if one.beside]
    uses = (picture.sha256 for one in beside for picture in (*one.below, *one.above))
    pictures = pictures_within(uses, thumbnails, ExampleLimits())
    return render_html(_SHARED, "scores_report.html.j2", spreads=pairs, beside_pictures=pictures)


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A curve in a box of WIDTH and HEIGHT, and the same as numbers for the script."""

    points: str  # of a polyline of SVG
    limits: str  # JSON: [[limit, share below], ...]
    mark: float | None  # where the limit or the median stands, from the left
    mark_share: float  # what is below it


def _drawn(spread: ScoreSpread) -> DrawnCurve | None:
    curve = spread.curve
    if len(curve) < _FEWEST_POINTS:
        return None
    first, last = curve[0].limit, curve[-1].limit

    def x(limit: float) -> float:
        return round(min(max((limit - first) / (last - first), 0.0), 1.0) * WIDTH, 2)

    places = (f"{x(one.limit)},{round((1 - one.share) * HEIGHT, 2)}" for one in curve)
    limit = spread.beside.limit if spread.beside else None
    return DrawnCurve(
        " ".join(places),
        json.dumps([[one.limit, round(one.share, 4)] for one in curve]),
        None if limit is None else x(limit),
        0.0 if limit is None else share_below(curve, limit),
    )
