"""What kind of page it is, and what a page says of itself."""

import json
from pathlib import Path

import pytest

from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.learned.boosted_trees import BoostedTrees, probabilities, read_models, score
from webdoc.page.learned.declared import (
    ARTICLE,
    LIST,
    MANY_ARTICLES,
    OG_ARTICLE,
    OG_SITE,
    PRODUCT,
    THREAD,
    declared,
)
from webdoc.page.learned.page_kind import LEARNED_KINDS, PAGE_KINDS, kind_of
from webdoc.page.learned.page_numbers import PAGE_FEATURES
from webdoc.page.learned.passages import FEATURES
from webdoc.page.main_content import MODELS
from webdoc.page.reader import read_page
from webdoc.page.tag_starts import TagStarts

PROJECT = Path(__file__).resolve().parents[5]
SENTENCE = "The quick brown fox, tired of jumping, lay down beside the lazy dog and slept. "
PARAGRAPHS = "".join(f"<p>Paragraph {number}: {SENTENCE * 3}</p>" for number in range(9))


def said_by(markup: str) -> int:
    data = markup.encode()
    return declared(data, read_page(data, TagStarts(data), 1_000))


def linked(*types: str) -> str:
    return f"<script type=application/ld+json>{json.dumps([{'@type': t} for t in types])}</script>"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>nothing", 0),
        ("<meta property=og:type content=article><p>x", OG_ARTICLE),
        ("<meta property=og:type content=Website><p>x", OG_SITE),
        ("<meta property=og:type content=og:product><p>x", PRODUCT),
        ("<body><meta property=og:type content=article><p>x", 0),
        (linked("NewsArticle"), ARTICLE),
        (linked("WebPage", "BlogPosting"), ARTICLE),
        (linked("Product"), PRODUCT),
        (linked("QAPage"), THREAD),
        (linked("ItemList"), LIST),
        (linked(*["Article"] * 3), ARTICLE),
        (linked(*["Article"] * 4), ARTICLE | MANY_ARTICLES),
        ("<div itemscope itemtype='http://schema.org/NewsArticle'>x</div>", ARTICLE),
        ("<p>ld+json <script type=application/ld+json>{'@type", 0),
    ],
)
def test_what_a_page_says_it_is(markup: str, said: int) -> None:
    assert said_by(markup) == said


def test_types_are_read_in_every_way_to_write_json() -> None:
    script = '<script type="application/ld+json">{"@type" : [ "Report", "x"]}</script>'
    assert said_by(script) == ARTICLE


def stump(feature: int, limit: float, low: float, high: float) -> BoostedTrees:
    return BoostedTrees(
        ("a", "b"), [0], [feature, -1, -1], [limit, low, high], [1, 0, 0], [2, 0, 0]
    )


def test_a_tree_goes_left_up_to_and_with_its_limit() -> None:
    model = stump(1, 2.0, -1.0, 3.0)
    assert [score(model, [9.0, value]) for value in (1.9, 2.0, 2.1)] == [-1.0, -1.0, 3.0]


def test_scores_of_all_trees_are_added_up_to_a_probability() -> None:
    model = BoostedTrees(("a",), [0, 1], [-1, -1], [0.5, -0.5], [0, 0], [0, 0])
    assert probabilities(model, [[1.0]]) == [0.5]


def test_models_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="boosted trees"):
        read_models('{"passage": {"features": []}}')


def test_models_that_we_ship_know_the_numbers_of_this_code() -> None:
    """A model learned from other numbers would judge nonsense without a word."""
    assert MODELS["passage"].features == (*PAGE_FEATURES, *FEATURES)
    for kind in LEARNED_KINDS:
        assert MODELS[kind].features == PAGE_FEATURES
    for model in MODELS.values():
        inner = [place for place, feature in enumerate(model.feature) if feature >= 0]
        assert max(model.feature) < len(model.features)
        assert all(model.left[place] > place and model.right[place] > place for place in inner)


def drawn(**scores: float) -> dict[str, BoostedTrees]:
    """Models that say the same of every page."""
    return {
        kind: BoostedTrees((), [0], [-1], [scores.get(kind, 0.0)], [0], [0])
        for kind in LEARNED_KINDS
    }


def test_the_likeliest_kind_with_its_share() -> None:
    name, likely = kind_of([], "https://example.org/a", drawn(thread=3.0))
    assert name == "thread"
    assert likely == pytest.approx(20.0855 / 25.0855, abs=1e-4)  # e^3 / (e^3 + 5)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://example.org", True),
        ("https://example.org/", True),
        ("https://example.org/index.html", True),
        ("https://example.org/en/", True),
        ("https://example.org/de-CH", True),
        ("https://example.org/#top", True),
        ("https://example.org/blog", False),
        ("https://example.org/?p=7", False),
        ("https://example.org/en/about", False),
    ],
)
def test_a_list_at_the_address_of_a_home_page_is_one(url: str, home: bool) -> None:
    assert kind_of([], url, drawn(listing=3.0)).name == ("home" if home else "listing")


def test_an_article_at_the_address_of_a_home_page_is_an_article() -> None:
    assert kind_of([], "https://example.org/", drawn(article=9.0)).name == "article"


def test_kind_of_a_plain_article_and_of_a_page_of_links() -> None:
    article = f"<title>Dogs</title><article><h1>Dogs</h1>{PARAGRAPHS}</article>"
    found = extract(article, "https://example.org/2024/dogs", ExtractSettings())
    assert found.page_kind == "article"
    assert 0.5 < found.page_kind_score <= 1
    other = extract(article, "https://example.org/2024/dogs", ExtractSettings(scope="page"))
    assert (other.page_kind, other.page_kind_score) == ("", 0.0)


def test_kinds_are_documented() -> None:
    text = (PROJECT / "docs/tables.md").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| `page_kind` |"))
    assert all(f"`{kind}`" in line for kind in PAGE_KINDS)
