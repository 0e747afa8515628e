"""What a language model of the user's own answers when asked whether a text is worth it."""

from collections.abc import Sequence
from typing import Any, Final

from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn, ScoredText
from webdoc.scores.texts._model_folders import architectures_of, digest_of
from webdoc.settings import SettingsError

MODEL: Final = (
    "the folder of a Hugging Face language model (T5 or a causal one) that follows orders"
)
COLUMNS = (
    ScoreColumn(
        "ask_llm",
        "probability that a language model answers yes when asked whether a text informs and is"
        " well-formatted, in [0, 1] (Ask-LLM, Sachdeva et al. 2024, arXiv:2402.09668, section 3.1)",
        Reason.DOCUMENT_SCORE,
    ),
)
_QUESTION: Final = (
    "###\n{text}\n###\n\nDoes the previous paragraph demarcated within ### and ### contain"
    " informative signal for pre-training a large-language model? An informative datapoint should"
    " be well-formatted, contain some usable knowledge of the world, and strictly NOT have any"
    " harmful, racist, sexist, etc. content.\n\nOPTIONS:\n- yes\n- no\n"
)
_ANSWER: Final = "yes"
_MAX_TOKENS: Final = 512  # of a text; what follows is not looked at
_MAX_CHARS: Final = 20_000
_DECIMALS: Final = 4


class AskLlm:
    """A model that is asked one question a text."""

    def __init__(self, path: str) -> None:
        """Load a model; nothing is downloaded, and no code of its folder runs.

        Raises:
            SettingsError: the extra is not installed, or the folder is none of such a model.
        """
        self._torch, self._tokenizer, self._model = _loaded(path)
        self._is_pair = bool(self._model.config.is_encoder_decoder)
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self._model.to(self._device).eval()
        self._yes = self._tokenizer(_ANSWER, add_special_tokens=False)["input_ids"][0]
        self.revision = digest_of(path)

    def score(self, texts: Sequence[ScoredText]) -> list[tuple[float | None, ...]]:
        """Return the probability of each text, asked one by one; None of a blank text."""
        return [(self._score(text.text),) for text in texts]

    def _score(self, text: str) -> float | None:
        if not text.strip():
            return None
        with self._torch.inference_mode():
            found = self._model(**self._asked(text)).logits[0, -1].float().softmax(-1)
        return round(float(found[self._yes]), _DECIMALS)

    def _asked(self, text: str) -> dict[str, Any]:
        sound = text[:_MAX_CHARS].encode("utf-8", "replace").decode()
        tokens = self._tokenizer(sound, add_special_tokens=False)["input_ids"][:_MAX_TOKENS]
        question = _QUESTION.format(text=self._tokenizer.decode(tokens))
        asked = dict(self._tokenizer(question, return_tensors="pt").to(self._device))
        asked = {name: asked[name] for name in ("input_ids", "attention_mask")}
        if self._is_pair:
            start = self._model.config.decoder_start_token_id
            asked["decoder_input_ids"] = self._torch.tensor([[start]], device=self._device)
        return asked


def load(path: str) -> AskLlm:
    """Load a model."""
    return AskLlm(path)


def _loaded(path: str) -> tuple[Any, Any, Any]:
    try:
        import torch  # noqa: PLC0415 - an extra, and seconds
        from transformers import (  # noqa: PLC0415 - likewise
            AutoModelForCausalLM,
            AutoModelForSeq2SeqLM,
            AutoTokenizer,
        )
    except ImportError as error:
        raise SettingsError(
            "the scorer ask_llm needs an extra: pip install 'interleaf[signals]'"
        ) from error
    kinds = architectures_of(path)
    family: Any
    if any(kind.endswith("ForConditionalGeneration") for kind in kinds):
        family = AutoModelForSeq2SeqLM
    elif any(kind.endswith(("ForCausalLM", "LMHeadModel")) for kind in kinds):
        family = AutoModelForCausalLM
    else:
        raise SettingsError(
            f"{path} holds {', '.join(kinds) or 'a model of no named kind'}, and ask_llm wants a"
            " language model, ForConditionalGeneration or ForCausalLM."
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        return torch, tokenizer, family.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise SettingsError(f"{path} cannot be loaded: {str(error).splitlines()[0]}") from error
