import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmc4_like.records import Placement
from mmc4_like.rules.evidence import similarity_matrix
from mmc4_like.rules.placement import PlacementSettings, Similarity, place
from webdoc.reasons import Reason

FREE = PlacementSettings(min_similarity=None)
METHODS = ("assignment", "mmc4", "best")
cosines = st.floats(-1, 1, width=32)
matrices = st.tuples(st.integers(0, 6), st.integers(0, 6)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=cosines)
)


def matrix(*rows: list[float]) -> Similarity:
    return np.array(rows, dtype=np.float32)


def sentences(placements: tuple[Placement, ...]) -> list[int | None]:
    return [placement.sentence for placement in placements]


def reasons(placements: tuple[Placement, ...]) -> list[Reason | None]:
    return [placement.reject_reason for placement in placements]


def optimum(similarity: Similarity, floor: float, capacity: int) -> float:
    """Try every way to give each image a free place or none."""
    images, columns = similarity.shape
    places = [c for c in range(columns) for _ in range(capacity)] + [-1] * images
    worth = [[float(s) - floor if s >= np.float32(floor) else -9e9 for s in r] for r in similarity]
    return max(
        sum(worth[i][c] for i, c in enumerate(way) if c != -1)
        for way in set(permutations(places, images))
    )


def total(placements: tuple[Placement, ...]) -> float:
    return sum(p.similarity for p in placements if p.sentence is not None)


def test_ten_thousand_matrices_reach_the_optimum() -> None:
    """The figure of the issue: up to 7 x 7, among them many with ties."""
    dice = np.random.default_rng(5)
    ways = {
        (rows, columns): np.array(list(permutations(range(columns), rows)))
        for rows, columns in product(range(1, 8), range(1, 8))
        if rows <= columns
    }
    for number in range(10_000):
        shape = tuple(dice.integers(1, 8, size=2))
        similarity = dice.uniform(-1, 1, shape).astype(np.float32)
        if number % 4 == 0:
            similarity = np.round(similarity, 1)
        short = similarity.astype(np.float64)
        short = short if shape[0] <= shape[1] else short.T
        every = short[np.arange(len(short)), ways[short.shape]].sum(axis=1)

        placements = place(similarity, FREE)

        assert total(placements) == pytest.approx(every.max(), abs=1e-9)
        used = [s for s in sentences(placements) if s is not None]
        assert len(used) == len(set(used)) == min(shape)


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_floor_and_room_for_more_reach_the_optimum_too(capacity: int) -> None:
    dice = np.random.default_rng(6)
    settings = PlacementSettings(min_similarity=0.25, sentence_capacity=capacity)
    for _ in range(300):
        similarity = dice.uniform(-0.5, 1, dice.integers(1, 4, size=2)).astype(np.float32)
        similarity = np.round(similarity * 4) / 4 if dice.random() < 0.3 else similarity

        placements = place(similarity, settings)

        reached = sum(p.similarity - 0.25 for p in placements if p.sentence is not None)
        assert reached == pytest.approx(optimum(similarity, 0.25, capacity), abs=1e-6)


def test_the_published_example(shared_data: Path) -> None:
    """Both images are most like sentence 1; the sum is largest otherwise."""
    row = json.loads((shared_data / "text" / "mmc4-readme-example.json").read_text())
    similarity = matrix(*row["similarity_matrix"])

    assert sentences(place(similarity, PlacementSettings(method="mmc4"))) == [2, 1]
    assert sentences(place(similarity, FREE)) == [2, 1]
    assert sentences(place(similarity, PlacementSettings(method="best"))) == [None, 1]
    free = PlacementSettings(method="best", sentence_capacity=None)
    assert sentences(place(similarity, free)) == [1, 1]


@pytest.mark.parametrize("method", METHODS)
@given(similarity=matrices)
def test_every_image_is_listed_once_with_a_sentence_or_a_reason(
    method: str, similarity: Similarity
) -> None:
    settings = PlacementSettings(method=method, min_similarity=0.1, max_images=3)  # type: ignore[arg-type]

    placements = place(similarity, settings)

    assert [p.image for p in placements] == list(range(len(similarity)))
    assert all((p.sentence is None) == (p.reject_reason is not None) for p in placements)
    placed = [p for p in placements if p.sentence is not None]
    assert len(placed) <= 3
    for p in placed:
        assert p.similarity == similarity[p.image, p.sentence]
        assert p.similarity >= np.float32(0.1)
    if method != "mmc4":
        used = [p.sentence for p in placed]
        assert len(used) == len(set(used))


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (3, 0)])
@pytest.mark.parametrize("method", METHODS)
def test_an_empty_side(method: str, shape: tuple[int, int]) -> None:
    placements = place(np.zeros(shape, np.float32), PlacementSettings(method=method))  # type: ignore[arg-type]

    assert reasons(placements) == [Reason.UNPLACED_NO_SENTENCE] * shape[0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused(method: str, value: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        place(matrix([0.2, value]), PlacementSettings(method=method))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NaN"):
        similarity_matrix(np.array([[value]]), np.array([[1.0]]))


def test_a_large_document() -> None:
    similarity = np.random.default_rng(1).uniform(0, 1, (500, 2000)).astype(np.float32)

    used = sentences(place(similarity, FREE))

    assert len(set(used)) == 500
    assert None not in used


def test_mmc4_piles_what_is_left_over_on_favourites() -> None:
    """Their rule: the assignment first, then each image left over to its own best sentence."""
    similarity = matrix([0.9, 0.1], [0.8, 0.2], [0.7, 0.05], [0.1, 0.6])

    placements = place(similarity, PlacementSettings(method="mmc4", min_similarity=None))

    assert sentences(placements) == [0, 0, 0, 1]


def test_mmc4_forces_weak_matches_and_the_limit_undoes_that() -> None:
    similarity = matrix([0.5, 0.01], [0.4, 0.01])
    forced = PlacementSettings(method="mmc4", min_similarity=None)

    assert sentences(place(similarity, forced)) == [0, 1]
    limited = place(similarity, PlacementSettings(method="mmc4", min_similarity=0.1))
    assert sentences(limited) == [0, None]
    assert reasons(limited) == [None, Reason.UNPLACED_WEAK]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("limit", [0.15, 0.7])
def test_the_limit_itself_is_kept(method: str, limit: float) -> None:
    """As float32 one is a little more than written, the other a little less."""
    at, above = (
        PlacementSettings(method=method, min_similarity=value)  # type: ignore[arg-type]
        for value in (limit, limit + 0.0001)
    )

    similarity = matrix([limit, 0.1], [0.0, 0.0])
    assert sentences(place(similarity, at)) == [0, None]
    assert sentences(place(similarity, above)) == [None, None]


def test_mmc4s_weak_matches_go_also_where_images_are_placed_anew() -> None:
    similarity = matrix([0.9, 0.8, 0.05], [0.8, 0.05, 0.05], [0.7, 0.05, 0.3])
    settings = PlacementSettings(method="mmc4", min_similarity=0.1, max_images=2)

    placements = place(similarity, settings)

    assert sentences(placements) == [1, 0, None]
    assert reasons(placements)[2] == Reason.UNPLACED_OVER_LIMIT
    dice = np.random.default_rng(3)
    for _ in range(300):
        drawn = dice.uniform(-0.2, 0.6, (6, 3)).astype(np.float32)
        for p in place(drawn, settings):
            assert (p.similarity >= 0.1) if p.sentence is not None else p.reject_reason


@pytest.mark.parametrize(("limit", "reason"), [(0.3, None), (0.31, Reason.UNPLACED_UNRELATED)])
def test_an_image_unlike_every_sentence_takes_none(limit: float, reason: Reason | None) -> None:
    settings = PlacementSettings(method="mmc4", min_best_similarity=limit, min_similarity=None)

    placements = place(matrix([0.9, 0.2], [0.3, 0.2]), settings)

    assert reasons(placements) == [None, reason]


def test_an_image_that_stays_out_counts_as_one_at_the_limit() -> None:
    """0.9 alone beats 0.5 + 0.5 less two limits of 0.4."""
    similarity = matrix([0.9, 0.5], [0.5, 0.0])

    placements = place(similarity, PlacementSettings(min_similarity=0.4))

    assert sentences(placements) == [0, None]
    assert reasons(placements) == [None, Reason.UNPLACED_NO_SENTENCE]
    assert sentences(place(similarity, PlacementSettings(min_similarity=0.0))) == [1, 0]


@pytest.mark.parametrize("method", ["assignment", "best"])
@pytest.mark.parametrize(("capacity", "placed"), [(1, 1), (2, 2), (3, 3), (None, 3)])
def test_a_sentence_holds_no_more_than_its_capacity(
    method: str, capacity: int | None, placed: int
) -> None:
    settings = PlacementSettings(method=method, sentence_capacity=capacity)  # type: ignore[arg-type]

    placements = place(matrix([0.3], [0.5], [0.4]), settings)

    order = [1, 2, 0][:placed]
    assert [i for i, s in enumerate(sentences(placements)) if s == 0] == sorted(order)
    assert reasons(placements).count(Reason.UNPLACED_NO_SENTENCE) == 3 - placed


def test_of_too_many_images_the_most_similar_stay_and_move_up() -> None:
    """Image 1 had to leave sentence 0 to image 0; once that is gone, it takes it."""
    similarity = matrix([0.5, 0.1, 0.1], [0.45, 0.42, 0.1], [0.1, 0.1, 0.6], [0.55, 0.1, 0.1])
    settings = PlacementSettings(min_similarity=None, sentence_capacity=1)

    assert sentences(place(similarity, settings)) == [None, 1, 2, 0]
    two = place(similarity, PlacementSettings(max_images=2))
    assert sentences(two) == [None, None, 2, 0]
    assert reasons(two)[1] == Reason.UNPLACED_OVER_LIMIT
    one = place(matrix([0.5, 0.49], [0.45, 0.1]), PlacementSettings(max_images=1))
    assert sentences(one) == [0, None]


def test_a_sentence_that_may_hold_none_is_left_out() -> None:
    similarity = matrix([0.9, 0.3, 0.2])

    placements = place(similarity, FREE, may_hold_image=np.array([False, True, True]))

    assert sentences(placements) == [1]
    none = place(similarity, FREE, may_hold_image=np.zeros(3, dtype=bool))
    assert reasons(none) == [Reason.UNPLACED_NO_SENTENCE]


@pytest.mark.parametrize("method", METHODS)
def test_ties_go_to_earlier_sentences_and_keep_the_order_of_images(method: str) -> None:
    settings = PlacementSettings(method=method, sentence_capacity=1)  # type: ignore[arg-type]

    equal = place(np.full((3, 5), 0.5, np.float32), settings)

    assert sentences(equal) == ([0, None, None] if method == "best" else [0, 1, 2])
    assert sentences(place(matrix([0.1, 0.7, 0.7]), settings)) == [1]


def test_a_score_decides_and_the_similarity_stays_the_models() -> None:
    similarity = matrix([0.30, 0.29], [0.30, 0.29])
    score = np.array([[1.0, 3.0], [1.0, 2.5]])

    placements = place(similarity, FREE, score=score)

    assert sentences(placements) == [1, 0]  # 3 + 1 is more than 1 + 2.5
    assert [p.similarity for p in placements] == pytest.approx([0.29, 0.30])


@given(matrices)
def test_placement_is_an_exact_optimum_of_its_score(score: Similarity) -> None:
    """Any scale and sign: every image that finds room is placed, and no way gives a larger sum."""
    wide = score.astype(np.float64) * 20 - 3
    placements = place(np.zeros(score.shape, np.float32), FREE, score=wide)

    used = [s for s in sentences(placements) if s is not None]
    assert len(used) == len(set(used)) == min(score.shape)
    if used:
        short = wide if wide.shape[0] <= wide.shape[1] else wide.T
        ways = permutations(range(short.shape[1]), short.shape[0])
        best = max(sum(short[row, column] for row, column in enumerate(way)) for way in ways)
        reached = sum(wide[p.image, p.sentence] for p in placements if p.sentence is not None)
        assert reached == pytest.approx(best, abs=1e-9)


def test_limits_on_similarity_do_not_look_at_the_score() -> None:
    settings = PlacementSettings(min_similarity=0.2)
    score = np.array([[5.0, 1.0], [9.0, 9.0]])

    placements = place(matrix([0.1, 0.2], [0.19, 0.1]), settings, score=score)

    assert sentences(placements) == [1, None]
    assert reasons(placements)[1] is Reason.UNPLACED_WEAK


@pytest.mark.parametrize("method", METHODS)
def test_an_image_has_a_limit_of_its_own(method: str) -> None:
    settings = PlacementSettings(method=method)  # type: ignore[arg-type]
    own = np.array([0.5, 0.51, -np.inf])

    placements = place(matrix([0.5], [0.5], [0.1]), settings, own_limits=own)

    assert reasons(placements)[1] is Reason.UNPLACED_FOREIGN
    assert sentences(placements)[0] == 0


def test_an_image_whose_best_sentence_is_enough_may_stand_at_another() -> None:
    score = np.array([[1.0, 5.0]])
    placements = place(matrix([0.5, 0.1]), FREE, score=score, own_limits=np.array([0.4]))
    assert sentences(placements) == [1]


def test_of_too_many_images_those_with_the_highest_scores_stay() -> None:
    score = np.array([[1.0, 0.0], [0.0, 2.0]])
    placements = place(matrix([0.9, 0.8], [0.1, 0.2]), PlacementSettings(max_images=1), score=score)
    assert sentences(placements) == [None, 1]


def test_similarity_is_computed_in_float32_from_float16() -> None:
    images = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float16)
    texts = np.array([[0.0, 1.0]], dtype=np.float16)

    similarity = similarity_matrix(images, texts)

    assert similarity.dtype == np.float32
    assert similarity.tolist() == [[float(np.float16(0.8))], [0.0]]
    assert similarity_matrix(images[:0], texts).shape == (0, 1)


def test_vectors_of_two_models_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        similarity_matrix(np.ones((1, 3)), np.ones((1, 4)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_similarity": 1.1},
        {"min_best_similarity": -1.1},
        {"sentence_capacity": 0},
        {"max_images": 0},
        {"order_weight": -0.1},
        {"image_weight": float("inf")},
        {"anchor_width": 0.0},
        {"min_contrast": float("nan")},
        {"min_words": -1},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        PlacementSettings(**wrong)  # type: ignore[arg-type]
