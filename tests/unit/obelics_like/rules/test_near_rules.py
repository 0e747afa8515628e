from dataclasses import replace

import pytest

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish
from obelics_like.rules.near_rules import DecontaminationRules, NearDuplicateRules, NearImageRules
from obelics_like.settings import load_settings
from webdoc.duplicates.minhash import candidate_chance
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason
from webdoc.settings import SettingsError


@pytest.mark.parametrize(
    ("name", "at_threshold", "at_90"), [("default", 0.94, 0.99), ("obelics", 0.87, 0.98)]
)
def test_presets_find_what_they_promise(name: str, at_threshold: float, at_90: float) -> None:
    """docs/sources.md states the S-curve of both."""
    made = load_settings(options={"preset": name}).near_duplicates.minhash

    assert candidate_chance(0.8, made) > at_threshold
    assert candidate_chance(0.9, made) > at_90


@pytest.mark.parametrize(
    ("near", "said"),
    [
        ({"earlier": ["a"], "texts": False}, "set texts = true"),
        ({"earlier": ["a"], "verification": "exact"}, "which are not kept"),
        ({"max_full_bucket": 1}, "max_full_bucket"),  # what the engine's own class refuses
        ({"minhash": {"bands": 33, "rows": 4}}, "do not fit 128 permutations"),
    ],
)
def test_impossible_settings_are_named(near: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(options={"near_duplicates": near})


def test_limits_of_pictures_and_lists() -> None:
    assert not NearImageRules(max_occurrences=None, in_document=False).needs_clusters
    assert NearImageRules(max_occurrences=1, in_document=False).needs_clusters
    assert NearImageRules(max_occurrences=None).needs_clusters
    for wrong in ({"max_occurrences": 0}, {"distance": -1}):
        with pytest.raises(ValueError, match=r"must be|impossible"):
            NearImageRules(**wrong)
    for odd in (
        {"min_similarity": 0.0},
        {"min_similarity": 1.1},
        {"min_recall": 1.0},
        {"max_distance": 64},
    ):
        with pytest.raises(ValueError, match=r"must be|impossible"):
            DecontaminationRules(**odd)
    assert DecontaminationRules(min_similarity=1.0, max_distance=0).texts == ()
    assert NearDuplicateRules(earlier=("a",)).texts


def test_a_document_is_judged_again_without_its_similar_paragraphs() -> None:
    """They are known after the document was judged: what is left may be too little."""
    sentence = "The people of the town walk along the river when the sun goes down."
    image = Node("image", image=Image("https://e.org/a.jpg"))
    similar = Node("text", text=sentence, reject_reason=Reason.PARAGRAPH_SIMILAR_ON_DOMAIN)
    rest = Node("text", text="They come back late.", tag="p")
    page = Document("1", "https://e.org/", language="en", nodes=(similar, rest, image))

    rules = Rules.load(load_settings())

    assert finish(page, rules).reject_reason is Reason.DOCUMENT_WORDS
    whole = replace(page, nodes=(replace(similar, reject_reason=None, tag="p"), rest, image))
    assert finish(whole, rules).reject_reason is None
