"""How like its caption is to captions that a captioner of the user's own writes of its picture."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded
from webdoc.reasons import Reason
from webdoc.scores.captions._sentence_encoder import SentenceEncoder, imported_libraries
from webdoc.scores.captions._sieve import SHARED, described_model, sieve_score
from webdoc.scores.captions._weights import weights_digest
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn
from webdoc.settings import SettingsError

MODEL: Final = "a TOML file that names captioner, a Hugging Face model like BLIP, by name or folder"
COLUMNS = (
    ScoreColumn(
        "caption_sieve_captioner",
        f"likewise, of captions written on the way: {SHARED}",
        Reason.IMAGE_CAPTION_GENERATED,
    ),
)
NEEDS: tuple[Need, ...] = ("caption", "alt_text", "picture")
# As the paper's code samples: eight captions of 5 to 20 tokens, from the likeliest .9.
_SAMPLING: Final = {
    "do_sample": True,
    "top_p": 0.9,
    "num_return_sequences": 8,
    "min_length": 5,
    "max_length": 20,
}
_DRAFT_PX: Final = 768  # sides that are enough for the 384 pixels of BLIP
_PICTURES_KEPT: Final = 1_000  # whose captions are known, so that each is written once


class SieveCaptioner:
    """Source: Mahmoud et al. 2023, arXiv:2310.02110, section 3."""

    def __init__(self, path: str) -> None:
        """Load captioner and encoder.

        Raises:
            SettingsError: the file, the captioner or the encoder cannot be had.
        """
        named = described_model(path, "captioner")
        self._encoder = SentenceEncoder(named.get("encoder", ""))
        self._torch, self._processor, self._model = _loaded(named["captioner"])
        self._written: OrderedDict[str, list[str]] = OrderedDict()
        self.revision = f"1-{weights_digest(self._model)}-{self._encoder.revision}"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the score of each; None without a text, or where no picture decodes."""
        return [(self._score(one),) for one in captions]

    def _score(self, caption: ScoredCaption) -> float | None:
        if not caption.texts:
            return None
        if caption.sha256 not in self._written:
            self._written[caption.sha256] = self._captions(caption)
            if len(self._written) > _PICTURES_KEPT:
                self._written.popitem(last=False)
        return sieve_score(self._encoder, caption.texts, self._written[caption.sha256])

    def _captions(self, caption: ScoredCaption) -> list[str]:
        """Write captions of a picture: the same ones in whatever order pictures come."""
        try:
            with guarded():
                frame = as_rgb(first_frame(caption.picture, draft_px=_DRAFT_PX))
        except PictureError:
            return []
        inputs = self._processor(images=frame, return_tensors="pt")
        with self._torch.random.fork_rng(), self._torch.inference_mode():
            self._torch.manual_seed(int(caption.sha256[:12] or "0", 16))
            tokens = self._model.generate(**inputs, **_SAMPLING)
        found: list[str] = self._processor.batch_decode(tokens, skip_special_tokens=True)
        return found


def load(path: str) -> SieveCaptioner:
    """Load the scorer."""
    return SieveCaptioner(path)


def _loaded(name: str) -> tuple[Any, Any, Any]:
    torch, transformers = imported_libraries()
    try:
        processor = transformers.AutoProcessor.from_pretrained(name)
        model = transformers.AutoModelForImageTextToText.from_pretrained(name)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise SettingsError(
            f"the captioner {name} cannot be loaded: {str(error).splitlines()[0]}"
        ) from error
    model.eval()
    return torch, processor, model
