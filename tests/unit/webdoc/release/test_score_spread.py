"""Histograms of scores with their limits, and sections that are added to a finished release."""

import json

import pytest
from huggingface_hub import DatasetCard

from webdoc.exporters.scores import SCORES, ImageScores, ScoresRow, with_newer
from webdoc.release.added_scores import card_with_scores, report_with_scores
from webdoc.release.croissant import with_folder
from webdoc.release.files import ReleaseFile
from webdoc.release.score_spread import CLASSES, ScoreSpread, bars
from webdoc.scores.scorer import Score

SPREAD = ScoreSpread("q", "how <good>", "documents", 21, 0.0, 0.5, 1.0, (1,) * 19 + (2,), min=0.3)
CARD = """---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*.parquet
---

# A

## How it was made

x

## What to know before using it

y
"""
REPORT = (
    '<main><section id="funnel"></section><section id="settings" class="settings"></section></main>'
)


def test_limits_lie_between_their_classes() -> None:
    lines = list(bars(SPREAD))

    assert len(lines) == CLASSES + 1
    assert [line.count for line in lines][5:8] == [1, None, 1]
    assert lines[6].label == "kept from 0.3"
    assert lines[-1].share == 1.0
    assert lines[0].share == 0.5


@pytest.mark.parametrize(("limit", "place"), [(-1.0, 0), (0.0, 0), (1.0, CLASSES), (7.0, CLASSES)])
def test_a_limit_outside_stands_at_an_end(limit: float, place: int) -> None:
    spread = ScoreSpread("q", "m", "images", 3, 0.0, 0.5, 1.0, (1,) * CLASSES, max=limit)

    labels = [line.label for line in bars(spread)]

    assert labels.index(f"kept to {limit:.4g}") == place
    assert len(labels) == CLASSES + 1


def test_one_value_is_one_bar() -> None:
    assert [b.count for b in bars(ScoreSpread("q", "m", "images", 3, 2.0, 2.0, 2.0, ()))] == [3]


def test_card_and_report_get_one_section_however_often() -> None:
    card = card_with_scores(card_with_scores(CARD, SCORES, [SPREAD]), SCORES, [SPREAD])
    report = report_with_scores(report_with_scores(REPORT, [SPREAD]), [SPREAD])

    assert card.count("## Scores") == 1
    assert card.index("## How it was made") < card.index("## Scores")
    assert card.index("## Scores") < card.index("## What to know")
    names = [one["config_name"] for one in DatasetCard(card).data["configs"]]
    assert names == ["default", "scores"]
    assert report.count('id="scores"') == 1
    assert "how &lt;good&gt;" in report
    assert report.count("kept from 0.3") == 1
    assert report.endswith("</section></main>")


def test_the_croissant_file_has_the_folder_once() -> None:
    text = json.dumps({"distribution": [{"@id": "data-files"}], "recordSet": [{"@id": "default"}]})
    files = [ReleaseFile("scores/train-00000-of-00001.parquet", 3, 9, "ab")]

    told = json.loads(with_folder(with_folder(text, SCORES, files), SCORES, files))

    ids = [one["@id"] for one in told["distribution"]]
    assert ids == ["data-files", "scores-files", "scores/train-00000-of-00001.parquet"]
    assert [one["@id"] for one in told["recordSet"]] == ["default", "scores"]


def test_newer_scores_stay() -> None:
    old = ScoresRow(
        "d", (Score("a", 1.0), Score("b", 2.0)), (ImageScores("x", (Score("s", 1.0),)),)
    )
    new = ScoresRow("d", (Score("b", 3.0),), (ImageScores("y", (Score("s", 2.0),)),))

    both = with_newer(old, new)

    assert both.scores == (Score("a", 1.0), Score("b", 3.0))
    assert [image.sha256 for image in both.images] == ["x", "y"]
