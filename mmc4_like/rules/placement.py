"""Which sentence each image goes to, from how alike they are. No model, no Spark."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmc4_like.records import Placement
from mmc4_like.rules.assignment import NONE, Chosen, as_mmc4, best_total, own_best, settle_ties
from mmc4_like.rules.evidence import Weights
from webdoc.reasons import Reason
from webdoc.settings import setting

Similarity = NDArray[np.float32]  # (n_images, n_sentences), cosine in [-1, 1]

# Below any cosine: with it as the floor, a sentence counts more than none, however unlike.
_NO_FLOOR = -2.0


@dataclass(frozen=True, slots=True)
class PlacementSettings:
    """How images are placed. Similarities are cosines in [-1, 1]; none means no limit.

    Weights count standard deviations of each part over the run. Where those of all parts but the
    image are 0, the cosines decide as they are.
    """

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
        differs="A cosine of another model means something else, unlike `placement.min_contrast`.",
    )
    min_similarity: float | None = setting(
        None,
        "Of the sentence that it gets; one at the limit is kept.",
        source="MMC4 has none",
    )
    min_contrast: float | None = setting(
        1.0,
        "Of images without an anchor: how many standard deviations the similarity with their best "
        "sentence lies above what they have with sentences of other documents; one at it is kept.",
        source="ours; docs/decisions/placement.md",
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
    image_weight: float = setting(
        1.0,
        "Of the image beside a sentence, as the next three in standard deviations over the run.",
        source="MMC4: the cosine of image and sentence",
    )
    caption_weight: float = setting(
        1.0,
        "Of its caption beside a sentence.",
        source="ours, measured: docs/decisions/placement.md; MMC4 looks at the picture alone",
        differs="A caption says what its paragraph says.",
    )
    alt_text_weight: float = setting(
        1.0,
        "Of its alternative text beside a sentence.",
        source="as `placement.caption_weight`",
        differs="As `placement.caption_weight`.",
    )
    around_weight: float = setting(
        1.0,
        "Of the words above and below it in its page beside a sentence.",
        source="as `placement.caption_weight`",
        differs="They are mostly words of its paragraph.",
    )
    anchor_weight: float = setting(
        6.0,
        "What a sentence gains at the image's own place between the paragraphs of its page.",
        source="ours, measured: docs/decisions/placement.md; MMC4 looks at no position",
        differs="The page says where the image stood.",
    )
    anchor_width: float = setting(
        3.0,
        "Sentences from that place where the gain is a third of it.",
        source="as `placement.anchor_weight`",
    )
    order_weight: float = setting(
        2.0,
        "What a sentence at the image's place gains where only the order of the page is known.",
        source="as `placement.anchor_weight`",
        differs="A WAT file tells nothing else of where images stood.",
    )
    min_words: int = setting(
        1,
        "Of a sentence that may hold an image.",
        source="MMC4 has none",
        differs='"Read more." can take an image.',
    )

    @property
    def weights(self) -> Weights:
        """What the parts of a score count."""
        return Weights(
            self.image_weight,
            self.caption_weight,
            self.alt_text_weight,
            self.around_weight,
            self.anchor_weight,
            self.anchor_width,
            self.order_weight,
        )

    def __post_init__(self) -> None:
        for limit in (self.min_best_similarity, self.min_similarity):
            if limit is not None and not -1 <= limit <= 1:
                raise ValueError(f"a similarity limit must lie in [-1, 1], got {limit}")
        for count in (self.sentence_capacity, self.max_images):
            if count is not None and count < 1:
                raise ValueError("sentence_capacity and max_images must be 1 or more, or none")
        if min(self.weights) < 0 or not np.isfinite(self.weights).all():
            raise ValueError("a weight must be 0 or more, and finite")
        if self.min_contrast is not None and not np.isfinite(self.min_contrast):
            raise ValueError("min_contrast must be a number, or none")
        if self.anchor_width == 0:
            raise ValueError("anchor_width must be above 0")
        if self.min_words < 0:
            raise ValueError(f"min_words must be 0 or more, got {self.min_words}")


def _refuse_nan(similarity: NDArray[np.floating]) -> None:
    if not np.isfinite(similarity).all():
        raise ValueError("a similarity is NaN or infinite")


def place(
    similarity: Similarity,
    settings: PlacementSettings,
    may_hold_image: NDArray[np.bool_] | None = None,
    score: NDArray[np.float64] | None = None,
    own_limits: NDArray[np.floating] | None = None,
) -> tuple[Placement, ...]:
    """Place the images of one document.

    `assignment` makes the sum over placed images of score - floor as large as can be; an image
    without a sentence counts 0. Where the score is the similarity, the floor is min_similarity;
    else, and where there is no such limit, it lies below every score, so that whatever may have a
    sentence is better with one. `mmc4` assigns one image a sentence, then gives every image left
    over its own best sentence, however full. `best` gives each its best sentence; a full one keeps
    those it suits best. Where more than max_images find a place, those with the highest scores stay
    and are placed anew. Ties go to earlier sentences, then to images in their order.

    Args:
        similarity: (n_images, n_sentences) float32, cosine in [-1, 1]; either side may be 0.
        settings: the method and its limits; the weights are not looked at here.
        may_hold_image: (n_sentences,) bool; None: all may.
        score: (n_images, n_sentences) what is maximised; None: the similarity. The limits on
            similarity do not look at it.
        own_limits: (n_images,) what the best sentence of each image must reach, beside
            min_best_similarity; -inf for no limit. None: no image has one.

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
    limit = None if settings.min_similarity is None else np.float32(settings.min_similarity)
    if score is None:
        preference = usable.astype(np.float64)
        floor = _NO_FLOOR if limit is None else float(limit)
    else:
        _refuse_nan(score)
        preference = score.astype(np.float64)[:, columns]
        floor = float(preference.min()) - 1
    allowed = np.ones(usable.shape, np.bool_) if limit is None else usable >= limit
    pairs = _Pairs(usable, settle_ties(preference), allowed, floor)
    chosen, reasons = _chosen_with_reasons(pairs, settings, own_limits)
    return _placements(usable, chosen, reasons, columns)


class _Pairs(NamedTuple):
    """Every image of a document beside every sentence that may hold one; both at least once."""

    similarity: Similarity
    preference: NDArray[np.float64]  # of the same shape: what is maximised
    allowed: NDArray[np.bool_]  # of the same shape: which pairs min_similarity lets be
    floor: float  # a preference: what an image without a sentence counts as


def _chosen_with_reasons(
    pairs: _Pairs, settings: PlacementSettings, own_limits: NDArray[np.floating] | None
) -> tuple[Chosen, dict[int, Reason]]:
    """Return the column of each image, and why images have none where room is not the reason."""
    best = pairs.similarity.max(axis=1)
    weak = np.zeros(len(best), np.bool_)
    weak[:] = ~np.any(pairs.allowed, axis=1)
    if settings.method == "mmc4":  # it has a sentence for every image, which a limit takes away
        weak[:] = True
    reasons = dict.fromkeys(_rows(weak), Reason.UNPLACED_WEAK)
    unrelated: NDArray[np.bool_] = np.zeros(len(best), np.bool_)
    if own_limits is not None:
        unrelated = best < own_limits.astype(np.float32)
        reasons |= dict.fromkeys(_rows(unrelated), Reason.UNPLACED_FOREIGN)
    if settings.min_best_similarity is not None:  # as float32 sees it: 0.15 is not below 0.15
        below: NDArray[np.bool_] = best < np.float32(settings.min_best_similarity)
        reasons |= dict.fromkeys(_rows(below), Reason.UNPLACED_UNRELATED)
        unrelated = unrelated | below
    chosen = _chosen(pairs, settings, ~unrelated)
    placed = np.flatnonzero(chosen != NONE)
    if settings.max_images is not None and len(placed) > settings.max_images:
        worth = pairs.preference[placed, chosen[placed]].astype(np.float32)  # without settled ties
        order = placed[np.lexsort((placed, -worth))]
        reasons |= dict.fromkeys(order[settings.max_images :].tolist(), Reason.UNPLACED_OVER_LIMIT)
        stays = np.isin(np.arange(len(chosen)), order[: settings.max_images])
        chosen = _chosen(pairs, settings, stays)
    return chosen, reasons


def _chosen(pairs: _Pairs, settings: PlacementSettings, rows: NDArray[np.bool_]) -> Chosen:
    """Return the column of each of these rows, NONE for all others."""
    images, capacity = len(rows), settings.sentence_capacity
    chosen = np.full(images, NONE)
    part = pairs.preference[rows]
    if settings.method == "mmc4":  # the others look at the limit while they choose
        chosen[rows] = as_mmc4(part)
        chosen[~pairs.allowed[np.arange(images), chosen]] = NONE
        return chosen
    allowed = pairs.allowed[rows]
    if settings.method == "best" or capacity is None or capacity >= images:
        chosen[rows] = own_best(part, allowed, capacity or images)
    else:
        chosen[rows] = best_total(part, allowed, capacity, pairs.floor)
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


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows
