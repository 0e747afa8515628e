"""WordNet's nouns as they are shipped: offsets, hypernyms, base forms, the licence."""

from importlib import resources

import pytest

from webdoc.text.wordnet import wordnet

DOG, CANINE, ANIMAL, ENTITY = 2_084_071, 2_083_346, 15_388, 1_740  # offsets in WordNet 3.0


def test_nouns_are_all_there() -> None:
    """wnstats(7WN) gives 117,798 nouns and 82,115 synsets."""
    net = wordnet()
    lemmas = list(net.lemmas())
    assert len(lemmas) == 117_798
    assert len({synset for lemma in lemmas for synset in net.senses(lemma)}) == 82_115


def test_a_dog_is_an_animal() -> None:
    net = wordnet()
    assert net.senses("dog")[0] == DOG
    assert CANINE in net.hypernyms(DOG)
    assert {DOG, CANINE, ANIMAL, ENTITY} <= net.ancestors(DOG)
    assert net.hypernyms(ENTITY) == ()
    assert net.senses("qwxzkv") == net.hypernyms(7) == ()


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("dogs", "dog"), ("boxes", "box"), ("children", "child"), ("firemen", "fireman"),
        ("cherries", "cherry"), ("fishing_boats", "fishing_boat"), ("dog", "dog"), ("qwxzkv", ""),
        ("", ""), ("a" * 100_000, ""),
    ],
)  # fmt: skip
def test_nouns_are_found_by_their_plurals(word: str, lemma: str) -> None:
    assert wordnet().noun(word) == lemma


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("walks", "walk"), ("carries", "carry"), ("baked", "bake"), ("planned", "plan"),
        ("running", "run"), ("swam", "swim"), ("went", "go"), ("table", "table"), ("qwxzkv", ""),
    ],
)  # fmt: skip
def test_verbs_are_found_by_their_forms(word: str, base: str) -> None:
    assert wordnet().verb(word) == base


def test_the_licence_stands_beside_the_tables() -> None:
    text = (resources.files("webdoc.text.wordnet") / "LICENSE").read_text("utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in text
    assert "appear on ALL copies" in text
