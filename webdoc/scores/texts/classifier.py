"""What a Hugging Face regressor or classifier in a folder of the user's own says of a text."""

from collections.abc import Sequence
from typing import Any, Final

from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn, ScoredText
from webdoc.scores.texts._model_folders import architectures_of, digest_of
from webdoc.settings import SettingsError

MODEL: Final = "the folder of a Hugging Face model for sequence classification"
COLUMNS = (
    ScoreColumn(
        "classifier",
        "of a regressor its number (FineWeb-Edu's, arXiv:2406.17557, goes from 0 to 5, and 3 and"
        " more are kept); of a classifier the probability of its good label; of texts that are"
        " longer than the model reads the mean of their segments by tokens (QuRating,"
        " arXiv:2402.09739)",
        Reason.DOCUMENT_SCORE,
    ),
)
_GOOD: Final = ("high", "hq", "good", "positive", "educational", "label_1", "1")
_MAX_TOKENS: Final = 512  # in a segment, as FineWeb-Edu and QuRating cut
_MAX_SEGMENTS: Final = 32  # of a text; what follows is not looked at
_MAX_CHARS: Final = 200_000
_TEXTS_AT_ONCE: Final = 16
_DECIMALS: Final = 4


class Classifier:
    """A model of one number, or of labels of which one is good."""

    def __init__(self, path: str) -> None:
        """Load a model; nothing is downloaded, and no code of its folder runs.

        Raises:
            SettingsError: the extra is not installed, or the folder is none of such a model.
        """
        self._torch, self.tokenizer, self.model = _loaded(path)
        labels = self.model.config.id2label or {}
        self._good = None if self.model.config.num_labels == 1 else _good_label(labels, path)
        most = getattr(self.model.config, "max_position_embeddings", _MAX_TOKENS)
        self._tokens = max(8, min(_MAX_TOKENS, int(most or _MAX_TOKENS)))
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self.model.to(self._device).eval()
        self.revision = digest_of(path)

    def score(self, texts: Sequence[ScoredText]) -> list[tuple[float | None, ...]]:
        """Return the score of each text; None of one without a visible character."""
        sums = [0.0] * len(texts)
        tokens = [0] * len(texts)
        for group in self.groups(texts):
            for (n, ids), value in zip(group, self._values([i for _, i in group]), strict=True):
                sums[n] += value * len(ids)
                tokens[n] += len(ids)
        return [
            (round(total / count, _DECIMALS) if count else None,)
            for total, count in zip(sums, tokens, strict=True)
        ]

    def groups(self, texts: Sequence[ScoredText]) -> list[list[tuple[int, list[int]]]]:
        """Return which segments go through the model together: number of the text, and tokens.

        Segments of one length stand together, so that little is padded.
        """
        found = [(n, ids) for n, text in enumerate(texts) for ids in self._segments(text.text)]
        found.sort(key=lambda pair: len(pair[1]))
        return [found[at : at + _TEXTS_AT_ONCE] for at in range(0, len(found), _TEXTS_AT_ONCE)]

    def padded(self, segments: Sequence[list[int]]) -> Any:
        """Return what the model reads of some segments, on its device."""
        made = self.tokenizer.pad({"input_ids": list(segments)}, return_tensors="pt")
        return made.to(self._device)

    def _segments(self, text: str) -> list[list[int]]:
        if not text.strip():
            return []
        sound = text[:_MAX_CHARS].encode("utf-8", "replace").decode()
        made = self.tokenizer(
            sound,
            truncation=True,
            max_length=self._tokens,
            return_overflowing_tokens=True,
        )["input_ids"]
        return [list(ids) for ids in made[:_MAX_SEGMENTS]]

    def _values(self, segments: list[list[int]]) -> list[float]:
        """Return the number of each segment; padding changes none of them."""
        with self._torch.inference_mode():
            logits = self.model(**self.padded(segments)).logits.float()
        if self._good is None:
            return [float(value) for value in logits.squeeze(-1).tolist()]
        return [float(row[self._good]) for row in logits.softmax(-1).tolist()]


def load(path: str) -> Classifier:
    """Load a model."""
    return Classifier(path)


def _loaded(path: str) -> tuple[Any, Any, Any]:
    try:
        import torch  # noqa: PLC0415 - an extra, and seconds
        from transformers import (  # noqa: PLC0415 - likewise
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )
    except ImportError as error:
        raise SettingsError(
            "the scorer classifier needs an extra: pip install 'interleaf[signals]'"
        ) from error
    kinds = architectures_of(path)
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        raise SettingsError(
            f"{path} holds {', '.join(kinds) or 'a model of no named kind'}, and a classifier of"
            " texts is one ForSequenceClassification."
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        model = AutoModelForSequenceClassification.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise SettingsError(f"{path} cannot be loaded: {str(error).splitlines()[0]}") from error
    return torch, tokenizer, model


def _good_label(labels: dict[int, str], path: str) -> int:
    by_name = {str(name).lower(): int(place) for place, name in labels.items()}
    for name in _GOOD:
        if name in by_name:
            return by_name[name]
    raise SettingsError(
        f"{path} has the labels {', '.join(map(str, labels.values()))}. A classifier of quality has"
        f" one of {', '.join(_GOOD)}, or one number alone."
    )
