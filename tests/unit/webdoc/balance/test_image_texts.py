"""What stands at an image: its own texts, and one sentence on either side."""

import json

import pytest

from webdoc.balance.image_texts import DocumentTexts, document_texts


def texts_of(
    texts: list[str | None], facts: list[dict[str, str] | None], **about: object
) -> list[tuple[str, ...]]:
    general = {"doc_id": "d", "language": "en", "title": "T", **about}
    found = document_texts(texts, json.dumps(facts), json.dumps(general))
    assert [one.image for one in found.images] == list(range(len(found.images)))
    return [one.texts for one in found.images]


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        ("One. Two!", "Three? Four.", ("a dog", "Two!", "Three?")),
        ("One.\n\nTwo of it", "Three", ("a dog", "Two of it", "Three")),
        ('He said "no." Then he went', "3.14 is pi. Yes", ("a dog", "Then he went", "3.14 is pi.")),
        (
            "\u72ac\u3002\u732b\u3002",
            "\u9ce5\u3002\u9b5a",
            ("a dog", "\u732b\u3002", "\u9ce5\u3002"),
        ),
        ("line one\nline two", " \n ", ("a dog", "line two")),
        (None, None, ("a dog",)),
    ],
)
def test_one_sentence_on_either_side(
    before: str | None, behind: str | None, expected: tuple[str, ...]
) -> None:
    texts = [one for one in (before, behind) if one is not None]
    row: list[str | None] = [before, None, behind] if texts else [None]
    facts = [None, {"alt_text": "a dog"}, None] if texts else [{"alt_text": "a dog"}]
    assert texts_of(row, facts) == [expected]


def test_a_caption_is_not_read_twice_and_no_sentence_comes_from_another_text() -> None:
    caption = "A dog in the snow"
    row = ["Before it.", None, f"{caption}\n\nBehind it. More", "Another text", None]
    facts = [None, {"caption": caption}, None, None, {"alt_text": " "}]
    assert texts_of(row, facts, ends_after=[0, 2, 3]) == [(caption, "Behind it."), ()]


def test_neighbours_of_images_in_a_row_are_those_of_the_row() -> None:
    found = texts_of(
        ["Old cats. Big dogs", None, None, "It snows. It rains."], [None, {}, {}, None]
    )
    assert found == [("Big dogs", "It snows.")] * 2


def test_a_document_without_images_has_none() -> None:
    empty = document_texts(["a"], "[null]", "{}")
    assert empty == DocumentTexts("", "", "", ())


def test_half_a_surrogate_pair_is_a_question_mark() -> None:
    assert texts_of([None], [{"alt_text": "a\ud800b"}]) == [("a?b",)]
