"""Which text of an image a scorer of captions looks at."""

from typing import Final

from webdoc.scores.scored_caption import ScoredCaption
from webdoc.text.language import detect

_MAX_CHARS: Final = 2_000  # of a text; what follows is not looked at
_LAST_LATIN: Final = 0x24F  # code point


def first_text(caption: ScoredCaption) -> str:
    """Return its caption, or else its alternative text; "" without either."""
    return next(iter(caption.texts), "")[:_MAX_CHARS]


def english_text(caption: ScoredCaption) -> str:
    """Return the same where it is in English, else "".

    Words of a caption are too few to tell its language by, so that of the document counts; where it
    is unknown, the caption's own. A caption that is mostly in another script is not in English.
    """
    text = first_text(caption)
    return text if is_english(text, caption.language) else ""


def english_texts(caption: ScoredCaption) -> list[str]:
    """Return caption and alternative text, those of them that are in English."""
    texts = [text[:_MAX_CHARS] for text in caption.texts]
    return [text for text in texts if is_english(text, caption.language)]


def is_english(text: str, language: str) -> bool:
    """Tell whether a text can be taken for English.

    Args:
        text: at most 2,000 characters.
        language: of its document, as a code; "" unknown.
    """
    letters = [character for character in text if character.isalpha()]
    if 2 * sum(ord(character) <= _LAST_LATIN for character in letters) < len(letters):
        return False
    return (language or detect(text)[0] or "en") == "en"
