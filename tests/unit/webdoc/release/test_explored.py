"""What the report offers beside the funnel, worked out by hand."""

import pytest

from webdoc.reasons import FunnelRow
from webdoc.release.charts import HEIGHT, WIDTH, chart
from webdoc.release.figures import levels_of, steps_of
from webdoc.release.picture_grid import PictureCase, fewest, grids_of
from webdoc.release.report_examples import FoundBy, choices_of
from webdoc.release.run_comparison import compared, funnel_from_csv
from webdoc.release.spread import (
    Histogram,
    Limit,
    Scale,
    Tallies,
    Tally,
    histograms,
    name_counts,
    names,
)

SIDES = Scale("Side", (10, 20))


def test_tallies_add_up_to_histograms_with_their_limits() -> None:
    tallies = Tallies((SIDES,))
    for value, kept in ((9, True), (10, True), (10.5, False), (21, True), (None, True)):
        tallies.number("Side", value, kept=kept)
    rows = [*tallies.rows(), Tally("Side", "", 2, True, 5)]

    limit = Limit(15, "images.min_side_px")
    (found,) = histograms(rows, (SIDES, Scale("Other", (1,))), {"Side": (limit,)})

    assert found == Histogram(SIDES, (2, 0, 6), (0, 1, 0), (limit,))


def test_names_are_those_that_were_kept_most_often() -> None:
    tallies = Tallies(())
    for name, kept in (("b", True), ("b", True), ("a", True), ("c", True), ("d", False)):
        tallies.name("Hosts", name, kept=kept)
    rows = list(tallies.rows())

    assert names(rows, "Hosts") == (("b", 2), ("a", 1), ("c", 1))
    assert names(rows, "Hosts", 1) == (("b", 2),)
    assert [one.title for one in name_counts(rows, ("None", "Hosts"))] == ["Hosts"]


def test_a_chart_draws_classes_and_thresholds_where_they_belong() -> None:
    drawn = chart(Histogram(SIDES, (4, 1, 0), (0, 1, 2), (Limit(15, "min"), Limit(10, "low"))))

    assert [bar.kept for bar in drawn.bars] == [HEIGHT, HEIGHT / 4, 0]
    assert [bar.lost for bar in drawn.bars] == [0, HEIGHT / 4, HEIGHT / 2]
    # 15 lies in the middle of the second of three classes, 10 at the end of the first.
    assert [mark.x for mark in drawn.limits] == [WIDTH / 2, WIDTH / 3]
    assert drawn.summary == "Side: 5 kept and 3 left out. Limits: min 15; low 10."
    assert drawn.bars[1].name == "above 10, up to 20"


@pytest.mark.parametrize(("value", "x"), [(-5, 0), (0, 0), (1e9, WIDTH)])
def test_a_threshold_outside_all_classes_stands_at_the_edge(value: float, x: float) -> None:
    assert chart(Histogram(SIDES, (1, 1, 1), (0, 0, 0), (Limit(value, "k"),))).limits[0].x == x


def case(reason: str, digest: str, doc_id: str = "d") -> PictureCase:
    return PictureCase(reason, digest, doc_id, "https://e.org/")


def test_a_grid_shows_each_picture_once_and_the_smallest_hashes() -> None:
    cases = [case("kept", d, doc) for d, doc in (("3", "x"), ("1", "b"), ("2", "x"), ("1", "a"))]

    assert fewest([*cases, case("image_size", "9")], {"kept": 2}) == [
        case("image_size", "9"),
        case("kept", "1", "a"),
        case("kept", "2", "x"),
    ]


def test_what_was_kept_stands_first_and_what_broke_no_rule_last() -> None:
    cases = [case(reason, "1") for reason in ("in_rejected_document", "image_size", "kept", "a")]
    funnel = [FunnelRow("image", "a", 7), FunnelRow("image", "image_size", 9)]

    grids = grids_of(cases, [*funnel, FunnelRow("document", "kept", 3)])

    assert [(grid.reason, grid.count) for grid in grids] == [
        ("kept", 0),
        ("image_size", 9),
        ("a", 7),
        ("in_rejected_document", 0),
    ]


def test_steps_go_in_the_order_of_the_rules() -> None:
    """A page is read before its language is asked, whichever takes more."""
    rows = [
        FunnelRow("document", "kept", 5),
        FunnelRow("document", "document_language", 3),
        FunnelRow("document", "document_too_large", 1),
        FunnelRow("document", "document_of_tomorrow", 1),
    ]
    (level,) = levels_of(rows)

    steps = [(step.reason, step.taken, step.left, step.left_share) for step in steps_of(level)]

    assert steps == [
        ("document_too_large", 1, 9, 0.9),
        ("document_language", 3, 6, 0.6),
        ("document_of_tomorrow", 1, 5, 0.5),
    ]


def test_two_runs_are_compared_by_share() -> None:
    here = (FunnelRow("image", "kept", 1), FunnelRow("image", "image_size", 3))
    there = funnel_from_csv("level,reason,count,words,text_bytes\nimage,kept,3,0,0\n")

    found = compared(here, "a = 1\n[release]\nname = 'x'", there, "a = 2\n[release]\nname = 'y'")

    (level,) = found.levels
    assert (found.other, level.total, level.other_total) == ("y", 4, 3)
    assert [(r.reason, r.count, r.other_count, r.gain) for r in level.reasons] == [
        ("image_size", 3, 0, 75.0),
        ("kept", 1, 3, -75.0),
    ]
    assert found.settings == (("a", "1", "2"), ("release.name", "x", "y"))


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "level,reason,count,words,text_bytes\nx,y,z,0,0\n"])
def test_what_is_no_funnel_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no funnel|invalid literal"):
        funnel_from_csv(text)


def test_only_an_id_of_ours_becomes_an_anchor_and_a_command() -> None:
    ours = FoundBy("0a" * 16, ("kept", "image_size"), "en", "e.org", (("words", 3),))
    strange = FoundBy('x" onload="', ("kept",), "", "", ())

    assert (ours.anchor, ours.explain) == ("d-" + "0a" * 16, "interleaf explain . " + "0a" * 16)
    assert (strange.anchor, strange.explain) == ("", "")
    choices = choices_of([ours, strange])
    assert choices.reasons == ("image_size", "kept")
    assert (choices.languages, choices.domains, choices.scores) == (("en",), ("e.org",), ("words",))
