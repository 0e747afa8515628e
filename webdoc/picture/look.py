"""Looking at the bytes of a picture: format, size, hashes, and scores of its pixels. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from webdoc.picture.faces import FaceModel, FaceSettings, load_face_model
from webdoc.picture.facts import PictureFacts
from webdoc.picture.graphic_score import graphic_score
from webdoc.picture.measure import OK, PictureError, first_frame, guarded, measure
from webdoc.picture.perceptual_hash import perceptual_hash
from webdoc.picture.rules import PictureRules, bytes_finding
from webdoc.picture.safety import SafetyModel, SafetySettings, load_model
from webdoc.rights.licences import NONE, picture_licence
from webdoc.settings import SettingsError

_DECIMALS = 4  # of a score, as published


@dataclass(frozen=True, slots=True)
class PictureModels:
    """Which scores of a picture's pixels are wanted, and the models that make them."""

    rules: PictureRules  # only pictures that these keep are scored
    graphic: bool = False  # whether the graphic score is wanted
    safety: SafetyModel | None = None
    faces: FaceModel | None = None

    @classmethod
    def load(
        cls,
        rules: PictureRules,
        safety: SafetySettings,
        faces: FaceSettings,
        *,
        graphic: bool = False,
    ) -> Self:
        """Load the models that settings name.

        Raises:
            ValueError: the extra of one of them is not installed.
        """
        model = load_model(safety.model) if safety.model else None
        return cls(rules, graphic, model, load_face_model(faces))


def check_picture_models(load: Callable[[], object]) -> None:
    """Load the models that look at pictures, so that what is missing shows before a run begins.

    Args:
        load: loads them, as `PictureModels.load`.

    Raises:
        SettingsError: the extra of one of them is not installed.
    """
    try:
        load()
    except ValueError as error:
        raise SettingsError(f"{error}") from error


def picture_facts(body: bytes, models: PictureModels) -> PictureFacts:
    """Measure a picture and look at its pixels; whatever the bytes are, they only get a status.

    Pixels are scored where models are given, and only of pictures that the rules on format and
    size keep: most pictures of the web are small, and scoring costs more than all the rest.
    """
    facts = measure(body)
    found = picture_licence(body)
    if found != NONE:
        facts = replace(facts, licence=found.name, licence_source=found.source, credit=found.credit)
    if facts.status != OK or not facts.width_px:  # an SVG has no pixels
        return facts
    is_scored = bytes_finding(facts, models.rules) is None
    try:
        with guarded():
            frame = first_frame(body)
            facts = replace(facts, perceptual_hash=perceptual_hash(frame))
            if is_scored and models.graphic:
                score = graphic_score(frame, facts.width_px, facts.height_px)
                facts = replace(facts, graphic_score=round(score, _DECIMALS))
    except PictureError as error:
        return replace(facts, status=error.status)
    if is_scored and models.safety is not None:
        facts = replace(facts, nsfw_score=models.safety.scores([body])[0])
    if is_scored and models.faces is not None:
        facts = replace(facts, faces=models.faces.faces([body])[0])
    return facts
