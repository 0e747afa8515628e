"""The settings of all rules, section by section as in a preset. Sources: docs/sources.md."""

from dataclasses import dataclass, field, replace
from typing import Any

from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.text_rules import (
    CharacterRules,
    DocumentRules,
    ParagraphRules,
    check_shares,
)
from webdoc.permission.signs import PermissionSettings
from webdoc.picture.faces import FaceSettings
from webdoc.picture.safety import SafetySettings
from webdoc.text.language import MAX_CHARS
from webdoc.text.language_packs import LANGUAGES

ANY_LANGUAGE = "*"


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Which languages are wanted, and whose rules a document is judged by."""

    accept: tuple[str, ...] = LANGUAGES  # ISO 639-1 codes, or "*" for any
    min_score: float = 0.5  # in [0, 1]; a document below it is left out
    max_chars: int = MAX_CHARS  # of the text that is looked at
    min_prose_chars: int = 100  # with fewer, headings, lists and tables are looked at too
    # "": each document by its own language, found before any other rule. A code: all by this
    # pack, and the language is asked of the text that its paragraph rules leave, as in OBELICS.
    judge_as: str = ""
    keep_without_pack: bool = False  # whether a wanted language without rules passes unjudged

    def __post_init__(self) -> None:
        if not self.accept:
            raise ValueError('accept must name a language, or "*" for any')
        check_shares(self)
        if self.max_chars < 1 or self.min_prose_chars < 0:
            raise ValueError("max_chars must be 1 or more, min_prose_chars 0 or more")
        if self.judge_as and self.judge_as not in LANGUAGES:
            raise ValueError(f"judge_as must be one of {', '.join(LANGUAGES)}, or empty")


@dataclass(frozen=True, slots=True)
class LanguageLimits:
    """Limits of one language that differ from [paragraphs] and [documents]; none: the same."""

    word_ngram: int | None = None  # of paragraphs and documents
    char_ngram: int | None = None
    paragraph_min_stopword_share: float | None = None
    paragraph_min_common_share: float | None = None
    document_min_stopword_share: float | None = None
    document_min_common_share: float | None = None

    def __post_init__(self) -> None:
        check_shares(self)
        if min(self.word_ngram or 1, self.char_ngram or 1) < 1:
            raise ValueError("word_ngram and char_ngram must be 1 or more")


@dataclass(frozen=True, slots=True)
class PerplexityRules:
    """The language model that perplexity is measured with; its limits stand at what is judged."""

    kenlm_model: str = ""  # path of an .arpa or .bin file; "": perplexity is not judged
    sentencepiece_model: str = ""  # path of the .model file that goes with it; "": plain words
    language: str = "en"  # of the model; documents of others are not judged


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What every rule goes by; one TOML section a field."""

    language: LanguageRules = field(default_factory=LanguageRules)
    characters: CharacterRules = field(default_factory=CharacterRules)
    paragraphs: ParagraphRules = field(default_factory=ParagraphRules)
    documents: DocumentRules = field(default_factory=DocumentRules)
    by_language: dict[str, LanguageLimits] = field(default_factory=dict)  # ISO 639-1 -> limits
    images: ImageRules = field(default_factory=ImageRules)
    perplexity: PerplexityRules = field(default_factory=PerplexityRules)
    permission: PermissionSettings = field(default_factory=PermissionSettings)
    safety: SafetySettings = field(default_factory=SafetySettings)
    faces: FaceSettings = field(default_factory=FaceSettings)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.by_language) - set(LANGUAGES)):
            raise ValueError(f"by_language.{unknown[0]} has no pack: {', '.join(LANGUAGES)} have")


def rules_for(settings: RuleSettings, language: str) -> tuple[ParagraphRules, DocumentRules]:
    """Return the limits of a language: its own where it has any, else everybody's."""
    own = settings.by_language.get(language, LanguageLimits())
    both = {"word_ngram": own.word_ngram, "char_ngram": own.char_ngram}
    paragraphs = both | {
        "min_stopword_share": own.paragraph_min_stopword_share,
        "min_common_share": own.paragraph_min_common_share,
    }
    documents = both | {
        "min_stopword_share": own.document_min_stopword_share,
        "min_common_share": own.document_min_common_share,
    }
    return (
        replace(settings.paragraphs, **_given(paragraphs)),
        replace(settings.documents, **_given(documents)),
    )


def _given(values: dict[str, float | None]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
