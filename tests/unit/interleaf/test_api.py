"""interleaf as a library: what stands in its `__all__`, used as a stranger would."""

import doctest
import subprocess
import sys

import numpy as np
import pytest

import interleaf
from interleaf import api
from mmc4_like.rules.placement import PlacementSettings
from obelics_like.settings import load_settings
from webdoc.reasons import Reason
from webdoc.settings import SettingsError

ARTICLE = "<html><body><article><h1>Herons</h1>{}<img src=heron.jpg></article></body></html>"
PROSE = "<p>The heron waits among the reeds until a fish comes near, and then it strikes.</p>"
PAGE = ARTICLE.format(PROSE * 4)
URL = "https://birds.example/heron"


def test_importing_it_brings_nothing_heavy() -> None:
    code = (
        "import sys, interleaf; names = dir(interleaf);"
        "heavy = {'numpy', 'pyspark', 'torch', 'selectolax'} & set(sys.modules);"
        "print(sorted(heavy), 'extract' in names)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[] True\n"


def test_every_name_of_all_is_there_and_others_are_not() -> None:
    for name in interleaf.__all__:
        assert getattr(interleaf, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        interleaf.nothing  # noqa: B018


def test_its_examples_hold() -> None:
    assert doctest.testmod(api).attempted == 7
    assert doctest.testmod(api).failed == 0


def test_a_page_is_read_in_order() -> None:
    document = interleaf.extract(PAGE, URL)
    assert document.title == ""
    assert document.texts[0] == "Herons"
    assert document.texts[-1] is None
    assert document.images[-1] == "https://birds.example/heron.jpg"
    assert len(document.texts) == len(document.images) == 6


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_bytes_say_their_character_set_and_a_text_has_none(charset: str) -> None:
    page = f"<meta charset={charset}><p>Reiher fängt Frösche für später</p>"
    said = interleaf.extract(page.encode(charset), URL).texts
    # A text that names another set than the one it will be written in is still itself.
    assert said == interleaf.extract(page, URL).texts == ("Reiher fängt Frösche für später",)


def test_a_page_that_cannot_be_read_is_a_document_with_a_reason() -> None:
    assert interleaf.extract(b"", URL).reject_reason is Reason.DOCUMENT_EMPTY


def test_rules_mark_and_delete_nothing() -> None:
    document = interleaf.extract(PAGE, URL)
    judged = interleaf.judge(document)
    assert len(judged.nodes) == len(document.nodes)
    assert judged.language == "en"
    few = load_settings(assignments=["documents.min_words=1000"])
    assert interleaf.judge(document, settings=few).reject_reason is Reason.DOCUMENT_WORDS
    with pytest.raises(SettingsError, match="no preset 'nothing'"):
        interleaf.judge(document, preset="nothing")


@pytest.mark.parametrize(
    ("html", "headers"),
    [('<meta name="robots" content="noai">', {}), ("", {"X-Robots-Tag": "noai"})],
)
def test_what_a_page_says_about_its_use_is_heeded(html: str, headers: dict[str, str]) -> None:
    document = interleaf.extract(PAGE, URL)
    judged = interleaf.judge(document, html=html + PAGE, headers=headers)
    assert judged.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    assert interleaf.judge(document).reject_reason is not Reason.DOCUMENT_NOT_PERMITTED


def test_images_are_placed_by_vectors() -> None:
    """Both images are most like the first sentence; one a sentence, the sum is highest so."""
    vectors = (np.array([[2.0, 0.1], [1.0, 0.6]]), np.array([[3.0, 0.0], [0.0, 5.0]]))
    placed = interleaf.place("A heron waits. The fish comes.", vectors=vectors)
    assert placed.sentences == ("A heron waits.", "The fish comes.")
    assert list(placed) == [0, "A heron waits.", 1, "The fish comes."]
    assert placed.similarity[0, 0] == pytest.approx(2 / np.hypot(2, 0.1))
    weak = PlacementSettings(min_similarity=0.9)
    assert list(interleaf.place(["a", "b"], vectors=vectors, settings=weak)) == [0, "a", "b"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "either images"),
        ({"images": [b"x"]}, "need a model"),
        ({"images": [b"x"], "vectors": ([[1]], [[1]])}, "either images"),
        ({"vectors": ([[1.0]], [[1.0], [1.0]])}, "1 sentences and 2 vectors"),
        ({"vectors": ([[1.0, 2.0]], [[1.0]])}, "2 numbers a vector"),
        ({"vectors": ([[float("nan")]], [[1.0]])}, "NaN"),
        ({"vectors": ([1.0], [[1.0]])}, "rows of a matrix"),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        interleaf.place(["One sentence."], **given)  # type: ignore[arg-type]


def test_no_image_and_no_sentence_are_no_error() -> None:
    assert list(interleaf.place(["a"], vectors=(np.zeros((0, 2)), [[1.0, 0.0]]))) == ["a"]
    assert list(interleaf.place([], vectors=([[1.0, 0.0]], np.zeros((0, 2))))) == []
