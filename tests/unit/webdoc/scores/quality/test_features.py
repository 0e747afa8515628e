"""Features of whole documents: by hand where it can be, and on documents as bad as they come."""

from dataclasses import replace
from math import exp, isfinite, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.scores.quality.features.boilerplate import log_odds
from webdoc.scores.quality.features.image_evidence import chances, evidence
from webdoc.scores.quality.line_shape import line_stems
from webdoc.scores.quality.measure import all_features, features_of
from webdoc.scores.quality.parts import DocumentParts, Figure, Paragraph, parts_of
from webdoc.scores.quality.terms import terms

FOXES = "The red fox hunts mice in the forest at night."
RIVERS = "Rivers carry fresh water from the mountains to the sea."
TAXES = "Companies pay taxes on what they earn in a quarter."
FOX = Figure("A red fox", "A fox hunts mice in the snow.", key="fox")
RIVER = Figure("A river", "Fresh water on its way to the sea.", key="river")


def measured(*parts: Paragraph | Figure | str, title: str = "") -> dict[str, float | None]:
    own = tuple(Paragraph(part) if isinstance(part, str) else part for part in parts)
    return features_of(DocumentParts(own, title, "en"))


def test_names_are_unique_and_said() -> None:
    features = all_features()
    assert len({one.name for one in features}) == len(features) > 20
    assert all(one.meaning and one.source for one in features)


@pytest.mark.parametrize(
    "name",
    ["image_fit_words", "image_place_gain_words", "image_swap_gain_words", "images_near_words"],
)
def test_images_at_their_places_fit_better_than_exchanged(name: str) -> None:
    far = [TAXES] * 5
    right = measured(FOXES, FOX, *far, RIVERS, RIVER)[name]
    wrong = measured(FOXES, RIVER, *far, RIVERS, FOX)[name]
    assert right is not None
    assert wrong is not None
    assert right > wrong


def test_images_of_the_page_have_its_words() -> None:
    own, foreign = measured(FOXES, FOX), measured(TAXES, FOX)
    assert own["images_page_words"] > 0.5 > foreign["images_page_words"]  # type: ignore[operator]
    assert foreign["images_near_words"] < 0.0 < own["images_near_words"]  # type: ignore[operator]
    assert foreign["images_page_topics"] < own["images_page_topics"]  # type: ignore[operator]


def test_images_without_words_are_no_evidence() -> None:
    bare = measured(FOXES, Figure(key="a"), TAXES)
    assert [bare[f"images_{name}"] for name in ("near_words", "page_words", "page_topics")] == [
        0.0
    ] * 3
    assert measured(FOXES, TAXES)["images_page_words"] is None  # there is no image


def test_evidence_by_hand() -> None:
    """One word that a text has with a chance of .2, and one of .5 that it has not.

    With share t the first is there with .2 + .8 t, the second missing with .5 (1 - t), by chance
    with .2 and .5: the mean over t = .05, .10, ..., .95 of (1 + 4 t) (1 - t).
    """
    shares = [n / 20 for n in range(1, 20)]
    factor = sum((1 + 4 * t) * (1 - t) for t in shares) / len(shares)
    assert evidence([(0.2, True), (0.5, False)]) == pytest.approx(sqrt(log(factor)))
    missing = sum((1 - t) ** 3 for t in shares) / len(shares)
    assert evidence([(0.1, False)] * 3) == pytest.approx(-sqrt(-log(missing)))
    assert evidence([]) == 0.0


def test_the_chance_of_a_stem_grows_with_the_text() -> None:
    """A stem that one of e ** 2 usual pages has, in a usual page and in one of twice its length."""
    absent = 1 - exp(-2)
    rarity = np.array([2.0], np.float32)
    assert chances(rarity, 600) == pytest.approx([exp(-2)])
    assert chances(rarity, 1200) == pytest.approx([1 - absent**2])
    assert chances(np.array([50.0], np.float32), 600) == pytest.approx([1e-3])


def test_a_long_paragraph_is_less_likely_boilerplate() -> None:
    """Two words and their pair are three features; 40 others that weigh nothing make it long."""
    words = {"cookie": 3.0, "policy": 3.0}
    assert log_odds("Cookie policy", words) == pytest.approx(6 / sqrt(3))
    others = " ".join(f"w{n}x" for n in range(40))
    count = 42 + 41  # words and pairs
    assert log_odds(f"Cookie policy {others}", words) == pytest.approx(6 / (count / sqrt(20)))


@pytest.mark.parametrize(
    ("figure", "beside", "share"),
    [
        (Figure(caption="c"), TAXES, 1.0),
        (Figure(alt_text="one"), TAXES, 0.0),
        (Figure(alt_text="two words"), TAXES, 1.0),
        (Figure(), "As figure 3 shows.", 1.0),
    ],
)
def test_what_explains_an_image(figure: Figure, beside: str, share: float) -> None:
    assert measured(figure, beside)["images_explained"] == share


def test_redundant_images_by_hand() -> None:
    """Of four, one has the bytes of another and one a hash 4 bits from it; 5 bits are others."""
    figures = (
        Figure(key="a", perceptual_hash="00000000000000f0"),
        Figure(key="a"),
        Figure(key="b", perceptual_hash="00000000000000ff"),
        Figure(key="c", perceptual_hash="000000000001ff00"),
    )
    assert measured(*figures)["images_redundant"] == 0.5


def test_chain_of_images_by_hand() -> None:
    """Cosines of neighbours 1 and 0, of all three pairs 1, 0 and 0."""
    x, y = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    found = measured(*(Figure(key=str(n), vector=v) for n, v in enumerate((x, x, y))), FOXES)
    assert found["image_chain"] == pytest.approx(1 / 2 - 1 / 3, abs=1e-4)
    assert found["image_alike"] == pytest.approx(1 / 3, abs=1e-4)


def test_vectors_say_where_an_image_fits() -> None:
    x, y = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    near, far = Paragraph(FOXES, x), Paragraph(RIVERS, y)
    right = measured(near, Figure(vector=x), *[far] * 8)["image_fit_clip"]
    wrong = measured(near, *[far] * 8, Figure(vector=x))["image_fit_clip"]
    assert right > 0 > wrong  # type: ignore[operator]


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ((np.ones(2, np.float32), np.ones(3, np.float32)), "2 and 3 numbers"),
        ((np.ones(2, np.float32), np.full(2, np.nan, np.float32)), "NaN"),
    ],
)
def test_vectors_of_two_models_and_nan_are_refused(
    vectors: tuple[np.ndarray, np.ndarray], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        measured(Figure(vector=vectors[0]), Paragraph(FOXES, vectors[1]))


def test_words_out_of_order_are_told() -> None:
    right = measured("We went home in the evening. Then we slept until the morning came.")
    wrong = measured("evening. the in until Then slept We home morning the we came. went")
    assert (right["sentence_edges"], right["sentence_breaks"]) == (1.0, 0.0)
    assert (wrong["sentence_edges"], wrong["sentence_breaks"]) == (0.0, 1.0)


def test_boilerplate_is_told_from_text() -> None:
    clean = measured(FOXES, RIVERS, TAXES)
    spoiled = measured(FOXES, "Accept all cookies and read our privacy policy", RIVERS, TAXES)
    assert clean["boilerplate_share"] == 0.0
    assert spoiled["boilerplate_share"] == 0.5  # the root of a quarter
    assert spoiled["boilerplate_weight"] > 0  # type: ignore[operator]


def test_paragraphs_about_one_thing_are_alike() -> None:
    one = measured(*[f"{FOXES} Foxes sleep in dens. {n}" for n in range(6)])
    many = measured(FOXES, TAXES, RIVERS, FOXES, TAXES, RIVERS)
    for name in ("text_unity", "text_least_unity", "text_least_flow"):
        assert one[name] > many[name], name  # type: ignore[operator]


def test_stems_in_scripts_without_spaces_are_pairs() -> None:
    assert set(terms("川は海へ", "ja")) == {"川は", "は海", "海へ"}
    assert line_stems("") == set()


def test_rows_of_a_release_become_lines_and_figures() -> None:
    """A caption among the paragraphs belongs to its image; empty lines are nothing."""
    facts = {"caption": "Two  lines of a caption", "sha256": "ab", "alt_text": "alt"}
    parts = (
        PublishedPart("First\n\nSecond"),
        PublishedPart(None, "https://e.org/redFox_12.jpg", facts=facts),
        PublishedPart("Two lines of a caption\nThird"),
    )
    found = parts_of(PublishedDocument(parts, {"title": "T", "language": "en"}))
    texts = [part.text for part in found.parts if isinstance(part, Paragraph)]
    assert texts == ["First", "Second", "Third"]
    figure = found.parts[2]
    assert isinstance(figure, Figure)
    assert (figure.file_words, figure.key, figure.alt_text) == ("red Fox", "ab", "alt")


@pytest.mark.parametrize(
    "caption", ["🦊" * 100_000, "x" * 100_000, "狐" * 100_000, "a " * 50_000, "\ud800", "\0", ""]
)
def test_captions_of_any_kind_are_measured(caption: str) -> None:
    facts = {"caption": caption, "alt_text": None}
    parts = (PublishedPart(FOXES), PublishedPart(None, "not a url \ud800%", facts=facts))
    found = features_of(parts_of(PublishedDocument(parts, {})))
    assert all(value is None or isfinite(value) for value in found.values())


def test_an_empty_document_has_no_features() -> None:
    assert set(features_of(DocumentParts()).values()) == {None}


PARTS = st.lists(
    st.builds(Paragraph, st.text(max_size=60))
    | st.builds(Figure, st.text(max_size=30), st.text(max_size=30), st.text(max_size=9)),
    max_size=12,
)


@given(PARTS, st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_whatever_a_document_holds_its_features_are_numbers(
    parts: list[Paragraph | Figure], title: str
) -> None:
    document = DocumentParts(tuple(parts), title)
    found = features_of(document)
    assert all(value is None or isfinite(value) for value in found.values())
    assert features_of(replace(document, language="ja")).keys() == found.keys()
