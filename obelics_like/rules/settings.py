"""The settings of all rules, section by section as in a preset."""

from dataclasses import dataclass, replace
from typing import Any

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.licence_rules import LicenceRules
from obelics_like.rules.text_rules import CharacterRules, ParagraphRules, check_shares
from webdoc.permission.signs import PermissionSettings
from webdoc.picture.faces import FaceSettings
from webdoc.picture.safety import SafetySettings
from webdoc.settings import section, setting
from webdoc.text.language import MAX_CHARS
from webdoc.text.language_packs import LANGUAGES, STOPWORD_LANGUAGES
from webdoc.text.personal_data import PersonalDataSettings

ANY_LANGUAGE = "*"


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Which languages are wanted, and whose rules a document is judged by."""

    accept: tuple[str, ...] = setting(
        LANGUAGES,
        'The wanted languages: ISO 639-1 codes, or "*" for any.',
        source="OBELICS paper, A.1.1",
        differs="The five languages with a pack and the eleven with stopwords that clean prose"
        " passes: [decisions/rules.md](decisions/rules.md).",
        private=False,
    )
    min_score: float = setting(
        0.5,
        "A document whose language is less sure is left out. In [0, 1].",
        source="OBELICS config, `lang_id` cutoff",
        differs="OBELICS used the full model; the compressed one is less sure: 13 % of 397 real"
        " pages score below 0.8 and 2 % below 0.5, and those below are mostly product lists and"
        " pages of code.",
    )
    max_chars: int = setting(
        MAX_CHARS,
        "So many characters of a text are looked at.",
        source="measured, docs/decisions/rules.md",
    )
    min_prose_chars: int = setting(
        100,
        "With less prose than this, headings, lists and tables are looked at too.",
        source="ours; OBELICS has no fragments, so there it changes nothing",
    )
    judge_as: str = setting(
        "",
        "Empty: each document is judged by the pack of its own language, found before any other"
        " rule. A code: all are judged by this pack, and the language is asked of the text that"
        " its paragraph rules leave, as in OBELICS.",
        source="OBELICS config: one language",
        differs="Each document is judged by the pack of its own language, found first; else"
        " English rules reject all others.",
        private=False,
    )
    keep_without_pack: bool = setting(
        False, "Whether a wanted language without word lists passes unjudged.", source="ours"
    )
    judge_without_pack: bool = setting(
        False,
        "Whether a wanted language without word lists is judged by the rules that need none. Goes"
        " before keep_without_pack; with neither its documents are left out.",
        source="ours",
        differs="Repetition, symbols, punctuation and places say something in every language.",
    )

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

    word_ngram: int | None = setting(
        None,
        "Words in one n-gram, of paragraphs and documents.",
        source="ours",
        differs="A Han character counts as a word, and 5 words of prose are about 8 characters.",
    )
    char_ngram: int | None = setting(
        None, "Characters in one n-gram, of paragraphs and documents.", source="ours"
    )
    paragraph_min_stopword_share: float | None = setting(
        None,
        "`paragraphs.min_stopword_share` of this language.",
        source="ours",
        differs="Content words have two characters and more, so function characters are fewer"
        " among all: 1 % of 96 real paragraphs lie below 0.108.",
    )
    paragraph_min_common_share: float | None = setting(
        None,
        "`paragraphs.min_common_share` of this language.",
        source="ours",
        differs="German writes compounds as one word; no list has them all. 5 % of real"
        " paragraphs lie below 0.76.",
    )
    document_min_stopword_share: float | None = setting(
        None,
        "`documents.min_stopword_share` of this language.",
        source="ours",
        differs="As for paragraphs.",
    )
    document_min_common_share: float | None = setting(
        None,
        "`documents.min_common_share` of this language.",
        source="ours",
        differs="As for paragraphs.",
    )

    def __post_init__(self) -> None:
        check_shares(self)
        if min(self.word_ngram or 1, self.char_ngram or 1) < 1:
            raise ValueError("word_ngram and char_ngram must be 1 or more")


@dataclass(frozen=True, slots=True)
class PerplexityRules:
    """The language model that perplexity is measured with; its limits stand at what is judged."""

    kenlm_model: str = setting(
        "",
        "The path of an .arpa or .bin file; empty: perplexity is not judged.",
        source="OBELICS used en.arpa.bin of edugp/kenlm, Wikipedia; the user brings it",
        private="folders",
    )
    sentencepiece_model: str = setting(
        "",
        "The path of the .model file that goes with it; empty: plain words.",
        source="OBELICS used en.sp.model of edugp/kenlm",
        private="folders",
    )
    language: str = setting(
        "en",
        "The language of the model; documents of others are not judged.",
        source="OBELICS config",
        private=False,
    )


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What every rule goes by; one TOML section a field."""

    language: LanguageRules = section(
        LanguageRules, "Which languages are wanted, and whose rules a document is judged by."
    )
    characters: CharacterRules = section(
        CharacterRules, "Which characters are special, and which end or divide a sentence."
    )
    paragraphs: ParagraphRules = section(
        ParagraphRules,
        "When a paragraph is left out: strictly outside a limit, but for"
        " `paragraphs.max_spam_share`. Shares are in [0, 1].",
    )
    documents: DocumentRules = section(
        DocumentRules, "When a document is left out: strictly outside a limit."
    )
    by_language: dict[str, LanguageLimits] = section(
        dict,
        "What `[by_language.XX]` names replaces the limit of `[paragraphs]` and `[documents]` for"
        " documents of that language; the rest stays. The `obelics` preset has none.",
    )
    images: ImageRules = section(
        ImageRules,
        "When an image is left out: by its bytes, its address, its shown size and its pixels.",
    )
    perplexity: PerplexityRules = section(
        PerplexityRules,
        "The language model that perplexity is measured with; its limits stand at what is judged.",
    )
    personal_data: PersonalDataSettings = section(
        PersonalDataSettings,
        "What of personal data in texts, captions and alternative texts a marker replaces.",
    )
    licences: LicenceRules = section(
        LicenceRules,
        "Which licences are wanted, as SPDX names them. Nobody checks whether a licence that a"
        " page names is true.",
    )
    permission: PermissionSettings = section(PermissionSettings, "Which signs bind us.")
    safety: SafetySettings = section(
        SafetySettings,
        "Which model looks for pornography, and what follows from its score. Only with the extra"
        " `interleaf[safety]`. Pictures that the rules on format and size leave out are not"
        " scored.",
    )
    faces: FaceSettings = section(
        FaceSettings,
        "Which model finds faces, and what follows from their number. Only with the extra"
        " `interleaf[safety]`.",
    )

    def __post_init__(self) -> None:
        known = (*LANGUAGES, *STOPWORD_LANGUAGES)
        if unknown := sorted(set(self.by_language) - set(known)):
            raise ValueError(f"by_language.{unknown[0]} has no pack: {', '.join(known)} have")


def rules_for(settings: RuleSettings, language: str) -> tuple[ParagraphRules, DocumentRules]:
    """Return the limits of a language: its own where it has any, else everybody's."""
    limits = settings.by_language.get(language, LanguageLimits())
    both = {"word_ngram": limits.word_ngram, "char_ngram": limits.char_ngram}
    paragraphs = both | {
        "min_stopword_share": limits.paragraph_min_stopword_share,
        "min_common_share": limits.paragraph_min_common_share,
    }
    documents = both | {
        "min_stopword_share": limits.document_min_stopword_share,
        "min_common_share": limits.document_min_common_share,
    }
    return (
        replace(settings.paragraphs, **_given(paragraphs)),
        replace(settings.documents, **_given(documents)),
    )


def _given(values: dict[str, float | None]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
