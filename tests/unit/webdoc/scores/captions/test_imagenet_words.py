"""Words of captions that name a class of ImageNet-22k."""

import pytest

from webdoc.scores.captions import imagenet_words
from webdoc.scores.captions.imagenet_words import imagenet_classes, load
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.settings import SettingsError


@pytest.mark.parametrize(
    ("caption", "alt_text", "expected"),
    [
        ("Two dogs, a dog and a CAT", "", 3),  # dogs, dog, cat: different words
        ("", "a tree", 1),
        ("of the and", "dog", 0),  # the caption counts where there is one
        ("happiness and justice", "", 0),  # nouns, but nothing to be seen
        ("\U0001f600 123", "", 0),
        ("dog " * 25_000, "", 1),
    ],
)
def test_words_whose_first_sense_is_a_class(caption: str, alt_text: str, expected: int) -> None:
    assert load().score([ScoredCaption("x", alt_text, caption)]) == [(float(expected),)]


def test_without_a_text_there_is_no_score() -> None:
    assert load().score([ScoredCaption("x", " ", "")]) == [(None,)]


def test_the_classes_are_those_of_wordnet_30() -> None:
    from webdoc.text.wordnet import wordnet  # noqa: PLC0415 - half a second

    classes = imagenet_classes()
    assert len(classes) == 21_841
    assert wordnet().senses("dog")[0] in classes
    assert {offset for lemma in wordnet().lemmas() for offset in wordnet().senses(lemma)} >= classes


def test_who_lacks_timm_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet_words, "find_spec", lambda _: None)
    imagenet_classes.cache_clear()
    with pytest.raises(SettingsError, match="interleaf\\[clip\\]"):
        load()
