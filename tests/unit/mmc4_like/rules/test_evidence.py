"""Parts of a score, and what is usual in a run."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmc4_like.compared import compared_of, image_texts
from mmc4_like.place_document import PlacingRules, place_again, place_document
from mmc4_like.records import CandidateImage, Sentence, TextCosines, TextDocument, TextVector
from mmc4_like.rules.evidence import Standard, Weights, paragraphs, place_part, score_parts
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.standards import (
    ForeignSentences,
    SampledItem,
    foreign_cosines,
    sampled_items,
    standards_of,
)
from mmc4_like.tables import (
    CandidateDocument,
    ComparableDocument,
    PlacedDocument,
)
from webdoc.clip.vectors import sentence_key, to_bytes
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

ALL = Weights(1, 1, 1, 1, anchor=6, anchor_width=3, order=2)
TEXT = "One a. Two b.\nThree c. Four d. Five e.\nSix f."
SENTENCES = tuple(
    Sentence(TEXT.index(name), TEXT.index(name) + len(name))
    for name in ("One a.", "Two b.", "Three c.", "Four d.", "Five e.", "Six f.")
)


def image(number: int, **changes: object) -> CandidateImage:
    return CandidateImage(
        f"https://e.org/{number}", "page", facts=PictureFacts(sha256=f"{number}"), **changes
    )  # type: ignore[arg-type]


def cosines(*values: float) -> bytes:
    return np.array(values, "<f2").tobytes()


def test_a_score_is_the_sum_of_standardised_and_weighted_parts() -> None:
    similarity = np.array([[0.3, 0.1], [0.2, 0.2]], np.float32)
    texts = [(1, TextCosines(7, "caption", cosines(0.5, 0.25)))]
    units = [Standard("image", 0.1, 0.1), Standard("caption", 0.25, 0.125)]
    place = np.array([[0.0, 0.0], [1.5, 0.5]])

    score = score_parts(similarity, texts, place, units, ALL._replace(image=2.0, caption=3.0))

    assert score.parts.sum(axis=0) == pytest.approx(
        np.array([[2 * 2.0, 0.0], [2 * 1.0 + 3 * 2.0 + 1.5, 2 * 1.0 + 0.5]]), abs=1e-6
    )
    other, made_of = score.parts_at([0, 1], [0, 0])
    assert (made_of.caption, made_of.place) == pytest.approx((6.0, 1.5))
    assert (made_of.alt_text, made_of.around, other.caption) == (None, None, None)


def test_a_part_that_is_the_same_for_all_is_of_no_use() -> None:
    score = score_parts(
        np.array([[0.4, 0.9]], np.float32), [], None, [Standard("image", 0.4, 0.0)], ALL
    )
    assert score.parts.tolist()[0] == [[0.0, 0.0]]


def test_a_sentence_gains_by_its_distance_from_the_gap_where_an_image_stood() -> None:
    """Sentence 2 stands below the gap, in a paragraph of three: steps in it count half."""
    images = [image(0, anchor_index=2, anchor_certainty=0.5)]

    part = place_part(images, np.array([np.nan]), TEXT, SENTENCES, ALL)

    apart = np.array([0.5, 0.0, 0.0, 0.5, 1.0, 3.0])  # 5: three sentences beyond the gap
    assert part == pytest.approx(6 * 0.5 * np.exp(-((apart / 3) ** 2))[None])


@pytest.mark.parametrize(("index", "first", "last"), [(0, 6.0, None), (6, None, 6.0)])
def test_above_and_below_all_text_there_is_one_neighbour(
    index: int, first: float | None, last: float | None
) -> None:
    part = place_part(
        [image(0, anchor_index=index, anchor_certainty=1.0)], np.array([0.5]), TEXT, SENTENCES, ALL
    )
    assert part is not None
    assert part.max() == (first or last)
    assert (part[0, 0] == 6.0, part[0, -1] == 6.0) == (first is not None, last is not None)


def test_without_an_anchor_the_order_counts_and_without_either_nothing() -> None:
    images = [image(0), image(1)]

    part = place_part(images, np.array([1.0, np.nan]), TEXT, SENTENCES, ALL)

    assert part is not None
    middle = (SENTENCES[0].start + SENTENCES[0].end) / 2 / len(TEXT)
    assert part[0, 0] == pytest.approx(2 * middle)
    assert part[1].tolist() == [0.0] * 6
    assert place_part(images, np.array([1.0, 0.0]), TEXT, SENTENCES, ALL._replace(order=0)) is None
    assert place_part([], np.zeros(0), TEXT, SENTENCES, ALL) is None


def test_paragraphs_are_lines() -> None:
    assert paragraphs(TEXT, SENTENCES).tolist() == [0, 0, 1, 1, 1, 2]


def unit(dice: np.random.Generator, rows: int, width: int = 12) -> np.ndarray:
    vectors = dice.normal(size=(rows, width))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def rescaled(vectors: np.ndarray, side: int) -> np.ndarray:
    """Return unit vectors whose cosines with those of the other side are 0.25 c + 0.2."""
    own = np.zeros((len(vectors), 2))
    own[:, side] = np.sqrt(1 - 0.25 - 0.2)
    shared = np.full((len(vectors), 1), np.sqrt(0.2))
    return np.hstack([0.5 * vectors, shared, own])


def run_of(seed: int, *, is_rescaled: bool) -> list[PlacedDocument]:
    """Place five documents with every kind of evidence, by the default settings."""
    dice = np.random.default_rng(seed)
    change = rescaled if is_rescaled else lambda vectors, _: vectors
    compared = []
    vectors: dict[str, bytes] = {}
    pictures: dict[str, bytes] = {}
    for number in range(5):
        names = [f"Sentence {number} {n} of it." for n in range(8)]
        text = "\n".join(names)
        sentences = tuple(
            Sentence(text.index(name), text.index(name) + len(name)) for name in names
        )
        images = tuple(
            image(10 * number + n, caption=f"Caption {number} {n}", alt_text=f"Alt {number} {n}",
                  words_around=f"Around {number} {n}", position=n / 3,
                  anchor_index=3 * n if n < 2 else None, anchor_certainty=0.7 if n < 2 else None)
            for n in range(3)
        )  # fmt: skip
        candidate = CandidateDocument(TextDocument(f"d{number}", "", text), sentences, images)
        of_sentences = [to_bytes(v) for v in change(unit(dice, 8), 0)]
        of_images = [to_bytes(v) for v in change(unit(dice, 3), 1)]
        texts = [(n, kind, own) for n in range(3) for kind, own in image_texts(images[n]).items()]
        of_texts = [to_bytes(v) for v in change(unit(dice, len(texts)), 1)]
        keys = [sentence_key(name) for name in names]
        vectors |= dict(zip(keys, of_sentences, strict=True))
        vectors |= {sentence_key(t[2]): v for t, v in zip(texts, of_texts, strict=True)}
        pictures |= {i.facts.sha256: v for i, v in zip(images, of_images, strict=True)}
        own = tuple(TextVector(n, k, v) for (n, k, _), v in zip(texts, of_texts, strict=True))
        compared.append(
            ComparableDocument(candidate, tuple(of_images), tuple(of_sentences), own, tuple(keys))
        )
    items = sampled_items(row for one in compared for row in compared_of(one.candidate))
    usual, foreign = standards_of(items, pictures, vectors)
    rules = PlacingRules(PlacementSettings(min_contrast=0.5), standards=usual, foreign=foreign)
    return [place_document(one, rules) for one in compared]


@pytest.mark.parametrize("seed", range(6))
def test_a_models_spread_changes_no_placement(seed: int) -> None:
    """Cosines c or 0.25 c + 0.2: the same sentences, the same images left out."""
    plain, other = (run_of(seed, is_rescaled=flag) for flag in (False, True))

    def fates(run: list[PlacedDocument]) -> list[tuple[int | None, Reason | None]]:
        return [(p.sentence, p.reject_reason) for placed in run for p in placed.placements]

    assert fates(plain) == fates(other)
    one, two = plain[0].placements[0], other[0].placements[0]
    assert two.similarity == pytest.approx(0.25 * one.similarity + 0.2, abs=2e-3)
    assert any(reason is Reason.UNPLACED_FOREIGN for _, reason in fates(plain)) or seed
    assert all(p.score is not None for d in plain for p in d.placements if p.sentence is not None)


def test_evidence_is_stored_so_that_other_weights_place_anew() -> None:
    first = run_of(3, is_rescaled=False)[0]
    usual = (Standard("image", 0.0, 0.3), Standard("caption", 0.0, 0.3))
    only_captions = PlacementSettings(
        image_weight=0, alt_text_weight=0, around_weight=0, anchor_weight=0, order_weight=0,
        min_contrast=None,
    )  # fmt: skip

    again = place_again(first, PlacingRules(only_captions, standards=usual))

    captions = {
        text.image: np.frombuffer(text.cosines, "<f2")
        for text in first.evidence
        if text.kind == "caption"
    }
    matrix = np.stack([captions[p.image] for p in first.placements]).astype(float)
    best = max(
        matrix[0, a] + matrix[1, b] + matrix[2, c]
        for a in range(8) for b in range(8) for c in range(8) if len({a, b, c}) == 3
    )  # fmt: skip
    assert sum(
        float(captions[p.image][p.sentence]) for p in again.placements if p.sentence is not None
    ) == pytest.approx(best, abs=1e-6)
    assert [p.parts.image for p in again.placements if p.parts] == [None] * 3
    assert again.evidence == first.evidence
    assert [p.foreign_mean for p in again.placements] == [p.foreign_mean for p in first.placements]


def test_what_is_usual_is_measured_on_pairs_of_different_documents() -> None:
    items = [
        SampledItem("a", "sentence", "s"), SampledItem("b", "sentence", "t"),
        SampledItem("a", "image", "i"), SampledItem("b", "image", "j"),
        SampledItem("b", "image", "gone"), SampledItem("a", "caption", "c"),
    ]  # fmt: skip
    texts = {"s": to_bytes(np.array([1.0, 0])), "t": to_bytes(np.array([0, 1.0])),
             "c": to_bytes(np.array([0.5, 0.25]))}  # fmt: skip
    pictures = {"i": to_bytes(np.array([0, 1.0])), "j": to_bytes(np.array([0.5, 0])), "gone": b""}

    usual, foreign = standards_of(items, pictures, texts)

    assert usual == (Standard("image", 0.75, 0.25, 2), Standard("caption", 0.25, 0.0, 1))
    assert foreign.keys == ("s", "t")  # by key
    assert standards_of([], {}, {})[0] == ()
    alone, _ = standards_of(items[:1] + items[2:3], pictures, texts)
    assert alone == (Standard("image", 0.0, 0.0, 1),)  # one document: its own pairs


@pytest.mark.parametrize(("count", "known"), [(20, True), (19, False)])
def test_the_own_sentences_of_a_document_are_not_foreign(count: int, *, known: bool) -> None:
    keys = tuple(f"k{n}" for n in range(count + 1))
    vectors = np.zeros((count + 1, 2), np.float32)
    vectors[:, 0] = np.arange(count + 1) % 2
    vectors[0] = (0, 1)  # the own one, which no other is like
    foreign = ForeignSentences(keys, vectors)

    found = foreign_cosines(np.array([[0.0, 1.0], [1.0, 0.0]], np.float32), foreign, ("k0",))

    if known:
        assert found is not None
        assert found[0].tolist() == [0.0, 0.5]
        assert found[1].tolist() == [0.0, 0.5]
    else:
        assert found is None


@given(st.integers(1, 700))
@settings(max_examples=20)
def test_a_sample_is_small_and_takes_from_every_document(count: int) -> None:
    one = CandidateDocument(
        TextDocument("d", "", TEXT), SENTENCES,
        (image(0, caption="A caption", alt_text=" "), image(1, reject_reason=Reason.IMAGE_SIZE)),
    )  # fmt: skip
    items = sampled_items(
        replace(row, doc_id=f"{number}")
        for number in range(min(count, 256))
        for row in compared_of(one)
    )
    by_part = [item.part for item in items]
    assert by_part.count("image") == min(count, 256)
    assert by_part.count("caption") == min(count, 256)
    assert "alt_text" not in by_part
    assert min(count, 256) <= by_part.count("sentence") <= 256 + 255
