"""The report of the MMC4 path, as a browser would read it."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.records import CandidateImage, Placement, ScoreParts, Sentence, TextDocument
from mmc4_like.release.examples import examples_html
from mmc4_like.release.facts import OUTPUTS, CardFacts, ReportFacts, SimilarityCount
from mmc4_like.release.report import report_html
from mmc4_like.tables import CandidateDocument, PageCapture, PlacedDocument
from tests.unit.conftest import SCRIPT
from tests.unit.obelics_like.release.test_report import (
    CHROMIUM,
    check_harmless,
    dom_after_loading,
    parsed,
)
from tests.unit.shown import changed
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.files import ReleaseFile
from webdoc.release.report_examples import ExampleLimits

TEXT = "One fox. Two hens. Three eggs."
SENTENCES = (Sentence(0, 8), Sentence(9, 18), Sentence(19, 30))


def image(name: str, **changes: object) -> CandidateImage:
    made = CandidateImage(
        f"https://e.org/{name}.png", "page", facts=PictureFacts(sha256=name, status="ok")
    )
    return changed(made, **changes)


PLACED = PlacedDocument(
    CandidateDocument(
        TextDocument("a" * 32, "https://e.org/farm", TEXT, source_name="c4.jsonl", source_row=3),
        SENTENCES,
        (
            image("hens", alt_text="Hens", format="png", width_px=640, height_px=480),
            image("barn"),
            image("nude", reject_reason=Reason.IMAGE_NSFW, reject_value=0.98),
            image("icon", reject_reason=Reason.IMAGE_SIZE, reject_value=16.0),
        ),
        PageCapture("2024-05-18T01:58:10Z", "a.warc.gz", captures_of_url=1),
    ),
    (
        Placement(0, 1, 0.4, score=3.25, parts=ScoreParts(image=1.0, place=2.25)),
        Placement(1, None, 0.1, Reason.UNPLACED_WEAK),
    ),
    np.array([[0.0, 0.4, 0.2], [0.05, 0.0, 0.1]], dtype="<f4").tobytes(),
)
LEFT_OUT = PlacedDocument(
    CandidateDocument(
        TextDocument(
            "b" * 32,
            "https://e.org/no",
            "",
            reject_reason=Reason.DOCUMENT_NOT_PERMITTED,
            reject_detail="robots_txt: robots.txt of e.org",
        )
    )
)
JPEG = b"\xff\xd8\xff"


def facts(*examples: PlacedDocument, **changes: object) -> ReportFacts:
    shared = SharedFacts(
        name="farm <b>",
        description="",
        licence="cc-by-4.0",
        version="0.1.0",
        preset="default",
        settings="preset = 'default'",
        files=(
            ReleaseFile("data/a.parquet", 1, 1_400, ""),
            ReleaseFile("images/a.parquet", 1, 100, ""),
            ReleaseFile("jsonl/a.jsonl", 1, 500, ""),
        ),
        outputs=OUTPUTS,
        funnel=(
            FunnelRow("record", "page", 2),
            FunnelRow("document", "kept", 1),
            FunnelRow("document", "document_not_permitted", 1),
            FunnelRow("sentence", "kept", 1, 2, 9),
            FunnelRow("sentence", "without_image", 2, 4, 19),
            FunnelRow("image", "kept", 1),
            FunnelRow("image", "image_nsfw", 3),
        ),
        notes=("No image was judged for faces: this needs scores of a model.",),
        languages=(("en", 1),),
        domains=(("e.org", 1),),
        permission=PermissionFacts((), False, ()),
        checks=PictureChecks(),
        alignment=AlignmentFacts("local-dir:x", "1", ()),
        has_archives=True,
    )
    card = CardFacts(
        shared=replace(shared, **changes),  # type: ignore[arg-type]
        model="local-dir:x",
        revision="1",
        documents=1,
        images=1,
        similarities=(
            SimilarityCount(True, 41, 2),
            SimilarityCount(True, 44, 1),
            SimilarityCount(True, 52, 1),
            SimilarityCount(False, -3, 7),
        ),
    )
    thumbnails = tuple((name, JPEG) for name in ("barn", "hens", "icon", "nude"))
    return ReportFacts(card, examples, thumbnails)


def nodes(*examples: PlacedDocument, limits: ExampleLimits | None = None):  # type: ignore[no-untyped-def]
    made = facts(*examples)
    return parsed(examples_html(made.examples, made.thumbnails, limits)).css("li.node")


def test_images_stand_before_their_sentence_and_the_others_at_the_end() -> None:
    found = nodes(PLACED)
    texts = [" ".join(node.text().split()) for node in found]
    assert texts[0] == "One fox."
    assert "Hens" in texts[1]
    assert "png · 640 × 480 px" in texts[1]
    assert texts[1].endswith(
        "similarity 0.400 with sentence 1 score 3.2 = image 1.0 + place in the page 2.2"
    )
    assert texts[2] == "Two hens. Three eggs."
    assert found[2].css_first(".matched").text() == "Two hens."
    assert "no sentence" not in texts[3]
    assert texts[3].endswith("unplaced_weak most like sentence 2: 0.100")
    assert texts[4].endswith("image_nsfw measured 0.98")
    assert texts[5].endswith("image_size measured 16")
    assert [("lost" in node.attributes["class"]) for node in found] == [False] * 3 + [True] * 3


def test_what_nobody_wants_to_see_is_not_shown() -> None:
    shown = [node.css_first("img") is not None for node in nodes(PLACED)]
    assert shown == [False, True, False, True, False, True]


def test_a_text_left_out_as_a_whole_says_why() -> None:
    tree = parsed(examples_html((LEFT_OUT, PLACED), ()))
    badges = [badge.text() for badge in tree.css(".badge")]
    assert badges == ["published", "left out"]
    verdict = tree.css_first(".verdict").text()
    assert "document_not_permitted" in verdict
    assert "robots.txt of e.org" in verdict
    assert ["open" in d.attributes for d in tree.css("details")] == [True, True]


@pytest.mark.parametrize(
    ("chars", "text"), [(9, "Two hens. … 12 more characters"), (21, "Two hens. Three eggs.")]
)
def test_long_texts_are_cut_and_say_so(chars: int, text: str) -> None:
    found = nodes(PLACED, limits=ExampleLimits(max_text_chars=chars))
    assert found[2].css_first("p").text() == text


@pytest.mark.parametrize(("most", "shown"), [(6, 6), (5, 6), (2, 3)])
def test_long_documents_are_cut_and_say_so(most: int, shown: int) -> None:
    found = nodes(PLACED, limits=ExampleLimits(max_nodes=most))
    assert len(found) == shown
    said = "more parts are not shown" in found[-1].text()
    assert said == (most < 6)


def test_funnel_and_figures() -> None:
    tree = parsed(report_html(facts(PLACED)))
    tiles = {
        tile.css_first("dt").text(): [dd.text().strip() for dd in tile.css("dd")][:2]
        for tile in tree.css(".tile")
    }
    assert tiles["Sentences"] == ["3", "of 3, 100 %"]
    assert tiles["Words"] == ["6", "of 6, 100 %"]
    assert tiles["Images"] == ["1", "of 4, 25.0 %"]
    assert tiles["Size"] == ["2.0 KB", "3 files, 1 pictures inside"]
    reasons = tree.css_first("#funnel").text()
    assert "A safety model finds it too likely to be pornographic" in reasons
    assert "judged for faces" in tree.css_first(".note").text()


def test_similarities_are_shown_in_classes_without_gaps() -> None:
    tables = parsed(report_html(facts(PLACED))).css("#similarity table")
    rows = [[[c.text() for c in row.css("th, td")] for row in t.css("tbody tr")] for t in tables]
    placed = [["0.40 to 0.45", "3"], ["0.45 to 0.50", "0"], ["0.50 to 0.55", "1"]]
    assert rows == [placed, [["-0.05 to 0.00", "7"]]]


def test_a_release_without_anything_has_a_report() -> None:
    made = facts(funnel=(), notes=(), files=())
    html = report_html(ReportFacts(replace(made.card, similarities=()), ()))
    assert "There is no text to show" in html
    assert "Nothing was counted" in html
    assert "No image of a published text was compared" in html
    levels = [int(level) for level in re.findall(r"<h([1-6])", report_html(facts(PLACED)))]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def hostile(text: str) -> PlacedDocument:
    bad = CandidateImage(
        text, text, source_url=text, alt_text=text, facts=PictureFacts(status=text, format=text)
    )
    document = TextDocument(text, text, text, text, text, text, reject_detail=text)
    sentences = (Sentence(0, len(text)),) if text else ()
    placements = (Placement(0, 0, 0.5),) if text else ()
    similarity = np.array([0.5] * len(placements), dtype="<f4").tobytes()
    capture = PageCapture(text, text, captures_of_url=1)
    candidate = CandidateDocument(document, sentences, (bad, bad), capture)
    return PlacedDocument(candidate, placements, similarity)


@given(st.text(st.characters(), max_size=40) | st.text("<>&\"'/=- a\n", max_size=40))
def test_no_text_of_the_web_becomes_markup(text: str) -> None:
    html = examples_html((hostile(text),), ())
    check_harmless(parsed(f"<!doctype html><html><head></head><body>{html}</body></html>"))


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH to open the report with")
def test_in_a_browser_no_script_runs(tmp_path: Path) -> None:
    pages = hostile(SCRIPT), hostile("javascript:document.title=1")
    made = facts(*pages, notes=(SCRIPT,), settings=SCRIPT, domains=((SCRIPT, 1),))
    card = replace(made.card, model=SCRIPT)
    file = tmp_path / "report.html"
    file.write_text(report_html(replace(made, card=card)), "utf-8")
    tree = dom_after_loading(file, tmp_path / "profile")
    assert tree.css_first("title").text() == "Report: farm <b>"
    assert len(tree.css("script")) == 1  # the report's own
