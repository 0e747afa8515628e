"""Mistakes of our own at the end of a run: said aloud, and too many of them are no success."""

from webdoc.internal_errors import INTERNAL_ERROR, ErrorSettings
from webdoc.reasons import FunnelRow


class TooManyErrorsError(Exception):
    """The run is whole, but so much of it met a mistake of this program that it is no success."""

    exit_status = 4


def errors_of(rows: list[FunnelRow], errors: ErrorSettings) -> str:
    """Return what a person is told of the mistakes that a run met, "" where there are none.

    Raises:
        TooManyErrorsError: at one level they are more than `errors.max_share`.
    """
    said = []
    too_many = False
    for level in dict.fromkeys(row.level for row in rows):
        total = sum(row.count for row in rows if row.level == level)
        count = sum(r.count for r in rows if (r.level, r.reason) == (level, INTERNAL_ERROR))
        if count:
            said.append(f"{count:,} of {total:,} {level.replace('_', ' ')}s")
            too_many = too_many or errors.too_many(count, total)
    if not said:
        return ""
    message = (
        f"{' and '.join(said)} met a mistake of this program (internal_error) and were left out. "
        "Their reject_detail in tables/ says which and where: please report it."
    )
    if too_many:
        raise TooManyErrorsError(
            f"{message} That is more than errors.max_share ({errors.max_share:g}), so this run "
            "counts as failed although its files are whole."
        )
    return message
