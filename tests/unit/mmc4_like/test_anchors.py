"""Where images stood, in texts that differ from their page."""

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.anchors import Anchor, anchors, rising, words_around
from mmc4_like.records import Sentence
from mmc4_like.texts.sentences import SentenceSettings, split_sentences

WORDS = [
    *("harbour", "keeper", "lantern", "winter", "barley", "copper", "meadow", "thunder", "ribbon"),
    *("saddle", "orchard", "velvet", "pebble", "anchor", "thistle", "marble", "canyon", "willow"),
]


def sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(8, 20))).capitalize() + "."


def page(dice: random.Random, paragraphs: int) -> list[list[str]]:
    return [[sentence(dice) for _ in range(dice.randint(2, 6))] for _ in range(paragraphs)]


def split(text: str) -> tuple[Sentence, ...]:
    return split_sentences(text, "en", SentenceSettings())


def joined(paragraphs: list[list[str]]) -> str:
    return "\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)


def offsets_of(paragraphs: list[list[str]], above: list[int]) -> list[int]:
    """Return how many characters stand above images that follow so many paragraphs."""
    return [len("".join(f"{' '.join(p)}\n" for p in paragraphs[:count])) for count in above]


def test_the_text_of_the_page_itself_gives_the_very_gap() -> None:
    paragraphs = page(random.Random(1), 8)
    text = joined(paragraphs)

    found = anchors(f"{text}\n", offsets_of(paragraphs, [0, 3, 8]), text, split(text))

    counts = [len(paragraph) for paragraph in paragraphs]
    assert found == [Anchor(0, 1.0), Anchor(sum(counts[:3]), 1.0), Anchor(sum(counts), 1.0)]


@pytest.mark.parametrize("seed", range(8))
def test_a_tenth_of_the_sentences_dropped_or_edited_does_little_harm(seed: int) -> None:
    dice = random.Random(seed)
    paragraphs = page(dice, 40)
    changed: list[list[str]] = []
    for paragraph in paragraphs:
        changed.append([])
        for own in paragraph:
            fate = dice.random()
            if fate >= 0.1:
                changed[-1].append(own)
            elif fate >= 0.05:
                words = re.compile(r"(?<= )\w+")
                changed[-1].append(
                    words.sub(lambda w: w[0] if dice.random() > 0.3 else "edited", own)
                )
    text = joined(changed)
    above = list(range(0, 41, 4))

    found = anchors(joined(paragraphs), offsets_of(paragraphs, above), text, split(text))

    for count, anchor in zip(above, found, strict=True):
        truth = sum(len(paragraph) for paragraph in changed[:count])
        assert anchor is not None
        assert abs(anchor.index - truth) <= 1
        assert 0.3 < anchor.certainty <= 1


def test_another_extractor_writes_other_marks_lines_and_cases() -> None:
    paragraphs = page(random.Random(2), 12)
    text = joined(paragraphs).replace(". ", " — ").replace("\n", "\n\n").upper()
    sentences = split(text)
    place = offsets_of(paragraphs, [5])

    [anchor] = anchors(joined(paragraphs), place, text, sentences)

    assert anchor is not None
    first_below = " ".join(paragraphs[5][:1]).rstrip(".").upper()
    assert text[sentences[anchor.index].start :].startswith(first_below)


def test_what_the_text_lacks_lies_between_its_neighbours_and_is_less_sure() -> None:
    paragraphs = page(random.Random(3), 9)
    kept = paragraphs[:3] + paragraphs[6:]  # three paragraphs around the image are dropped
    text = joined(kept)

    [anchor] = anchors(joined(paragraphs), offsets_of(paragraphs, [5]), text, split(text))

    assert anchor is not None
    assert anchor.index == sum(map(len, paragraphs[:3]))
    assert anchor.certainty < 0.9


def test_between_many_new_sentences_the_place_is_a_share_and_unsure() -> None:
    dice = random.Random(4)
    paragraphs, new = page(dice, 4), [sentence(dice) for _ in range(9)]
    old = [[sentence(dice)], [sentence(dice)]]  # in the page, where the text has the new ones
    text = joined([*paragraphs[:2], new, *paragraphs[2:]])
    full = [*paragraphs[:2], *old, *paragraphs[2:]]

    [anchor] = anchors(joined(full), offsets_of(full, [3]), text, split(text))

    assert anchor is not None
    before = sum(map(len, paragraphs[:2]))
    assert before < anchor.index < before + 9
    assert anchor.certainty < 0.15


def test_a_foreign_text_gives_no_anchor() -> None:
    text = "Nothing of this stands in the page. Not even four words."
    assert anchors("Quite another page, long as it is.", [5], text, split(text)) == [None]
    assert anchors("One two three four.", [3], "", ()) == [None]
    assert anchors("One two three four.", [], text, split(text)) == []


def test_text_that_repeats_decides_nothing() -> None:
    """A line that stands at each end of the page must not pull an image to the wrong one."""
    line = "Sign up now for our weekly letter and more."
    paragraphs = [[line], *page(random.Random(5), 6), [line]]
    text = joined(paragraphs)

    [anchor] = anchors(text, offsets_of(paragraphs, [7]), text, split(text))

    assert anchor is not None
    assert anchor.index == len(split(text)) - 1


def test_a_moved_block_does_not_break_the_order() -> None:
    paragraphs = page(random.Random(6), 10)
    text = joined([paragraphs[9], *paragraphs[:9]])

    [anchor] = anchors(joined(paragraphs), offsets_of(paragraphs, [4]), text, split(text))

    assert anchor == Anchor(len(paragraphs[9]) + sum(map(len, paragraphs[:4])), 1.0)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 60))
def test_any_text_whatever_gives_an_anchor_within_it(page_text: str, text: str, at: int) -> None:
    sentences = split(text)
    for anchor in anchors(page_text, [min(at, len(page_text))], text, sentences):
        if anchor is not None:
            assert 0 <= anchor.index <= len(sentences)
            assert 0 < anchor.certainty <= 1


@given(st.lists(st.integers(0, 30), unique=True, max_size=9))
def test_the_longest_rising_part(values: list[int]) -> None:
    found = [values[index] for index in rising(values)]
    longest = [0] * len(values)
    for at, value in enumerate(values):
        longest[at] = 1 + max((longest[n] for n in range(at) if values[n] < value), default=0)
    assert len(found) == max(longest, default=0)
    assert all(low < high for low, high in pairwise(found))


def test_words_around_are_whole_and_of_both_sides() -> None:
    text = "a" * 300 + " above it\n" + "below it " + "b" * 300
    around = words_around(text, text.index("below"))
    assert around == "above it below it"


def test_time_grows_as_the_text_does() -> None:
    """Eight times the words take no more than thirty times the time; n² would take 64."""

    def seconds(paragraphs: int) -> float:
        parts = page(random.Random(7), paragraphs)
        dice = random.Random(8)
        shuffled = sorted(parts, key=lambda _: dice.random())  # the costly case
        text, own = joined(parts), joined(shuffled)
        sentences = split(own)
        begin = time.process_time()
        anchors(text, offsets_of(parts, [paragraphs // 2]), own, sentences)
        return time.process_time() - begin

    assert min(seconds(800) for _ in range(3)) < 30 * max(min(seconds(100) for _ in range(3)), 1e-3)
