"""What robots.txt in the archives refuses of a page, as marks on its images."""

from mmc4_like.records import CandidateImage
from mmc4_like.rules.archive_robots import heeded_page
from mmc4_like.texts.wat import LinkedPage
from webdoc.permission.archive_robots import Refusal
from webdoc.reasons import Reason

A = "https://a.example/"
PAGE = LinkedPage(
    f"{A}page",
    "a.example/page",
    "2024-05-18T01:58:10Z",
    "a.warc.gz",
    0,
    9,
    images=(
        CandidateImage(f"{A}1.png", "page"),
        CandidateImage("", "page", source_url="data:image/png;base64,"),
        CandidateImage(f"{A}3.png", "page", reject_reason=Reason.IMAGE_URL_BANNED),
    ),
)
NO = Reason.IMAGE_NOT_PERMITTED


def reasons(*refused: str) -> list[Reason | None]:
    refusals = [
        Refusal("a.warc.gz:0", url, "robots_txt", "robots.txt of a.example") for url in refused
    ]
    return [image.reject_reason for image in heeded_page(PAGE, refusals).images]


def test_an_image_that_is_refused_is_marked_alone() -> None:
    assert reasons(f"{A}1.png", f"{A}3.png") == [NO, None, Reason.IMAGE_URL_BANNED]


def test_of_a_page_that_is_refused_no_image_is_used() -> None:
    """Whatever host it is on; the first reason stays."""
    assert reasons(PAGE.url) == [NO, NO, Reason.IMAGE_URL_BANNED]


def test_what_nobody_refuses_stays() -> None:
    assert heeded_page(PAGE, []) == PAGE
    assert reasons(f"{A}other.png") == [None, None, Reason.IMAGE_URL_BANNED]
