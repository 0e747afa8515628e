"""Parts of speech of captions and the relations that are read off them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webdoc.text.caption_form import caption_form, without_boilerplate
from webdoc.text.part_of_speech import is_action, tagged
from webdoc.text.relations import most_relations

pytest.importorskip("textblob", reason="the extra 'signals' is not installed")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("A dog sleeps", "DT NN VBZ"),
        ("Children building a sandcastle", "NNS VBG DT NN"),  # and a building is a noun
        ("A large building", "DT JJ NN"),
        ("A swimming pool", "DT NN NN"),  # and who is swimming does something
        ("Swimming in a lake", "VBG IN DT NN"),
        ("The chart compares the growth", "DT NN VBZ DT NN"),
        ("A broken wrist", "DT JJ NN"),
        ("How to repot a cactus", "WRB TO VB DT NN"),
        ("Golden Gate Bridge", "NN NN NN"),  # a name
        ("Golden light on the bridge", "JJ NN IN DT NN"),
        ("She is reading a book", "PRP VBZ VBG DT NN"),
        ("Workers harvest grapes", "NNS VBP NNS"),  # and a harvest is a noun
        ("Harvest festival", "NN NN"),
        ("IMG_2034.jpg", "FW"),
        ("The bicycle's gears", "DT NN POS NNS"),
        ("It isn't red", "PRP VBZ RB JJ"),
        ("The dog'ſ", "DT NN POS"),  # a long s is an s to whoever ignores case
    ],
)
def test_a_word_is_what_its_place_makes_it(text: str, tags: str) -> None:
    assert " ".join(word.tag for word in tagged(text)) == tags


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("The soup is hot", 0),
        ("The soup is served", 1),
        ("She has a dog", 1),
        ("She has seen a dog", 1),
        ("Click to enlarge", 2),
        ("A team meeting", 0),
    ],
)
def test_auxiliaries_are_no_actions(text: str, actions: int) -> None:
    words = tagged(text)
    assert sum(is_action(words, at) for at in range(len(words))) == actions


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("A black cat is chasing a small brown bird", 3),  # DiHT's example: of the bird
        ("The dog", 0),
        ("The brown dog", 1),
        ("The dog is brown", 1),
        ("The dog sleeps", 1),
        ("The dog in the snow", 1),
        ("The dog and the snow", 0),
        ("Three dogs", 1),
        ("Dogs 2014", 0),
        ("A dog. In the snow", 0),
        ("Brown, in 2014", 0),
        ("", 0),
    ],
)
def test_relations_are_counted_by_object(text: str, relations: int) -> None:
    assert most_relations(tagged(text)) == relations


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80) | st.text("aA d'’n-t.sing_ 1", max_size=80))
def test_any_text_is_divided_without_loss(text: str) -> None:
    """Of every text each character but blanks is in one word or mark, in order."""
    words = tagged(text)
    kept = "".join(word.text for word in words)
    assert kept == "".join(text.split())
    assert all(word.tag for word in words)
    assert 0 <= most_relations(words) <= len(words)
    assert 0 <= caption_form(text).noun_share <= 1


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a-" * 50_000, "😀" * 100_000, "n't" * 33_000, "running " * 12_500]
)
def test_a_long_text_takes_no_longer_than_its_length(text: str) -> None:
    """What takes the square of 100,000 steps would take hours."""
    assert most_relations(tagged(text)) in (0, 1)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Stock photo", ""),
        ("stock photo of a dog", "of a dog"),
        ("A dog (click to enlarge)", "A dog"),
        ("Click here to enlarge the image: a dog", "a dog"),
        ("A dog with stock photos in its mouth", "A dog with stock photos in its mouth"),
        ("A dog.", "A dog"),
    ],
)
def test_boilerplate_is_cut_at_either_end(text: str, left: str) -> None:
    assert without_boilerplate(text) == left
