"""A small web of our own making, captured: what `interleaf demo` runs on."""

from importlib.resources import files
from pathlib import Path


def sample_path(name: str = "sample.warc.gz") -> Path:
    """Return a part of the sample.

    Args:
        name: sample.warc.gz, of which truth.jsonl beside it says what a person expects; or
            drawn.jsonl and drawn.warc.gz, texts and pictures for the model in drawn_clip.

    Raises:
        FileNotFoundError: the package was installed without its data.
    """
    path = Path(str(files(__name__).joinpath(name)))
    if not path.exists():
        raise FileNotFoundError(f"the sample is missing from this installation: {path.name}")
    return path
