"""The command line. Thin: what it does is done by `spark_jobs`, `obelics_like` and `webdoc`.

`interleaf.open(DIR)` reads a corpus for training: see `interleaf.loading.corpus.open_corpus`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interleaf.loading.corpus import open_corpus as open

__all__ = ["open"]


def __getattr__(name: str) -> Any:
    """Import what a caller asks for when it is asked for: the command line needs none of it."""
    if name == "open":
        from interleaf.loading.corpus import open_corpus  # noqa: PLC0415

        return open_corpus
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
