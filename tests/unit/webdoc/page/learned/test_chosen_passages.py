"""When the learned model overrules the rules, and what of a page stays then."""

import pytest

from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.learned.boosted_trees import BoostedTrees
from webdoc.page.learned.chosen_passages import chosen
from webdoc.page.learned.other_texts import leads_elsewhere
from webdoc.page.learned.page_numbers import PAGE_FEATURES
from webdoc.page.learned.passages import FEATURES
from webdoc.page.main_content import MODELS, judge
from webdoc.page.reader import read_page
from webdoc.page.tag_starts import TagStarts
from webdoc.page.visible_text import shown_text

URL = "https://example.org/2024/dog.html"
SENTENCE = "The quick brown fox, tired of jumping, lay down beside the lazy dog and slept. "
ARTICLE = "".join(f"<p>Paragraph {number}: {SENTENCE * 3}</p>" for number in range(5))
STREAM = "".join(f"<div class=teaser><p>Teaser {n}: {SENTENCE * 2}</p></div>" for n in range(9))
PAGE = (
    f"<body><div class=one>{ARTICLE}<img src=dog.jpg></div>"
    f"<section class=two><img src=cat.jpg>{STREAM}</section></body>"
)


def text_of(chances: dict[str, float]) -> str:
    """Return the blocks that stay of PAGE where passages that hold a word have a chance."""
    data = PAGE.encode()
    page = read_page(data, TagStarts(data), 1_000)
    shown = shown_text(page)
    passages = judge(page, shown).passages
    judged = []
    for passage in passages.all:
        start = page.blocks[passage.leaf].start
        text = page.tags[start][2]
        judged.append(next(chance for word, chance in chances.items() if word in text))
    choice = chosen(page, shown, passages, judged)
    kept = []
    for top in choice.kept:
        for place in range(top, len(page.blocks)):
            block = page.blocks[place]
            inside = block.start >= page.blocks[top].start and block.end <= page.blocks[top].end
            outer = place
            while outer >= 0 and outer not in choice.dropped:
                outer = page.blocks[outer].parent
            if inside and outer < 0:
                kept.append(page.tags[block.start][2])
    return " ".join(kept)


def test_a_stream_that_outweighs_the_article_goes_where_it_is_unlikely() -> None:
    found = text_of({"Paragraph": 0.9, "Teaser": 0.05})
    assert "Paragraph 4" in found
    assert "Teaser" not in found


def test_what_the_rules_leave_out_comes_back_where_it_is_likely() -> None:
    found = text_of({"Paragraph": 0.9, "Teaser": 0.9})
    assert "Paragraph 4" in found
    assert "Teaser 8" in found


def test_rules_stand_where_nothing_is_likely() -> None:
    assert "Paragraph 4" in text_of({"Paragraph": 0.1, "Teaser": 0.1})


def drawn(score: float) -> dict[str, BoostedTrees]:
    """Our models, of which the one for passages says the same of each."""
    names = (*PAGE_FEATURES, *FEATURES)
    return MODELS | {"passage": BoostedTrees(names, [0], [-1], [score], [0], [0])}


def test_small_pages_are_left_to_the_rules() -> None:
    """The model has learned from few pages with less than 1,000 characters."""
    page = f"<body><nav>Menu</nav><div><p>{SENTENCE}</p><p>{SENTENCE}</p></div></body>"
    likely, unlikely = (extract(page, URL, ExtractSettings(), drawn(s)) for s in (9.0, -9.0))
    assert likely.nodes == unlikely.nodes
    assert len(likely.nodes) == 2


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Related stories", True),
        ("More from The Daily Fox", True),
        ("Sign up for our newsletter", True),
        ("About the author", True),
        ("Lire aussi", True),
        ("延伸阅读", True),
        ("Читайте также", True),
        ("12 Comments", True),
        ("The fox and the dog", False),
        ("Relatedness of foxes", False),
        (f"Related {'x' * 80}", False),
    ],
)
def test_words_that_lead_elsewhere(text: str, leads: bool) -> None:
    data = f"<body><h3>{text}</h3></body>".encode()
    page = read_page(data, TagStarts(data), 1_000)
    (block,) = [block for block in page.blocks if block.name == "h3"]
    assert leads_elsewhere(page, block) is leads
