"""The similarity matrix as it is drawn, and what a placed text adds to histograms and grids."""

from dataclasses import replace

import numpy as np
import pytest

from mmc4_like.records import Placement, Sentence
from mmc4_like.release.heat_map import MOST_COLUMNS, heat_map
from mmc4_like.release.report import report_html
from mmc4_like.release.spread import IMAGES, SIMILARITY, limits_of, picture_cases, tallies_of
from mmc4_like.settings import load_settings
from mmc4_like.tables import PlacedDocument
from tests.unit.mmc4_like.release.test_report import LEFT_OUT, PLACED, facts, parsed
from webdoc.release.spread import Tally


def test_each_cell_is_drawn_once_in_its_shade() -> None:
    found = heat_map(PLACED)

    assert found is not None
    assert (found.rows, found.columns, found.cut) == ((0, 1), 3, False)
    assert (found.lowest, found.highest) == (0.0, pytest.approx(0.4))
    shades = {shade.path: shade.opacity for shade in found.levels}
    # 0.4 is the darkest of eight shades, 0.2 the fifth, 0.1 the third, 0.05 the second.
    assert shades["M1 0h1v1h-1z"] == 0.938
    assert shades["M2 0h1v1h-1z"] == 0.562
    assert shades["M0 0h1v1h-1zM1 1h1v1h-1z"] == 0.062
    assert [(place.row, place.column) for place in found.places] == [(0, 1)]
    assert sum(shade.path.count("M") for shade in found.levels) == 6


def test_a_large_matrix_is_cut_and_says_so() -> None:
    count = MOST_COLUMNS + 1
    sentences = tuple(Sentence(n, n + 1) for n in range(count))
    candidate = replace(PLACED.candidate, sentences=sentences)
    matrix = np.zeros((1, count), dtype="<f4").tobytes()
    found = heat_map(PlacedDocument(candidate, (Placement(1, count - 1, 0.0),), matrix))

    assert found is not None
    assert (found.cut, found.columns, found.rows, found.places) == (True, MOST_COLUMNS, (1,), ())


def test_what_was_not_compared_has_no_matrix() -> None:
    assert heat_map(LEFT_OUT) is None
    html = report_html(facts(PLACED, LEFT_OUT))
    assert len(parsed(html).css("li.heat")) == 1
    assert "Similarity of 2 images and 3 sentences" in html


def test_a_placed_text_is_counted() -> None:
    rows = set(tallies_of([PLACED]))
    assert Tally(IMAGES.title, "", IMAGES.place(1), True, 1) in rows
    assert Tally(SIMILARITY.title, "", SIMILARITY.place(0.4), True, 1) in rows
    assert Tally(SIMILARITY.title, "", SIMILARITY.place(0.1), False, 1) in rows
    assert Tally("Where images are from", "page", 0, True, 1) in rows
    assert Tally("Where images are from", "page", 0, False, 3) in rows


def test_grids_get_no_picture_that_nobody_should_see() -> None:
    cases = [(one.reason, one.sha256) for one in picture_cases(PLACED)]
    assert cases == [("kept", "hens"), ("unplaced_weak", "barn"), ("image_size", "icon")]
    assert list(picture_cases(LEFT_OUT)) == []


def test_thresholds_are_those_of_the_run() -> None:
    limits = limits_of(load_settings(assignments=["placement.min_similarity=0.3"]))
    assert 0.3 in [limit.value for limit in limits[SIMILARITY.title]]
