"""How surprising a text is to a KenLM model of the user's own."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn, ScoredText
from webdoc.settings import SettingsError
from webdoc.text.perplexity import PerplexityModel

MODEL: Final = "a KenLM model (.arpa or .bin)"
COLUMNS = (
    ScoreColumn(
        "kenlm_perplexity",
        "perplexity of the text by a KenLM model, 1 or more; high is unlike what the model knows"
        " (CCNet, arXiv:1911.00359)",
        Reason.DOCUMENT_SCORE,
    ),
)
_PIECES: Final = ".sp.model"  # CCNet names en.arpa.bin and en.sp.model


class KenlmPerplexity:
    """The measure of the rules on perplexity, as a score."""

    def __init__(self, path: str) -> None:
        """Load a model, with the SentencePiece model of its name beside it where there is one."""
        pieces = Path(path).with_name(Path(path).name.partition(".")[0] + _PIECES)
        try:
            self._model = PerplexityModel(path, str(pieces) if pieces.is_file() else "")
        except ValueError as error:
            raise SettingsError(str(error)) from error
        self.revision = sha256(Path(path).read_bytes()).hexdigest()[:16]

    def score(self, texts: Sequence[ScoredText]) -> list[tuple[float | None, ...]]:
        """Return the perplexity of each text; None of one without a visible character."""
        return [(self._model.perplexity(t.text) if t.text.strip() else None,) for t in texts]


def load(path: str) -> KenlmPerplexity:
    """Load a model."""
    return KenlmPerplexity(path)
