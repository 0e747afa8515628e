"""How surprising a text is to a language model: KenLM, an extra (`interleaf[perplexity]`)."""

import re
import unicodedata
from pathlib import Path

# Marks that a model trained on plain punctuation has never seen, by what it has seen instead.
_PLAIN = str.maketrans(
    {
        "，": ",", "。": ".", "、": ",", "„": '"', "”": '"', "“": '"', "«": '"', "»": '"',
        "「": '"', "」": '"', "《": '"', "》": '"', "´": "'", "‘": "'", "’": "'", "∶": ":",
        "：": ":", "？": "?", "！": "!", "（": "(", "）": ")", "；": ";", "–": "-", "—": " - ",
        "．": ".", "～": "~", "…": "...", "━": "-", "〈": "<", "〉": ">", "【": "[", "】": "]",
        "％": "%", "►": "-",
    }
)  # fmt: skip
_DIGITS = re.compile(r"\d")


class PerplexityModel:
    """A KenLM model, with the SentencePiece model that its training text was cut by."""

    def __init__(self, kenlm_model: str, sentencepiece_model: str = "") -> None:
        """Load the models.

        Args:
            kenlm_model: path of an .arpa or .bin file.
            sentencepiece_model: path of a .model file; "" when the model knows plain words.

        Raises:
            ValueError: a file is missing or no model, or the extra is not installed.
        """
        try:
            import kenlm  # noqa: PLC0415 - an extra
            import sentencepiece  # noqa: PLC0415
        except ImportError as error:
            raise ValueError(
                "perplexity needs an extra: pip install 'interleaf[perplexity]'"
            ) from error
        for path in filter(None, (kenlm_model, sentencepiece_model)):
            if not Path(path).is_file():
                raise ValueError(f"the perplexity model {path} is missing")
        try:
            self._model = kenlm.Model(kenlm_model)
        except (OSError, RuntimeError) as error:
            raise ValueError(f"{kenlm_model} is no KenLM model: {error}") from error
        self._pieces = None
        if sentencepiece_model:
            try:
                self._pieces = sentencepiece.SentencePieceProcessor(model_file=sentencepiece_model)
            except (OSError, RuntimeError) as error:
                raise ValueError(
                    f"{sentencepiece_model} is no SentencePiece model: {error}"
                ) from error

    def perplexity(self, text: str) -> float:
        """Return 10 to the power of the mean negative log10 probability of a token.

        Args:
            text: as people read it; normalised here.

        Returns:
            1.0 or more, one decimal, as OBELICS rounds it. The end of the text is a token too.

        Source: OBELICS, arXiv:2306.16527; CCNet, arXiv:1911.00359.
        """
        line = normalised(text)
        tokens = self._pieces.encode(line, out_type=str) if self._pieces else line.split()
        log10 = self._model.score(" ".join(tokens))
        # A model gives 0 log probability to nothing; a float overflows past 10**308.
        exponent = min(-log10 / (len(tokens) + 1), 300.0)
        return float(round(10.0**exponent, 1))


def normalised(text: str) -> str:
    """Return a text as the models of edugp/kenlm were trained on it.

    Breaks become spaces; OBELICS deletes them and glues words. Digits become 0, marks plain,
    characters that are not printed go.
    """
    line = " ".join(text.split())
    line = _DIGITS.sub("0", line).translate(_PLAIN)
    return "".join(char for char in line if unicodedata.category(char)[0] != "C")
