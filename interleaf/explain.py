"""`interleaf explain`: the way of one record or document through a finished run; no Spark."""

from rich.console import Console

from interleaf.explain_mmc4 import explain_mmc4
from interleaf.explain_obelics import explain_obelics
from mmc4_like.tables import PLACED
from spark_jobs.run.tables import DEDUPLICATED, is_finished, table_path


class NothingFoundError(Exception):
    """No such run, or nothing in it under that name."""

    exit_status = 2


def explain(console: Console, out: str, wanted: str) -> None:
    """Print each document of that URL or doc_id with the fate of all its parts, else its records.

    Raises:
        NothingFoundError: says what was looked at.
    """
    if is_finished(table_path(out, DEDUPLICATED)):
        found = explain_obelics(console, out, wanted)
    elif is_finished(table_path(out, PLACED)):
        found = explain_mmc4(console, out, wanted)
    else:
        raise NothingFoundError(
            f"{out} holds no finished run. Give the --out folder of `interleaf obelics` or "
            "`interleaf mmc4`."
        )
    if not found:
        raise NothingFoundError(
            f"No record in {out} has the URL or id {wanted!r}. The URL must be whole, with https://"
        )
