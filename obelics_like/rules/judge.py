"""Rules with the packs and models they need: one judge a language, built once a worker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.settings import RuleSettings, rules_for
from obelics_like.rules.text_rules import BlockKinds, ParagraphRules
from webdoc.page.permission import Permissions
from webdoc.picture.faces import FaceModel
from webdoc.picture.look import PictureModels
from webdoc.picture.safety import SafetyModel
from webdoc.text.language_packs import LANGUAGES, STOPWORD_LANGUAGES, bare_pack, load_pack
from webdoc.text.measures import Reading
from webdoc.text.perplexity import PerplexityModel
from webdoc.text.vocabulary import Vocabulary

_ANY = ""  # one judge for all languages without word lists: its table of words takes 4 MB


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules of one language, and what it takes to measure by them."""

    language: str
    paragraphs: ParagraphRules
    documents: DocumentRules
    kinds: BlockKinds
    vocabulary: Vocabulary
    perplexity: PerplexityModel | None

    def read(self, texts: Sequence[str]) -> Reading:
        """Read the paragraphs of a page; at least one."""
        return Reading(texts, self.vocabulary)


class Rules:
    """Settings with the packs and models they need; built once a worker."""

    def __init__(
        self,
        settings: RuleSettings,
        perplexity: PerplexityModel | None = None,
        safety: SafetyModel | None = None,
        faces: FaceModel | None = None,
    ) -> None:
        self.settings = settings
        self.safety = safety
        self.faces = faces
        self.pictures = _picture_models(settings, safety, faces)
        self.permissions = Permissions(settings.permission)
        self._perplexity = perplexity
        self.kinds = BlockKinds(settings.paragraphs)
        self._judges: dict[str, Judge] = {}

    @classmethod
    def load(cls, settings: RuleSettings) -> "Rules":
        """Load the models that settings name; packs follow when a page needs them.

        Raises:
            ValueError: a perplexity model is missing, no model, or its extra is not installed;
                likewise of a safety or face model; or a list of opt-outs is missing or no list.
        """
        asked = settings.perplexity
        pictures = PictureModels.load(settings.images, settings.safety, settings.faces)
        return cls(
            settings,
            PerplexityModel(asked.kenlm_model, asked.sentencepiece_model)
            if asked.kenlm_model
            else None,
            pictures.safety,
            pictures.faces,
        )

    def judge(self, language: str) -> Judge | None:
        """Return who judges documents of a language; None where it has no pack."""
        asked = self.settings.language
        language = asked.judge_as or language
        if language not in LANGUAGES and language not in STOPWORD_LANGUAGES:
            if not asked.judge_without_pack:
                return None
            language = _ANY
        if language not in self._judges:
            self._judges[language] = self._new_judge(language)
        return self._judges[language]

    def _new_judge(self, language: str) -> Judge:
        settings = self.settings
        pack = bare_pack(language) if language == _ANY else load_pack(language)
        paragraphs, documents = rules_for(settings, language)
        if not pack.common:
            paragraphs = replace(paragraphs, min_common_share=0.0)
            documents = replace(documents, min_common_share=0.0)
        if not pack.stopwords:
            paragraphs = replace(paragraphs, min_stopword_share=0.0)
            documents = replace(documents, min_stopword_share=0.0)
        vocabulary = Vocabulary(
            pack,
            special_spaces=settings.characters.special_spaces,
            special_digits=settings.characters.special_digits,
            marks=settings.characters.punctuation_marks,
        )
        model = self._perplexity if language == settings.perplexity.language else None
        return Judge(language, paragraphs, documents, self.kinds, vocabulary, model)

    def notes(self) -> list[str]:
        """Return one sentence for each kind of rule that judges nothing, or not everything."""
        return [self._perplexity_note(), *self._safety_notes(), *self._face_notes()]

    def _perplexity_note(self) -> str:
        settings = self.settings
        limits = (settings.paragraphs.max_perplexity, settings.documents.max_perplexity)
        if limits == (None, None):
            return "perplexity: not judged, no limit is set"
        if self._perplexity is None:
            return "perplexity: not judged, no model given (perplexity.kenlm_model)"
        return f"perplexity: judged in documents of language {settings.perplexity.language} only"

    def _safety_notes(self) -> list[str]:
        if self.safety is None:
            return ["unsafe images: not judged, no model given (safety.model)"]
        if self.settings.images.source == "none":
            return ["unsafe images: not judged, no bytes are looked at (images.source)"]
        if self.settings.safety.policy == "keep":
            return ["unsafe images: scored only (safety.policy)"]
        return []

    def _face_notes(self) -> list[str]:
        if self.faces is not None and self.settings.images.source == "none":
            return ["faces: not counted, no bytes are looked at (images.source)"]
        return []


def _picture_models(
    settings: RuleSettings, safety: SafetyModel | None, faces: FaceModel | None
) -> PictureModels:
    """Return what scores pictures; where no bytes are looked at, nothing does."""
    if settings.images.source == "none":
        return PictureModels(settings.images)
    graphic = settings.images.max_graphic_score is not None
    return PictureModels(settings.images, graphic, safety, faces)
