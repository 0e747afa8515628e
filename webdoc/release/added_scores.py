"""Scores that were added to a finished release: what its card and its report say of them."""

import re
from collections.abc import Sequence
from typing import Final

from huggingface_hub import DatasetCard
from markupsafe import Markup

from webdoc.release.exporter import Exporter
from webdoc.release.front_matter import configurations
from webdoc.release.rendering import render_html, render_markdown
from webdoc.release.score_spread import ScoreSpread, bars

_SHARED: Final = "webdoc.release"
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


def report_with_scores(html: str, spreads: Sequence[ScoreSpread]) -> str:
    """Return a report with histograms of scores, in which their limits are drawn.

    Args:
        html: the report so far; histograms of scores are replaced.
        spreads: of each score.
    """
    section = score_histograms(spreads)
    body = _OLD_REPORT.sub("", html)
    before, found, after = body.partition(_PLACE_IN_REPORT)
    return f"{before}{section}\n{found}{after}"


def score_histograms(spreads: Sequence[ScoreSpread]) -> Markup:
    """Return the histograms of scores as HTML."""
    pairs = [(one, tuple(bars(one))) for one in spreads]
    return render_html(_SHARED, "scores_report.html.j2", spreads=pairs)
