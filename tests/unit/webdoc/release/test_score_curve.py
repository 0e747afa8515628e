"""What a limit on a score would take: counted by classes, drawn, and told by the slider."""

import io
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.report import report_html
from obelics_like.settings import ObelicsSettings
from tests.unit.browser import CHROMIUM, browser
from webdoc.release.added_scores import report_with_scores
from webdoc.release.score_curve import (
    PICTURES,
    BesideLimit,
    CurvePoint,
    ScoredPicture,
    class_start,
    curve_of,
    median_of,
    nearest_pictures,
    share_below,
)
from webdoc.release.score_spread import ScoreSpread

numbers = st.floats(allow_nan=False)


@given(numbers)
def test_a_class_begins_at_three_digits_and_not_above_its_values(value: float) -> None:
    start, value = class_start(value), min(max(value, -1e300), 1e300)
    assert start <= value
    assert class_start(start) == start
    assert float(f"{start:.3g}") == start
    assert value == 0 or abs(value - start) <= abs(value) / 99


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=300))
def test_a_curve_counts_what_is_below(values: list[float]) -> None:
    curve = curve_of(Counter(map(class_start, values)))
    for point in curve:
        assert point.share == sum(value < point.limit for value in values) / len(values)
    assert [p.limit for p in curve] == sorted({p.limit for p in curve})
    assert curve[0].share == 0
    assert len(curve) <= 102


def test_between_two_points_a_share_is_read_off() -> None:
    curve = (CurvePoint(0.0, 0.0), CurvePoint(0.5, 0.4), CurvePoint(1.0, 0.8))
    limits = (-1.0, 0.0, 0.25, 0.5, 1.0, 1.01)
    assert [share_below(curve, limit) for limit in limits] == [0.0, 0.0, 0.2, 0.4, 0.8, 1.0]
    assert share_below((), 1.0) == 0.0
    assert curve_of({}) == ()
    assert median_of({}) == 0.0


def test_twelve_pictures_on_either_side_each_once() -> None:
    dice = Random(2)
    many = [ScoredPicture(f"{n:03d}", n / 10) for n in range(100)]
    many += [ScoredPicture("050", 4.9), ScoredPicture("049", 9.0)]
    dice.shuffle(many)

    below, above = nearest_pictures(many, 5.0)

    assert [one.value for one in below] == [
        4.9,
        4.8,
        4.7,
        4.6,
        4.5,
        4.4,
        4.3,
        4.2,
        4.1,
        4.0,
        3.9,
        3.8,
    ]
    assert [one.sha256 for one in above] == [f"{n:03d}" for n in range(50, 50 + PICTURES)]
    assert nearest_pictures([], 5.0) == ((), ())


def jpeg(grey: int) -> bytes:
    out = io.BytesIO()
    Picture.new("L", (20, 20), grey).save(out, "JPEG")
    return out.getvalue()


def report(limit: float | None = None) -> str:
    """Return a report of 100 images with the scores 0.00 to 0.99, of which six have pictures."""
    values = [n / 100 for n in range(100)]
    curve = curve_of(Counter(map(class_start, values)))
    pictures = [ScoredPicture(f"{n:064x}", values[n]) for n in (47, 48, 49, 50, 51, 52)]
    at = limit or 0.5
    beside = BesideLimit(at, limit is not None, *nearest_pictures(pictures, at))
    spread = ScoreSpread(
        "q<i>", "how <good>", "images", 100, 0.0, 0.495, 0.99, (5,) * 20, min=limit, curve=curve,
        beside=beside,
    )  # fmt: skip
    whole = report_html(ReleaseFacts(ObelicsSettings(), "0.1.0", (), (), (), (), (), (), ()))
    thumbnails = [(one.sha256, jpeg(n)) for n, one in enumerate(pictures)]
    once = report_with_scores(whole, [spread], thumbnails)
    again = report_with_scores(once, [spread], thumbnails)
    assert again.split() == once.split()  # the section is replaced
    return once


@pytest.mark.parametrize(("limit", "word"), [(None, "the median"), (0.5, "the limit that is set")])
def test_the_report_says_what_a_limit_takes_without_a_script(
    limit: float | None, word: str
) -> None:
    html = report(limit)
    assert f"At 0.5, {word}, 50.0 % of what is here is below." in " ".join(html.split())
    assert html.count("data:image/jpeg") == 6
    assert "q<i>" not in html


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH to open the report with")
def test_a_slider_tells_what_each_limit_takes(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(), "utf-8")
    with browser(tmp_path / "profile") as page:
        page.open(file)
        told = "document.querySelector('.curve output').textContent"
        slide = (
            "(() => { const c = document.querySelector('.curve input'); c.value = %d;"
            " c.dispatchEvent(new Event('input', {bubbles: true})); return %s; })()"
        )
        assert page.run("document.querySelector('.limit-choice').hidden") is False
        middle = page.run(told)
        low, high = page.run(slide % (10, told)), page.run(slide % (99, told))
        assert middle.startswith("min 0.5 takes 50.0 %, about 50 images; max 0.5 takes")
        assert low.startswith("min 0.1 takes 10.0 %, about 10 images")
        assert high.startswith("min 0.99 takes 99.0 %, about 99 images")
        assert page.run("document.querySelector('.chosen').getAttribute('x1')") == "360"
        page.click(".beside summary")
        decoded = (
            "Promise.all([...document.querySelectorAll('.beside[open] img')].map(i => i.decode()))"
        )
        assert page.run(f"{decoded}.then(all => all.length)") == 3
        assert page.asked_for() == []
        assert page.errors() == []
