"""What `interleaf doctor` says of one thing that it looked at."""

from dataclasses import dataclass
from typing import Final

REINSTALL: Final = "Run `make install` again, or install interleaf anew with all it depends on."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool | None  # None: works without it, within limits that `mend` names
    found: str
    mend: str = ""  # one sentence on what to do; "" where all is well
