"""Who publishes a release, and what nobody but them can know of it."""

from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Publication:
    """What the settings `[release]` say of the dataset as a published thing; "": not said."""

    maker: str = ""
    contact: str = ""  # published, unlike fetch.contact
    url: str = ""
    created: str = ""  # 2024-05-18, as somebody gave it: a run has no clock
    dataset_version: str = "1.0.0"
    history: tuple[str, ...] = ()  # "1.1.0: what changed", newest first
    citation: str = ""  # BibTeX
    licence_name: str = ""
    licence_link: str = ""

    @property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """The version history: (version, what changed); this version where none is told."""
        rows = tuple((v.strip(), said.strip()) for v, _, said in map(_split, self.history))
        return rows or ((self.dataset_version, "The first one."),)


NOT_SAID: Final = Publication()


def publication_of(settings: Any) -> Publication:
    """Return what the section `[release]` of either path's settings says."""
    return Publication(**{f.name: getattr(settings, f.name) for f in fields(Publication)})


def bibtex(name: str, publication: Publication, made_by: str) -> str:
    """Return how to cite a dataset: as its maker says, else by what is known."""
    if publication.citation:
        return publication.citation.strip()
    key = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower()).strip("-")
    known = {
        "title": name,
        "author": publication.maker,
        "year": publication.created[:4],
        "version": publication.dataset_version,
        "url": publication.url,
        "note": f"Made by {made_by}",
    }
    lines = [f"  {what} = {{{_braced(value)}}}," for what, value in known.items() if value]
    return "\n".join([f"@misc{{{key or 'dataset'},", *lines, "}"])


def _braced(text: str) -> str:
    """Return a text that cannot end its field."""
    return " ".join(text.replace("{", "(").replace("}", ")").replace("\\", "/").split())


def _split(line: str) -> tuple[str, str, str]:
    return line.partition(":")
