"""Placed documents -> placed by other rules, also by other rules for images. No vectors needed."""

from collections.abc import Mapping

from mmc4_like.candidates import judged_candidate
from mmc4_like.placing import PlacingRules, place_again, stored_similarity
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import PlacedDocument


def judge_and_place_again(
    placed: PlacedDocument, copies: Mapping[str, int], limit: float | None, rules: RuleSettings
) -> PlacedDocument:
    """Mark the images of a placed document by these rules too, and place those that are left.

    What is marked stays marked, so that nothing comes back: a corpus that stricter rules make is
    a part of the one before.

    Args:
        placed: of an earlier run.
        copies: as in `judged_candidate`.
        limit: likewise.
        rules: of this run.
    """
    candidate = judged_candidate(placed.candidate, copies, limit, rules)
    live = [
        row
        for row, placement in enumerate(placed.placements)
        if candidate.images[placement.image].reject_reason is None
    ]
    left = PlacedDocument(
        candidate,
        tuple(placed.placements[row] for row in live),
        stored_similarity(placed)[live].tobytes(),
    )
    return place_again(left, PlacingRules(rules.placement, rules.documents, rules.alignment))
