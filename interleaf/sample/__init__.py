"""A small web of our own making, captured: what `interleaf demo` runs on."""

from importlib.resources import files
from pathlib import Path


def sample_path() -> Path:
    """Return the sample WARC file. `truth.jsonl` beside it says what a person expects of it.

    Raises:
        FileNotFoundError: the package was installed without its data.
    """
    path = Path(str(files(__name__).joinpath("sample.warc.gz")))
    if not path.is_file():
        raise FileNotFoundError(f"the sample is missing from this installation: {path.name}")
    return path
