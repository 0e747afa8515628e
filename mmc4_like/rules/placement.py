"""Which sentence each image goes to, from how alike they are. No model, no Spark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmc4_like.records import Placement, Sentence
from mmc4_like.rules.assignment import NONE, Chosen, as_mmc4, best_total, own_best, settle_ties
from webdoc.reasons import Reason
from webdoc.settings import setting

Similarity = NDArray[np.float32]  # (n_images, n_sentences), cosine in [-1, 1]

# Below any cosine: with it as the floor, a sentence counts more than none, however unlike.
_NO_FLOOR = -2.0


@dataclass(frozen=True, slots=True)
class PlacementSettings:
    """How images are placed. Similarities are cosines in [-1, 1]; none means no limit."""

    method: Literal["assignment", "mmc4", "best"] = setting(
        "assignment",
        "How images are given to sentences.",
        source="MMC4's code, compute_assignments.py",
        differs="Surplus images pile up on the most popular sentences.",
    )
    min_best_similarity: float | None = setting(
        None,
        "Of an image's best sentence; MMC4's only limit.",
        source="MMC4, section 3; for CLIP ViT-L/14",
        differs="The limit on the match says it too.",
    )
    min_similarity: float | None = setting(
        0.15,
        "Of the sentence that it gets; one at the limit is kept.",
        source="MMC4 has none",
        differs="2 % of MMC4's matches are below 0.15, forced by the assignment (its figure 4a).",
    )
    sentence_capacity: int | None = setting(
        1,
        "Images a sentence; the method mmc4 does not look at it.",
        source="MMC4's overflow rule has none",
        differs="As `placement.method`.",
    )
    max_images: int | None = setting(
        None,
        "Placed in one document.",
        source="MMC4 has none",
        differs="OBELICS' limit; no model reads more.",
    )
    order_weight: float = setting(
        0.0,
        "What a sentence at the image's own place in the page gains.",
        source="ours: MMC4 looks at no position",
    )
    min_words: int = setting(
        1,
        "Of a sentence that may hold an image.",
        source="MMC4 has none",
        differs='"Read more." can take an image.',
    )

    def __post_init__(self) -> None:
        for limit in (self.min_best_similarity, self.min_similarity):
            if limit is not None and not -1 <= limit <= 1:
                raise ValueError(f"a similarity limit must lie in [-1, 1], got {limit}")
        for count in (self.sentence_capacity, self.max_images):
            if count is not None and count < 1:
                raise ValueError("sentence_capacity and max_images must be 1 or more, or none")
        if not 0 <= self.order_weight <= 1:
            raise ValueError(f"order_weight must lie in [0, 1], got {self.order_weight}")
        if self.min_words < 0:
            raise ValueError(f"min_words must be 0 or more, got {self.min_words}")


class Positions(NamedTuple):
    """Where images and sentences stand, 0 the top of their page or text, 1 its end, NaN unknown."""

    images: NDArray[np.float64]  # (n_images,)
    sentences: NDArray[np.float64]  # (n_sentences,)


def sentence_positions(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """Return (n_sentences,) float64 in [0, 1]: where the middle of each stands in the text."""
    middles = np.array([(s.start + s.end) / 2 for s in sentences], dtype=np.float64)
    return middles / sentences[-1].end if sentences else middles


def similarity_matrix(
    images: NDArray[np.floating], sentences: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return the cosine of each image and each sentence, computed in float32.

    Args:
        images: (n_images, dimensions) unit vectors, float16 or wider.
        sentences: (n_sentences, dimensions) likewise, of the same model.

    Returns:
        (n_images, n_sentences) float32.

    Raises:
        ValueError: dimensions that differ, or a NaN or infinity inside.
    """
    if images.ndim != 2 or sentences.ndim != 2 or images.shape[1] != sentences.shape[1]:
        raise ValueError(f"vectors of {images.shape} and {sentences.shape} cannot be compared")
    left, right = (side.astype(np.float32, copy=False) for side in (images, sentences))
    product: Similarity = left @ right.T
    _refuse_nan(product)
    return product


def _refuse_nan(similarity: Similarity) -> None:
    if not np.isfinite(similarity).all():
        raise ValueError("a similarity is NaN or infinite")


def place(
    similarity: Similarity,
    settings: PlacementSettings,
    may_hold_image: NDArray[np.bool_] | None = None,
    positions: Positions | None = None,
) -> tuple[Placement, ...]:
    """Place the images of one document.

    `assignment` makes the sum over placed images of similarity - min_similarity as large as can be
    (without min_similarity: as many placed as there is room for, with the largest sum). `mmc4`
    assigns one image a sentence, then gives every image left over its own best sentence, however
    full. `best` gives each its best sentence; a full one keeps those it suits best. Where more
    than max_images find a place, the most similar stay and are placed anew. Ties go to earlier
    sentences, then to images in their order.

    Args:
        similarity: (n_images, n_sentences) float32, cosine in [-1, 1]; either side may be 0.
        settings: the method and its limits.
        may_hold_image: (n_sentences,) bool; None: all may.
        positions: where order_weight is above 0. A sentence at the image's own place gains all
            of it, one at the other end of the page nothing. No limit looks at that, so it moves
            images and never keeps one out.

    Returns:
        One placement for each row, in their order; `Placement.image` is the row.

    Raises:
        ValueError: a NaN or infinity inside, or no matrix.

    Source: MMC4 paper, arXiv:2304.06939, section 3, and the solver in its code.
    """
    if similarity.ndim != 2:
        raise ValueError(f"a similarity matrix has two sides, got {similarity.ndim}")
    _refuse_nan(similarity)
    images, sentences = similarity.shape
    columns = np.arange(sentences) if may_hold_image is None else np.flatnonzero(may_hold_image)
    if not images or not len(columns):
        return tuple(Placement(i, None, 0.0, Reason.UNPLACED_NO_SENTENCE) for i in range(images))
    usable = similarity if len(columns) == sentences else similarity[:, columns]
    preference = usable.astype(np.float64)
    if settings.order_weight and positions is not None:
        preference += settings.order_weight * _nearness(positions, columns)
    chosen, reasons = _chosen_with_reasons(usable, settle_ties(preference), settings)
    return _placements(usable, chosen, reasons, columns)


def _nearness(positions: Positions, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n_images, len(columns)) in [0, 1]: 1 at the same place; 0 where one is unknown."""
    apart = np.abs(positions.images[:, None] - positions.sentences[columns])
    near: NDArray[np.float64] = np.nan_to_num(1 - apart, nan=0.0)
    return near


def _chosen_with_reasons(
    similarity: Similarity, preference: NDArray[np.float64], settings: PlacementSettings
) -> tuple[Chosen, dict[int, Reason]]:
    """Return the column of each image, and why images have none where it is not for lack of room.

    Both sides are at least 1.
    """
    best = similarity.max(axis=1)
    weak = _below(best, settings.min_similarity)
    if settings.method == "mmc4":  # it has a sentence for every image, which a limit takes away
        weak[:] = True
    reasons = dict.fromkeys(_rows(weak), Reason.UNPLACED_WEAK)
    unrelated = _below(best, settings.min_best_similarity)
    reasons |= dict.fromkeys(_rows(unrelated), Reason.UNPLACED_UNRELATED)
    chosen = _chosen(similarity, preference, settings, ~unrelated)
    placed = np.flatnonzero(chosen != NONE)
    if settings.max_images is not None and len(placed) > settings.max_images:
        order = placed[np.lexsort((placed, -_matched(similarity, chosen)[placed]))]
        reasons |= dict.fromkeys(order[settings.max_images :].tolist(), Reason.UNPLACED_OVER_LIMIT)
        stays = np.isin(np.arange(len(chosen)), order[: settings.max_images])
        chosen = _chosen(similarity, preference, settings, stays)
    return chosen, reasons


def _chosen(
    similarity: Similarity,
    preference: NDArray[np.float64],
    settings: PlacementSettings,
    rows: NDArray[np.bool_],
) -> Chosen:
    """Return the column of each of these rows, NONE for all others."""
    images, capacity = len(rows), settings.sentence_capacity
    chosen = np.full(images, NONE)
    part = preference[rows]
    if settings.method == "mmc4":  # the others look at the limit while they choose
        chosen[rows] = as_mmc4(part)
        chosen[_below(_matched(similarity, chosen), settings.min_similarity)] = NONE
        return chosen
    allowed = ~_below(similarity[rows], settings.min_similarity)
    if settings.method == "best" or capacity is None or capacity >= images:
        chosen[rows] = own_best(part, allowed, capacity or images)
    else:
        limit = settings.min_similarity
        floor = _NO_FLOOR if limit is None else float(np.float32(limit))
        chosen[rows] = best_total(part, allowed, capacity, floor)
    return chosen


def _placements(
    similarity: Similarity, chosen: Chosen, reasons: dict[int, Reason], columns: NDArray[np.int64]
) -> tuple[Placement, ...]:
    best, matched = similarity.max(axis=1).tolist(), _matched(similarity, chosen).tolist()
    sentences = columns[chosen].tolist()  # where nothing is chosen, it is not looked at
    return tuple(
        Placement(row, sentences[row], matched[row])
        if column != NONE
        else Placement(row, None, best[row], reasons.get(row, Reason.UNPLACED_NO_SENTENCE))
        for row, column in enumerate(chosen.tolist())
    )


def _matched(similarity: Similarity, chosen: Chosen) -> Similarity:
    """Return (n_images,) the similarity of each chosen pair; of no meaning where none is."""
    matched: Similarity = similarity[np.arange(len(chosen)), chosen]
    return matched


def _below(similarity: Similarity, limit: float | None) -> NDArray[np.bool_]:
    """Tell which similarities are below a limit, as float32 sees it: 0.15 is not below 0.15."""
    if limit is None:
        return np.zeros(similarity.shape, dtype=np.bool_)
    below: NDArray[np.bool_] = similarity < np.float32(limit)
    return below


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows
