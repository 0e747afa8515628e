"""Exceptions that nobody expected: one becomes a row that says where, and too many are no success.

Input from the web finds every mistake in a program sooner or later. The mistake costs the
URL, page, record or picture that found it; it is counted, and named well enough to be reported.
"""

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal, Protocol

from webdoc.settings import setting

INTERNAL_ERROR: Final = "internal_error"  # the reason of such a row
_DETAIL_CHARS = 300
_FOLDERS = Path(__file__).resolve().parent.parent


class InternalError(RuntimeError):
    """A mistake of this program; the message says where."""


class Rejected(Protocol):
    """A row that says why it was left out."""

    @property
    def reject_reason(self) -> str | None: ...  # noqa: D102

    @property
    def reject_detail(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ErrorSettings:
    """What an unexpected exception on one URL, page, record or picture does to a run.

    `errors = "stop"` is short for `errors.unexpected = "stop"`.
    """

    SHORT: ClassVar = "unexpected"
    unexpected: Literal["row", "stop"] = setting(
        "row", "row: it is counted, and the run goes on; stop: it ends the run.", source="ours"
    )
    max_share: float = setting(
        0.01,
        "A larger share of the things of one level ends the run with status 4.",
        source="ours",
    )

    def __post_init__(self) -> None:
        if self.unexpected not in ("row", "stop"):
            raise ValueError(f'unexpected must be "row" or "stop", not {self.unexpected!r}')
        if not 0 <= self.max_share <= 1:
            raise ValueError(f"max_share must be in [0, 1], got {self.max_share}")

    def detail(self, error: Exception) -> str:
        """Return what the row of an exception says; raise the exception where it ends a run."""
        if self.unexpected == "stop":
            raise error
        return said_by(error)

    def check(self, row: Rejected) -> None:
        """Stop at a row of an exception that was met while an archive was read.

        Raises:
            InternalError: the settings say that such a row ends a run.
        """
        if self.unexpected == "stop" and row.reject_reason == INTERNAL_ERROR:
            raise InternalError(row.reject_detail)

    def too_many(self, errors: int, total: int) -> bool:
        """Tell whether so many of all are more than may be."""
        return errors > self.max_share * total


def said_by(error: BaseException) -> str:
    """Return class, place and message of an exception, on one line that holds no control.

    The place is the innermost line of our own code, as file:line.
    """
    steps = traceback.extract_tb(error.__traceback__)
    project_steps = [
        step for step in steps if Path(step.filename).is_relative_to(_FOLDERS)
    ] or steps
    place = ""
    if project_steps:
        name = Path(project_steps[-1].filename)
        shown = name.relative_to(_FOLDERS) if name.is_relative_to(_FOLDERS) else name.name
        place = f" at {shown}:{project_steps[-1].lineno}"
    try:
        message = str(error)
    except Exception:
        message = "it cannot be said"
    text = f"{type(error).__name__}{place}: {message}"[:_DETAIL_CHARS]
    return "".join(c if c.isprintable() else " " for c in text).strip()
