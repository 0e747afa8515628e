"""Every scorer of pictures by their bytes, on pictures that nobody expects."""

from typing import Any

import pytest

from tests.unit.webdoc.scores.pictures.odd_pictures import DECODED, UNDECODED
from webdoc.scores.rows import scored
from webdoc.scores.scorer import columns_of, load_scorer, of_vectors, scorer_names
from webdoc.settings import SettingsError

NAMES = [name for name in scorer_names("pictures") if not of_vectors(name)]
# Of each column, the least and the largest value that there can be.
RANGES = {
    "sharpness": (0, 1e7),
    "code_count": (0, 100),
    "code_area": (0, 1),
    "entropy": (0, 8),
    "flat_area": (0, 1),
    "technical_quality": (-200, 300),
    "text_area": (0, 1),
    "text_words": (0, 1e4),
    "text_confidence": (0, 1),
}


def loaded(name: str) -> Any:
    try:
        return load_scorer(name, "pictures")
    except SettingsError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", NAMES)
def test_what_decodes_is_scored_and_what_does_not_has_no_score(name: str) -> None:
    scorer = loaded(name)
    bodies = {**DECODED, **UNDECODED}

    rows = dict(zip(bodies, scored(name, scorer, list(bodies), list(bodies.values())), strict=True))

    assert all(rows[kind].scores == () for kind in UNDECODED)
    for row in rows.values():
        assert all(RANGES[s.name][0] <= s.value <= RANGES[s.name][1] for s in row.scores)
    first = columns_of(name)[0].name
    for kind in ("animated", "cmyk", "16-bit", "transparent", "palette"):
        assert first in [score.name for score in rows[kind].scores], kind
    # A score does not depend on the rest of the batch.
    assert scorer.score([DECODED["cmyk"]]) == scorer.score([*DECODED.values()])[1:2]
