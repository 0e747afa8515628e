"""What a scorer is, and which ones there are."""

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final, Literal, Protocol, cast

import numpy as np

from webdoc.reasons import Reason
from webdoc.release.published import PublishedDocument
from webdoc.scores import captions, documents, pictures, texts
from webdoc.scores.scored_caption import Need, ReadWord, ScoredCaption
from webdoc.settings import SettingsError, section, setting

Kind = Literal["pictures", "captions", "texts", "documents"]
_FOLDERS: Final = {
    "pictures": pictures,
    "captions": captions,
    "texts": texts,
    "documents": documents,
}
KINDS: Final[tuple[Kind, ...]] = ("pictures", "captions", "texts", "documents")
OF_IMAGES: Final[tuple[Kind, ...]] = ("pictures", "captions")  # whose limits leave images out
Values = Sequence[tuple[float | None, ...]]  # of each thing that was scored, in order


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One number that a scorer gives of each picture, or of each document."""

    name: str  # of the column, the same in tables and releases; unique among all scorers
    meaning: str  # for the card, the report and `explain`: what it is, its range, its source
    reason: Reason  # of what has a score outside the limits


@dataclass(frozen=True, slots=True)
class Score:
    """One score of one picture or document."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class PictureScores:
    """PICTURE_SCORES: what one scorer says of one picture."""

    sha256: str
    revision: str  # `scorer_revision`
    scores: tuple[Score, ...] = ()  # without those that there are none of
    words: tuple[ReadWord, ...] = ()  # that a `WordReader` reads in it


@dataclass(frozen=True, slots=True)
class CaptionScores:
    """CAPTION_SCORES: what one scorer says of one picture beside its texts."""

    caption_key: str  # hash of the picture's SHA-256 and of the fields that the scorer NEEDS
    revision: str  # `scorer_revision`
    scores: tuple[Score, ...] = ()  # without those that there are none of


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """DOCUMENT_SCORES: what one scorer says of one document."""

    doc_id: str
    revision: str  # `scorer_revision`
    scores: tuple[Score, ...] = ()  # without those that there are none of


@dataclass(frozen=True, slots=True)
class ScoredKey:
    """A document and its scores by all scorers."""

    doc_id: str
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredText:
    """What scorers of texts look at: all live paragraphs of a document."""

    text: str  # paragraphs in reading order, divided by blank lines; may be empty
    language: str = ""  # code; "" unknown


@dataclass(frozen=True, slots=True)
class ScoredDocument:
    """What scorers of documents look at: a document as a release holds it.

    A part's `facts` are those of `metadata` (alt_text, caption, clip_caption, ...), the document's
    own are `general_metadata`. Bodies of pictures are never there.
    """

    document: PublishedDocument
    # CLIP vectors, float32 of length 1, by SHA-256 of a picture and by a paragraph's text; empty
    # where nothing was embedded. Both are of one model.
    picture_vectors: Mapping[str, np.ndarray] = field(default_factory=dict)
    text_vectors: Mapping[str, np.ndarray] = field(default_factory=dict)
    removed_share: float | None = None  # of characters that rules removed; None: unknown
    vectors_of: str = ""  # revision of the model of the vectors; "" without any


class PictureScorer(Protocol):
    """Scores pictures by their bytes; loaded once a worker, and never pickled."""

    revision: str  # other numbers come with another one: tables of different ones never mix

    def score(self, bodies: Sequence[bytes]) -> Values:
        """Return the scores of each picture, in the order of the module's COLUMNS.

        None where there is none: bytes that do not decode, or a picture that is too small. The
        scores of a picture do not depend on the other pictures of the batch.
        """


class WordReader(PictureScorer, Protocol):
    """Scores pictures by the words in them, which other scorers want too."""

    def read_words(self, bodies: Sequence[bytes]) -> Sequence[tuple[ReadWord, ...] | None]:
        """Return the lines of text in each picture, from top to bottom; None as of `score`."""

    def measured(self, words: Sequence[tuple[ReadWord, ...] | None]) -> Values:
        """Return the scores of each picture by what was read: `score` in two steps."""


class VectorScorer(Protocol):
    """Scores pictures by their CLIP vectors: its module says OF_VECTORS = True."""

    revision: str

    def score(self, vectors: Sequence[bytes]) -> Values:
        """Return the scores of each picture.

        Args:
            vectors: as tables store them (`webdoc.clip.vectors`), of one model.

        Raises:
            SettingsError: they are of another length than the scorer was made for.
        """


class CaptionScorer(Protocol):
    """Scores images beside their captions and the texts around them, likewise."""

    revision: str

    def score(self, captions: Sequence[ScoredCaption]) -> Values:
        """Return the scores of each; None where there is none, as without any text."""


class TextScorer(Protocol):
    """Scores the texts of documents, likewise."""

    revision: str

    def score(self, texts: Sequence[ScoredText]) -> Values:
        """Return the scores of each text; None where there is none, as of an empty text."""


class DocumentScorer(Protocol):
    """Scores whole documents, likewise: texts and images in their order."""

    revision: str

    def score(self, documents: Sequence[ScoredDocument]) -> Values:
        """Return the scores of each document; None where there is none."""


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """Which scores are made, and which limits leave images out; without a limit, none does."""

    pictures: tuple[str, ...] = setting(
        (),
        "Scorers of pictures, by the names of their modules in `webdoc/scores/pictures/`. Each adds"
        " its columns to the metadata of images, whether or not a limit is set.",
        source="ours",
        private=False,
    )
    texts: tuple[str, ...] = setting(
        (),
        "Scorers of a document's text, by the names of their modules in `webdoc/scores/texts/`.",
        source="ours",
        private=False,
    )
    documents: tuple[str, ...] = setting(
        (),
        "Scorers of whole documents, texts and images in their order, by the names of their"
        " modules in `webdoc/scores/documents/`.",
        source="ours",
        private=False,
    )
    captions: tuple[str, ...] = setting(
        (),
        "Scorers of images beside their captions, by the names of their modules in"
        " `webdoc/scores/captions/`; their columns and limits are of images too.",
        source="ours",
        private=False,
    )
    models: dict[str, str] = section(
        dict,
        "The file or folder of the model of a scorer that wants one, by the name of the scorer.",
        source="the user's",
        private=True,
    )
    min: dict[str, float] = section(
        dict,
        "The least score of a column that is kept; an image or a document below it is left out.",
        source="the user's",
        private=False,
    )
    max: dict[str, float] = section(
        dict,
        "The largest score of a column that is kept; an image or a document above it is left out.",
        source="the user's",
        private=False,
    )

    def __post_init__(self) -> None:
        for kind in KINDS:
            known = scorer_names(kind)
            for name in self.names(kind):
                if name not in known:
                    raise ValueError(_unknown(f"no scorer {name!r}", name, known))
                needs_model(name, kind, self.models.get(name, ""))
        columns = [column.name for column in self.columns]
        for limits in (self.min, self.max):
            for name in limits:
                if name not in columns:
                    raise ValueError(_unknown(f"no score {name!r} is asked for", name, columns))
        for name in self.min.keys() & self.max.keys():
            if self.min[name] > self.max[name]:
                raise ValueError(f"min of {name} must be at most its max")

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The scorers of one kind that are asked for."""
        return cast(tuple[str, ...], getattr(self, kind))

    def has(self, *kinds: Kind) -> bool:
        """Tell whether scorers of one of these kinds are asked for."""
        return any(self.names(kind) for kind in kinds)

    @property
    def looking_at_pictures(self) -> tuple[str, ...]:
        """The scorers that are asked for and want pictures, or what is read in them."""
        wanting = (name for name in self.captions if {"picture", "words"} & {*needs_of(name)})
        return (*self.pictures, *wanting)

    @property
    def of_vectors(self) -> tuple[str, ...]:
        """The scorers of CLIP vectors that are asked for."""
        return tuple(name for name in self.pictures if of_vectors(name))

    def check_without_vectors(self) -> None:
        """Refuse limits that a path does not apply: vectors are made after images are judged.

        Raises:
            ValueError: a limit on a score of vectors.
        """
        for column in (column for name in self.of_vectors for column in columns_of(name)):
            if column.name in self.min or column.name in self.max:
                raise ValueError(
                    f"{column.name} is a score of CLIP vectors, which this path makes when its"
                    " images are judged already. Leave its limit out, and then: interleaf select"
                    f' DIR --where "{column.name} > 0.5" --out DIR2'
                )

    @property
    def without_vectors(self) -> "ScoreSettings":
        """These settings without limits and without scorers of CLIP vectors."""
        names = tuple(name for name in self.pictures if name not in self.of_vectors)
        return replace(self, pictures=names, min={}, max={})

    @property
    def columns(self) -> tuple[ScoreColumn, ...]:
        """The columns of the scorers that are asked for."""
        return tuple(
            column
            for kind in KINDS
            for name in self.names(kind)
            for column in columns_of(name, kind)
        )


def scorer_names(kind: Kind = "pictures") -> list[str]:
    """Return the names of the scorers of a kind, in order; nothing is loaded.

    A module whose name begins with _ is no scorer.
    """
    modules = pkgutil.iter_modules(_FOLDERS[kind].__path__)
    return sorted(module.name for module in modules if not module.name.startswith("_"))


def kind_of(name: str) -> Kind:
    """Return which kind of scorer has a name.

    Raises:
        SettingsError: none has.
    """
    for kind in KINDS:
        if name in scorer_names(kind):
            return kind
    known = [each for kind in KINDS for each in scorer_names(kind)]
    raise SettingsError(_unknown(f"no scorer {name!r}", name, known))


def columns_of(name: str, kind: Kind = "pictures") -> tuple[ScoreColumn, ...]:
    """Return the columns of a scorer, without loading a model."""
    columns: tuple[ScoreColumn, ...] = _module(name, kind).COLUMNS
    return columns


def of_vectors(name: str) -> bool:
    """Tell whether a scorer of pictures looks at their CLIP vectors: it is a VectorScorer."""
    return bool(getattr(_module(name, "pictures"), "OF_VECTORS", False))


def needs_of(name: str) -> tuple[Need, ...]:
    """Return what a scorer of captions looks at, beside the picture's SHA-256."""
    needs: tuple[Need, ...] = _module(name, "captions").NEEDS
    return needs


def needs_model(name: str, kind: Kind, model: str) -> bool:
    """Tell whether a scorer is loaded with a model of the user's.

    Raises:
        ValueError: it wants one and none is given, or the reverse.
    """
    module = _module(name, kind)
    wanted = getattr(module, "MODEL", "")  # in words, what it is
    if wanted and not model and getattr(module, "WITHOUT_MODEL", ""):
        return False  # in words, what is taken instead
    if wanted and not model:
        raise ValueError(f"the scorer {name} wants {wanted}: give scores.models.{name}")
    if model and not wanted:
        raise ValueError(
            f"the scorer {name} has no model of its own: leave scores.models.{name} out"
        )
    return bool(model)


def wants_vectors(name: str) -> bool:
    """Tell whether a scorer of documents looks at vectors of pictures and paragraphs."""
    return bool(getattr(_module(name, "documents"), "WANTS_VECTORS", False))


def load_scorer(name: str, kind: Kind = "pictures", model: str = "") -> Any:
    """Load a scorer.

    Args:
        name: of its module.
        kind: a PictureScorer, a CaptionScorer, a TextScorer or a DocumentScorer.
        model: file or folder, of a scorer that wants one.

    Raises:
        SettingsError: its extra is not installed, or its model cannot be had.
    """
    return _module(name, kind).load(*([model] if needs_model(name, kind, model) else []))


def _module(name: str, kind: Kind) -> Any:
    return import_module(f"{_FOLDERS[kind].__name__}.{name}")


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{what}: {hint}There are: {', '.join(known) or 'none'}"
