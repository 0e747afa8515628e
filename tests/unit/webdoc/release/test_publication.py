"""What a card says of who publishes a release."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from huggingface_hub import DatasetCard

from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts, shared_facts
from obelics_like.settings import load_settings
from webdoc.release.croissant import croissant
from webdoc.release.figures_file import figures_svg
from webdoc.release.publication import NOT_SAID, Publication, bibtex
from webdoc.release.spread import Histogram, Limit, NameCounts, Scale, Tally, period
from webdoc.settings import SettingsError

SAID = [
    "release.maker=Tide Lab",
    "release.contact=data@tide.example",
    "release.created=2026-11-30",
    "release.url=https://tide.example/data",
    "release.dataset_version=1.1.0",
    'release.history=["1.1.0: three pages taken out", "1.0.0: the first one"]',
    "release.licence_name=Tide terms",
    "release.licence_link=https://tide.example/terms",
]


@pytest.fixture
def published(facts: ReleaseFacts) -> ReleaseFacts:
    settings = load_settings(assignments=SAID)
    scale = Scale("Words in a document", (10, 100))
    drawn = Histogram(scale, (1, 2, 3), (4, 0, 0), (Limit(10, "documents.min_words"),))
    counted = (NameCounts("Formats of pictures", (("png", 8), ("jpeg", 1))),)
    return replace(
        facts,
        settings=settings,
        period=("2024-05", "2024-07"),
        histograms=(drawn,),
        counted=counted,
    )


def test_the_card_says_who_made_it_and_whom_to_ask(published: ReleaseFacts) -> None:
    card = DatasetCard(card_text(published))
    data, text = card.data.to_dict(), card.text

    assert (data["license_name"], data["license_link"]) == (
        "Tide terms",
        "https://tide.example/terms",
    )
    assert "| made by | Tide Lab |" in text
    assert "| created | `2026-11-30` |" in text
    assert "| pages captured | `2024-05` to `2024-07` |" in text
    assert "| contact | data@tide.example |" in text
    assert "ask data@tide.example" in text
    assert "| 1.1.0 | three pages taken out |" in text
    assert "## What it is for, and what it is not" in text
    assert "What then happens" in text
    assert "author = {Tide Lab}," in text


def test_tokens_are_an_estimate_that_says_how(published: ReleaseFacts) -> None:
    """6,000 bytes of kept paragraphs, four to a token."""
    assert "6.0 KB, about 1,500 tokens: one for 4 bytes of UTF-8" in card_text(published)


def test_what_was_measured_is_drawn_and_in_numbers(published: ReleaseFacts) -> None:
    text = card_text(published)
    assert "![Words in a document: 6 kept and 4 left out." in text
    assert "](figures.svg)" in text
    assert "| above 10, up to 100 | 2 | 0 |" in text
    assert "| `png` | 8 |" in text
    assert "`figures.svg`" in text
    svg = figures_svg(published.histograms)
    titles = [e.text for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["Words in a document: 6 kept and 4 left out. Limits: documents.min_words 10."]
    assert "prefers-color-scheme: dark" in svg


def test_without_settings_the_card_says_what_is_not_known(facts: ReleaseFacts) -> None:
    text = card_text(facts)
    assert "| contact | not named |" in text
    assert "| 1.0.0 | The first one. |" in text
    assert "figures.svg" not in text
    assert "| created |" not in text


def test_croissant_has_the_same_and_the_fields_of_responsible_ai(published: ReleaseFacts) -> None:
    described = croissant(shared_facts(published))
    assert described["version"] == "1.1.0"
    assert described["datePublished"] == "2026-11-30"
    assert described["url"] == "https://tide.example/data"
    assert described["creator"]["name"] == "Tide Lab"
    assert described["rai:dataCollectionTimeFrame"] == ["2024-05-01", "2024-07-01"]
    assert "data@tide.example" in described["rai:dataReleaseMaintenancePlan"]
    assert {"rai:dataBiases", "rai:dataLimitations", "rai:dataUseCases"} <= described.keys()
    plain = json.dumps(croissant(shared_facts(replace(published, period=("", "")))))
    assert "TimeFrame" not in plain


@pytest.mark.parametrize(
    "assignment",
    ["release.created=yesterday", "release.dataset_version=2", "release.report_pages=0"],
)
def test_what_cannot_be_is_refused(assignment: str) -> None:
    with pytest.raises(SettingsError, match="release"):
        load_settings(assignments=[assignment])


def test_no_text_ends_its_field_of_a_citation() -> None:
    said = Publication(maker="A } , evil = {x")
    assert "author = {A ) , evil = (x}," in bibtex("a b", said, "interleaf 1")
    assert bibtex("Tides!", NOT_SAID, "interleaf 1").startswith("@misc{tides,\n  title = {Tides!},")
    assert bibtex("x", Publication(citation=" @misc{y} "), "") == "@misc{y}"


def test_the_period_goes_by_what_was_kept() -> None:
    months = (("2024-06", True), ("2024-01", False), ("2024-05", True), ("", True))
    rows = [Tally("Months", name, 0, kept, 1) for name, kept in months]
    assert period(rows, "Months") == ("2024-05", "2024-06")
    assert period([], "Months") == ("", "")
