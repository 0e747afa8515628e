"""How like its caption is to captions that a model wrote of its picture, which a file holds."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.captions._sentence_encoder import SentenceEncoder
from webdoc.scores.captions._sieve import (
    SHARED,
    captions_by_picture,
    described_model,
    sieve_score,
)
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn

MODEL: Final = "a TOML file that names captions, a table of captions that a model wrote"
COLUMNS = (ScoreColumn("caption_sieve", SHARED, Reason.IMAGE_CAPTION_GENERATED),)
NEEDS: tuple[Need, ...] = ("caption", "alt_text")


class Sieve:
    """Source: Mahmoud et al. 2023, arXiv:2310.02110, section 3."""

    def __init__(self, path: str) -> None:
        """Load captions and encoder; the captions stay in memory.

        Raises:
            SettingsError: the file, the captions or the encoder cannot be had.
        """
        named = described_model(path, "captions")
        self._written = captions_by_picture(named["captions"])
        self._encoder = SentenceEncoder(named.get("encoder", ""))
        digest = sha256(Path(named["captions"]).read_bytes()).hexdigest()[:16]
        self.revision = f"1-{digest}-{self._encoder.revision}"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the score of each; None without a text, or where the file has no caption."""
        return [(self._score(one),) for one in captions]

    def _score(self, caption: ScoredCaption) -> float | None:
        written = self._written.get(caption.sha256, [])
        return sieve_score(self._encoder, caption.texts, written)


def load(path: str) -> Sieve:
    """Load the scorer."""
    return Sieve(path)
