"""The numbers of a whole page, by which its kind and its passages are judged."""

from math import log1p

from webdoc.page.class_names import LOOK_BITS
from webdoc.page.elements import HEADINGS
from webdoc.page.learned.passages import Passages, add_bits
from webdoc.page.tree import Page
from webdoc.page.visible_text import Shown

PAGE_FEATURES = (
    "page_log_chars",
    "page_long",
    "page_links",
    "page_log_passages",
    "page_log_leaves",
    "article_of_page",
    "article_long_of_page",
    "article_of_whole",
    "article_long_of_whole",
    "log_article",
    "whole_of_page",
    "log_paragraphs",
    "headings_share",
    "articles",
    "log_bylines",
    "log_code",
    "log_inputs",
    "log_images",
    "log_data_tables",
    "log_repeated",
    "says_og_article",
    "says_og_site",
    "says_article",
    "says_product",
    "says_list",
    "says_thread",
    "says_many_articles",
    "in_text_of_article",
)
_SAID_BITS = 7
_MIN_REPEATED_CHARS = 100  # of a block whose look is counted
_TEXT_BIT = 1 << LOOK_BITS.index("text_of_article")
_BYLINE_BIT = 1 << LOOK_BITS.index("byline")


def page_numbers(page: Page, shown: Shown, passages: Passages) -> list[float]:
    """Return the numbers of a page, named by PAGE_FEATURES."""
    article, whole = passages.article, passages.whole
    total = float(max(shown.total, 1))
    links = headings = of_text = paragraphs = articles = bylines = code = inputs = images = 0
    repeated: dict[str, int] = {}  # blocks with long text inside, by their attributes
    for place, block in enumerate(page.blocks):
        links += block.link_chars
        inputs += block.inputs
        images += block.images
        name = block.name
        if name == "p":
            paragraphs += block.long_chars > 0
        elif name == "article":
            articles += 1
        elif name == "pre":
            code += 1
        elif name in HEADINGS:
            headings += block.chars > 0
        bylines += block.look.bits & _BYLINE_BIT > 0
        if shown.chars[place] > _MIN_REPEATED_CHARS:
            look = page.tags[block.start][1]
            if look:
                repeated[look] = repeated.get(look, 0) + 1
    for passage in passages.all:
        if page.blocks[passage.outer].look.bits & _TEXT_BIT:
            of_text += passage.chars
    row = [
        log1p(total),
        shown.long_chars / total,
        links / total,
        log1p(float(len(passages.all))),
        log1p(float(passages.leaves)),
        article.chars / total,
        article.long_chars / float(max(shown.long_chars, 1)),
        article.chars / float(max(whole.chars, 1)),
        article.long_chars / float(max(whole.long_chars, article.long_chars, 1)),
        log1p(float(article.chars)),
        whole.chars / total,
        log1p(float(paragraphs)),
        headings / float(max(passages.leaves, 1)),
        float(articles),
        log1p(float(bylines)),
        log1p(float(code)),
        log1p(float(inputs)),
        log1p(float(images)),
        log1p(float(len(page.tables))),
        log1p(float(max(repeated.values(), default=0))),
    ]
    add_bits(row, page.said, _SAID_BITS)
    row.append(of_text / total)
    return row
