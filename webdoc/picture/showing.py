"""Which pictures a report may show: none that is unsafe, not permitted or has too many faces."""

from dataclasses import dataclass
from typing import Final

from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import PictureFacts
from webdoc.picture.safety import SafetySettings
from webdoc.reasons import Reason

# An image with one of these reasons is never shown, nor is the same picture on another page.
NEVER_SHOWN: Final = frozenset(
    {
        Reason.IMAGE_UNSAFE,
        Reason.IMAGE_NSFW,
        Reason.IMAGE_FACES,
        Reason.IMAGE_FACE,
        Reason.IMAGE_NOT_PERMITTED,
    }
)


@dataclass(frozen=True, slots=True)
class ShowRules:
    """What the bytes of a picture must be for a report to show it, whatever its reason is.

    The first reason stays, so a small picture is never asked whether it is unsafe: what a model
    that was to look did not look at is not shown either.
    """

    max_nsfw_score: float | None = None  # None: no model looked
    max_faces: int | None = None  # None: as many as there are

    @classmethod
    def of(cls, safety: SafetySettings, faces: FaceSettings) -> "ShowRules":
        """Return the rules of a run."""
        return cls(safety.max_score if safety.model else None, faces.max_faces)

    def allow(self, facts: PictureFacts) -> bool:
        """Tell whether a picture may be shown."""
        score, faces = facts.nsfw_score, facts.n_faces
        if self.max_nsfw_score is not None and (score is None or score > self.max_nsfw_score):
            return False
        return self.max_faces is None or (faces is not None and faces <= self.max_faces)
