"""Rows of a release without some of their pictures."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.derived.facts import facts_of, facts_without
from webdoc.derived.rows import document_without, mmc4_without

PICTURES = [
    {"src": "https://e.org/a.png", "sha256": "a" * 64, "clip_caption": 0.4, "clip_neighbour": 0.1},
    {"src": "https://e.org/b.png", "clip_neighbour": 0.2},
    {"src": "https://e.org/c.png", "sha256": "c" * 64},
]


def row(**about: Any) -> dict[str, Any]:
    """A text, two pictures, a text, a picture."""
    a, b, c = PICTURES
    return {
        "images": [None, a["src"], b["src"], None, c["src"]],
        "texts": ["One two", None, None, "Three\n\nfour", None],
        "metadata": json.dumps([None, a, b, None, c]),
        "general_metadata": json.dumps({"doc_id": "1", "url": "https://e.org/", **about}),
    }


def test_a_picture_goes_by_hash_or_address_and_ends_follow() -> None:
    before = row(ends_after=[1, 3], clip_mean=0.3, clip_min=0.2)

    after = document_without(before, {"a" * 64, "https://e.org/b.png"})

    assert after["images"] == [None, None, "https://e.org/c.png"]
    assert after["texts"] == ["One two", "Three\n\nfour", None]
    assert json.loads(after["metadata"]) == [None, None, PICTURES[2]]
    assert json.loads(after["general_metadata"]) == {
        "doc_id": "1",
        "url": "https://e.org/",
        "ends_after": [0, 1],
    }


@pytest.mark.parametrize(
    ("drop", "mean", "least"), [("a" * 64, 0.2, 0.2), ("https://e.org/b.png", 0.4, 0.4)]
)
def test_cosines_are_those_of_the_pictures_that_stay(drop: str, mean: float, least: float) -> None:
    after = document_without(row(clip_mean=0.3, clip_min=0.2), {drop})
    about = json.loads(after["general_metadata"])
    assert (about["clip_mean"], about["clip_min"]) == (mean, least)


@given(st.sets(st.sampled_from([p["src"] for p in PICTURES])))
def test_what_is_not_named_stays_as_it_was(drops: set[str]) -> None:
    after = document_without(row(), drops)
    left = [p["src"] for p in PICTURES if p["src"] not in drops]
    assert [url for url in after["images"] if url] == left
    assert [text for text in after["texts"] if text] == ["One two", "Three\n\nfour"]
    facts = facts_of(after["texts"], after["metadata"], after["general_metadata"])
    before = facts_of(row()["texts"], row()["metadata"], row()["general_metadata"])
    assert facts == facts_without(before, drops)
    assert (facts.images, facts.words, facts.paragraphs) == (len(left), 4, 3)


def test_similarities_go_with_their_picture() -> None:
    infos = [
        {"raw_url": "https://e.org/a.png", "sha256": "a" * 64, "clip_neighbour": 0.9},
        {"raw_url": "https://e.org/b.png", "sha256": "", "clip_neighbour": 0.5},
    ]
    before = {
        "doc_id": "1",
        "text_list": ["x", "y"],
        "image_info": infos,
        "similarity_matrix": [[0.9, 0.1], [0.5, 0.2]],
        "clip_mean": 0.7,
        "clip_min": 0.5,
    }

    after = mmc4_without(before, {"a" * 64})

    assert after == {
        "doc_id": "1",
        "text_list": ["x", "y"],
        "image_info": infos[1:],
        "similarity_matrix": [[0.5, 0.2]],
        "clip_mean": 0.5,
        "clip_min": 0.5,
    }
    assert before["image_info"] == infos
