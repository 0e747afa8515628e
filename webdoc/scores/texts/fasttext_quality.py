"""How likely a text is of the good kind, by a fastText classifier of the user's own."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn, ScoredText
from webdoc.settings import SettingsError

MODEL: Final = "a fastText classifier (.bin or .ftz)"
COLUMNS = (
    ScoreColumn(
        "fasttext_quality",
        "probability of the good label by a fastText classifier, in [0, 1] (DCLM, arXiv:2406.11794,"
        " keeps the best tenth)",
        Reason.DOCUMENT_SCORE,
    ),
)
# The good label of DCLM's classifier, and how others call theirs.
_GOOD: Final = ("__label__hq", "__label__high", "__label__good", "__label__pos", "__label__1")
_MAX_CHARS: Final = 1_000_000  # of one text; what follows is not looked at
_DECIMALS: Final = 4


class FastTextQuality:
    """A classifier in the form of DCLM's: breaks become spaces, the whole text is one line."""

    def __init__(self, path: str) -> None:
        """Load a classifier.

        Raises:
            SettingsError: no such file, no fastText model, or none of its labels is a good one.
        """
        self.model = _loaded(path)
        labels = sorted(label for _, label in self.model.predict("a\n", -1, 0.0, "strict"))
        self._good = next((label for label in _GOOD if label in labels), "")
        if not self._good:
            raise SettingsError(
                f"{path} has the labels {', '.join(labels[:10]) or 'of no kind'}. A classifier of"
                f" quality has one of {', '.join(_GOOD)}."
            )
        self.revision = sha256(Path(path).read_bytes()).hexdigest()[:16]

    def score(self, texts: Sequence[ScoredText]) -> list[tuple[float | None, ...]]:
        """Return the probability of each text; None of one without a visible character."""
        return [(self._score(text.text),) for text in texts]

    def _score(self, text: str) -> float | None:
        line = " ".join(text[:_MAX_CHARS].replace("\0", " ").split())
        if not line:
            return None
        line = line.encode("utf-8", "replace").decode()
        found = {label: p for p, label in self.model.predict(f"{line}\n", -1, 0.0, "strict")}
        return round(min(float(found.get(self._good, 0.0)), 1.0), _DECIMALS)


def load(path: str) -> FastTextQuality:
    """Load a classifier."""
    return FastTextQuality(path)


def _loaded(path: str) -> Any:
    from fasttext import load_model  # type: ignore[import-untyped]  # noqa: PLC0415 - a second

    if not Path(path).is_file():
        raise SettingsError(f"there is no fastText classifier {path}. Check its path.")
    try:
        return load_model(path).f
    except (ValueError, RuntimeError, MemoryError) as error:
        raise SettingsError(f"{path} is no fastText model: {error}") from error
