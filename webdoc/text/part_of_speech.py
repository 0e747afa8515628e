"""Parts of speech of an English caption, by the lexicon of TextBlob, WordNet and a few rules.

TextBlob's own tagger takes the most frequent tag of a word where its rules do not say otherwise; of
captions, which seldom are sentences, that makes nouns of many verbs (docs/decisions/signals.md).
Here WordNet says which other part of speech a word can be, and the words beside it decide.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from webdoc.settings import SettingsError
from webdoc.text.wordnet import WordNet, wordnet

_TOKEN: Final = re.compile(r"[^\W_]+(?:[-'’.&/_+][^\W_]+)*|n['’]t\b|[^\w\s]|_+")
_CLITIC: Final = re.compile(r"(?<=.)(?:n['’]t|['’](?:s|re|ve|ll|d|m))$", re.IGNORECASE)
_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|avif|heic|pdf)$", re.IGNORECASE)
_ENDS: Final = '.!?:;|•–—()[]{}"“”'
_ADJECTIVE: Final = (
    "able", "ible", "ful", "less", "ous", "ive", "ical", "ic", "ish", "ary", "proof", "like",
)  # fmt: skip
_CLITIC_TAGS: Final = {"s": "POS", "re": "VBP", "ve": "VBP", "ll": "MD", "d": "MD", "m": "VBP"}
_BE: Final = frozenset(
    ("be", "is", "are", "was", "were", "am", "been", "being", "'s", "'re", "'m", "’s", "’re", "’m")
)
_AUXILIARY: Final = frozenset(("have", "has", "had", "having", "'ve", "’ve", "do", "does", "did"))
_SUBJECTS: Final = frozenset(("i", "you", "he", "she", "it", "we", "they", "who"))
NOUNS: Final = frozenset(("NN", "NNS", "NNP", "NNPS"))
VERBS: Final = frozenset(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"))
ADJECTIVES: Final = frozenset(("JJ", "JJR", "JJS"))
DETERMINERS: Final = frozenset(("DT", "PRP$", "WP$", "PDT"))
_BEFORE_A_NOUN: Final = DETERMINERS | ADJECTIVES | {"CD", "POS"}
_OPENS_AN_OBJECT: Final = DETERMINERS | {"PRP", "CD"}
_PERSON, _ANIMAL, _ACTIVITY = 7846, 15388, 407535  # synsets of WordNet 3.0


class Word(NamedTuple):
    """A word or mark of a text."""

    text: str
    tag: str  # of the Penn Treebank; "FW" for the name of a file


def tagged(text: str) -> list[Word]:
    """Return the words and marks of an English text with their parts of speech.

    Time grows with the length of the text.

    Raises:
        SettingsError: TextBlob, whose lexicon is read, is not installed.
    """
    return _Tagger.loaded().tagged(text)


def is_action(words: Sequence[Word], at: int) -> bool:
    """Tell whether a word is a verb that says what is done: no auxiliary and no form of `be`."""
    word, tag = words[at]
    if tag not in VERBS or word.lower() in _BE:
        return False
    if word.lower() not in _AUXILIARY:
        return True
    following = [after for _, after in words[at + 1 : at + 4]]
    return not any(tag in VERBS for tag in following) or following[0] in DETERMINERS | NOUNS


class _Tagger:
    def __init__(self) -> None:
        self._lexicon = _lexicon()
        self._wordnet: WordNet = wordnet()

    @staticmethod
    @cache
    def loaded() -> "_Tagger":
        """Return the tagger of this process; reading its tables takes a second."""
        return _Tagger()

    def tagged(self, text: str) -> list[Word]:
        tokens = _tokens(text)
        plain = [token.lower() for token in tokens]
        is_title = _is_title(tokens)
        tags = []
        for at, token in enumerate(tokens):
            is_first = at == 0 or tokens[at - 1] in _ENDS
            tags.append(self._by_word(token, can_be_plain=is_first or is_title))
        is_large = [is_title or token[0].isupper() for token in tokens]
        for at in range(len(tokens)):
            if self._ends_compound(plain, tags, at, is_large):
                continue
            tags[at] = self._by_place(plain, tags, at)
        return [Word(token, tag) for token, tag in zip(tokens, tags, strict=True)]

    def _by_word(self, token: str, *, can_be_plain: bool) -> str:  # noqa: PLR0911 - one a kind
        """Return the tag of a word that stands alone.

        Args:
            token: as written.
            can_be_plain: a large first letter says nothing, as at the start of a sentence.
        """
        plain = token.lower()
        if _FILE.search(token) or "_" in token:
            return "FW"
        if token[0].isdigit():
            return "CD"
        if token[0] in "'’" and len(token) > 1:
            return _CLITIC_TAGS.get(plain[1:], "POS")
        known = self._lexicon
        if can_be_plain and plain in known:
            return known[plain]
        if token in known:
            return known[token]
        if token[0].isupper() and not (can_be_plain and self._is_word(plain)):
            return "NNP"
        return known.get(plain) or self._unknown(plain)

    def _is_word(self, plain: str) -> bool:
        net = self._wordnet
        return bool(net.noun(plain) or net.verb(plain) or plain in net.adjectives) or "-" in plain

    def _unknown(self, word: str) -> str:  # noqa: PLR0911 - one a form
        net = self._wordnet
        if not word[0].isalpha():
            return "."
        if "-" in word:
            last = word.rpartition("-")[2]
            return "JJ" if last.endswith(("ed", "ing")) or last in net.adjectives else "NN"
        verb, noun = net.verb(word), net.noun(word)
        if verb and word.endswith("ing"):
            return "VBG"
        if verb and word.endswith("ed"):
            return "VBN"
        if word.endswith("ly"):
            return "RB"
        if noun:
            return "NN" if noun == word else "NNS"
        if word in net.adjectives or word.endswith(_ADJECTIVE):
            return "JJ"
        if verb:
            return "VB" if verb == word else "VBZ"
        return "NNS" if word.endswith("s") and not word.endswith("ss") else "NN"

    def _ends_compound(
        self, plain: list[str], tags: list[str], at: int, is_large: list[bool]
    ) -> bool:
        """Make nouns of the words of a compound that ends here: swimming pool, New York.

        A compound that begins with an adjective is one only as a name, with large letters.
        """
        if tags[at] not in NOUNS:
            return False
        for length in (4, 3, 2):
            first = at + 1 - length
            is_name = first >= 0 and all(is_large[first : at + 1])
            if first < 0 or not (is_name or tags[first] in ("VBG", "VBN", "VB", *NOUNS)):
                continue
            if self._wordnet.noun("_".join(plain[first : at + 1])):
                for place in range(first, at):
                    tags[place] = "NN"
                return True
        return False

    def _by_place(self, plain: list[str], tags: list[str], at: int) -> str:
        """Return the tag of a word beside its neighbours; those before it have their last tag."""
        word, tag = plain[at], tags[at]
        before = tags[at - 1] if at and plain[at - 1] not in _ENDS + "," else ""
        after = tags[at + 1] if at + 1 < len(tags) else "."
        if tag in ("VBN", "VBD", "VBG"):
            return self._participle(plain, tags, at, before, after)
        base = self._wordnet.verb(word) if tag in NOUNS | VERBS | ADJECTIVES else ""
        if not base:
            return tag
        if tag in VERBS:
            is_noun = before in _BEFORE_A_NOUN or plain[at + 1 : at + 2] == ["of"]
            if tag == "VB" and before in ("NN", "NNP") and after not in _OPENS_AN_OBJECT:
                is_noun = True  # the team lead at work
            return "NN" if is_noun and self._wordnet.noun(word) else tag
        if word.endswith("ing"):
            return self._gerund(plain, tags, at, before, after)
        if base == word:
            return self._base_form(plain, tags, at, before, after)
        return self._form_in_s(plain, tags, at, before, after)

    def _participle(
        self, plain: list[str], tags: list[str], at: int, before: str, after: str
    ) -> str:
        word, tag = plain[at], tags[at]
        opens = before in ("", "IN", "CC", *_BEFORE_A_NOUN)
        if word.endswith("ing"):
            no_verb = after in ("IN", "CC") or after not in NOUNS | ADJECTIVES | {"VBG", "VBN"}
            if before in _BEFORE_A_NOUN and no_verb and self._wordnet.noun(word):
                return "NN"  # the opening of
            return "NN" if not before and plain[at + 1 : at + 2] == ["of"] else tag
        is_adjective = word in self._wordnet.adjectives
        if opens and is_adjective and after in NOUNS | ADJECTIVES | {"VBN", "VBG", "CD"}:
            return "JJ"  # a broken wrist
        return "JJ" if len(plain) == 1 and is_adjective else tag

    def _gerund(self, plain: list[str], tags: list[str], at: int, before: str, after: str) -> str:
        """Return what a word in -ing is that the lexicon takes for a noun."""
        if at and plain[at - 1] in _BE:
            return "VBG"  # is reading a book
        if before not in NOUNS:
            return tags[at]
        if after in _OPENS_AN_OBJECT:
            return "VBG"  # children building a castle
        first_sense = self._wordnet.senses(plain[at])[:1]
        is_activity = any(_ACTIVITY in self._wordnet.ancestors(one) for one in first_sense)
        return "VBG" if is_activity and after in (".", "IN", "RB", ",") else tags[at]

    def _base_form(  # noqa: PLR0911 - one a neighbour
        self, plain: list[str], tags: list[str], at: int, before: str, after: str
    ) -> str:
        """Return what a noun or adjective is that can be the base form of a verb."""
        earlier = plain[at - 1] if at else ""
        if before == "MD":
            return "VB"
        if before == "TO":
            is_how = at > 1 and tags[at - 2] == "WRB"
            has_object = after in _OPENS_AN_OBJECT | NOUNS | ADJECTIVES
            return "VB" if is_how or has_object else tags[at]
        if earlier in _SUBJECTS and not (at > 1 and plain[at - 2] in _BE):  # are they right for
            return "VBP"
        if earlier == "that" and after not in NOUNS:
            return "VBP"
        if not before:
            orders = after in ("DT", "PRP$", "PRP") or plain[at + 1 : at + 2] in (["now"], ["here"])
            to_do = (
                after == "TO"
                and at + 2 < len(plain)
                and bool(self._wordnet.verb(plain[at + 2]) == plain[at + 2])
            )
            return "VB" if orders or to_do else tags[at]
        if before in ("NNS", "NNPS") and tags[at] != "JJ":
            is_alive = after in ("NNS", *ADJECTIVES) and self._is_alive(earlier)
            if is_alive or after in _OPENS_AN_OBJECT | {"IN", "TO", "RB"}:
                return "VBP"  # workers harvest grapes
        return tags[at]

    def _form_in_s(
        self, plain: list[str], tags: list[str], at: int, before: str, after: str
    ) -> str:
        """Return what a plural is that can be the third person of a verb."""
        if not plain[at].endswith("s"):
            return tags[at]
        if plain[at - 1] in _SUBJECTS or (plain[at - 1] == "that" and after not in NOUNS):
            return "VBZ"
        if before not in ("NN", "NNP"):
            return tags[at]
        if after in _OPENS_AN_OBJECT:
            return "VBZ"  # the chart compares the growth
        is_alive = self._is_alive(plain[at - 1])
        has_article = at > 1 and tags[at - 2] in DETERMINERS | ADJECTIVES
        if is_alive and (after in NOUNS | ADJECTIVES or (has_article and after in ("IN", "TO"))):
            return "VBZ"  # president signs bill; the queen waves to
        return tags[at]

    def _is_alive(self, word: str) -> bool:
        for sense in self._wordnet.senses(self._wordnet.noun(word))[:1]:
            return bool({_PERSON, _ANIMAL} & self._wordnet.ancestors(sense))
        return False


def _tokens(text: str) -> list[str]:
    found = []
    for token in _TOKEN.findall(text):
        clitic = _CLITIC.search(token)
        if clitic:
            found += [token[: clitic.start()], clitic[0]]
        else:
            found.append(token)
    return found


def _is_title(tokens: Sequence[str]) -> bool:
    """Tell whether so many words begin with a large letter that it says nothing of any."""
    words = [token for token in tokens if token[0].isalpha()]
    large = sum(word[0].isupper() for word in words if len(word) > 3)
    return large >= 0.7 * sum(len(word) > 3 for word in words)


@cache
def _lexicon() -> dict[str, str]:
    """Read TextBlob's lexicon as a file: importing the package costs four seconds of NLTK."""
    spec = find_spec("textblob")
    if spec is None or spec.origin is None:
        raise SettingsError(
            "parts of speech need the lexicon of textblob, which is not installed. Install it with"
            " pip install 'interleaf[signals]'."
        )
    rows = (Path(spec.origin).parent / "en" / "en-lexicon.txt").read_text("utf-8").splitlines()
    pairs = (row.rsplit(" ", 1) for row in rows if row and not row.startswith(";;;"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
