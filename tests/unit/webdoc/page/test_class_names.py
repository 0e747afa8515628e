import pytest

from webdoc.page.class_names import look_at


@pytest.mark.parametrize(
    "name",
    [
        "sidebar", "left-sidebar", "siteFooter", "cookie_notice", "ad-slot", "topNav", "share",
        "announcement-bar", "minicart", "noprint", "post-comments", "user-avatar", "see-also",
        "postprofile",
    ],
)  # fmt: skip
def test_parts_of_a_site(name: str) -> None:
    assert look_at(f' class="{name}"').site_name
    assert look_at(f' id="{name}"').site_name


@pytest.mark.parametrize(
    "name",
    [
        "shadow", "download", "header-image", "jXK9ad", "navy", "address", "elementor-widget",
        "comment-body", "authority", "biology", "accountant",
    ],
)  # fmt: skip
def test_names_that_only_hold_such_letters(name: str) -> None:
    assert not look_at(f' class="{name}"').site_name


def test_content_words_outweigh_unlikely_ones() -> None:
    assert look_at(' class="comment"').unlikely
    assert not look_at(' class="comment article"').unlikely


def test_weight_counts_class_and_id() -> None:
    assert look_at(' class="post" id="main"').weight == 50
    assert look_at(' class="post promo"').weight == 0
    assert look_at(' class="promo"').weight == -25
    assert look_at(' class="hidden-print"').weight == -25
    assert look_at(' class="overflow-x-hidden md:hidden scroll-mt-4 boxOverflowHidden"').weight == 0
    assert look_at("").weight == 0


@pytest.mark.parametrize(
    ("attributes", "hidden"),
    [
        (' hidden=""', True),
        (' style="color:red; Display : None"', True),
        (' aria-hidden="true"', True),
        (' aria-hidden="false"', False),
        (' style="display:block"', False),
        (' hidden="" id="S:1f"', False),
        (' class="hidden"', False),
        (' role="tabpanel" hidden=""', False),
        (' role="region" aria-hidden="true" style="display:none"', False),
        (' role="dialog" hidden=""', True),
        (' class="faq-answer" style="display: none"', False),
        (' class="menu-item" style="display: none"', True),
        (' hidden="until-found"', False),
    ],
)
def test_hidden(attributes: str, hidden: bool) -> None:
    assert look_at(attributes).hidden is hidden
