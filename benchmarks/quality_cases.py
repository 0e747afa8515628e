"""Documents whose quality is known, since each is there twice: as it is, and spoiled in one way."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from benchmarks.truth_cases import captures_of
from obelics_like.release.row import release_row
from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.settings import load_settings
from webdoc.archive.captures import Capture, Kind
from webdoc.page.extract import ExtractSettings
from webdoc.page.read_capture import document_of
from webdoc.release.published import PublishedDocument, published_document
from webdoc.scores.quality.measure import features_of
from webdoc.scores.quality.parts import Vector, parts_of
from webdoc.scores.spoiling.boilerplate_lines import BOILERPLATE_LINES
from webdoc.scores.spoiling.kinds import Donors, Doses, SpoilKind, spoiled
from webdoc.scores.spoiling.units import Units, put_together, taken_apart

DONORS = 60  # other documents that a spoiled one may take from
Measured = dict[str, float | None]


@dataclass
class Case:
    """One document with its features, and those of its spoiled copies by kind."""

    kind_of_site: str  # textbook or web
    site: str
    document: PublishedDocument
    units: Units
    good: Measured = field(default_factory=dict)
    bad: dict[str, Measured] = field(default_factory=dict)


def pages_of(data: Path, *, web: bool = True) -> Iterator[tuple[str, str, Capture]]:
    """Yield textbook or web, site, and page: of sites/, and of readability/ and pages/ if asked."""
    for archive in sorted((data / "sites").glob("*.warc.gz")):
        for capture in captures_of(str(archive)):
            yield "textbook", archive.name.partition(".")[0], capture
    if not web:
        return
    for folder in sorted((data / "readability").glob("*")):
        body = (folder / "source.html").read_bytes()
        url = f"http://{folder.name}.test/"
        yield "web", folder.name, Capture("", 0, 0, url=url, kind=Kind.PAGE, body=body)
    for archive in sorted((data / "pages").glob("*.warc.gz")):
        for capture in captures_of(str(archive)):
            yield "web", urlsplit(capture.url).hostname or "", capture


def cases_of(data: Path, most_of_site: int, most: int) -> list[Case]:
    """Return the pages that the rules of the default preset keep, as a release has them.

    Args:
        data: with folders as `pages_of` says; one that is not there is left out.
        most_of_site: pages of one site of sites/, those with images first.
        most: pages of pages/ and readability/, likewise; 0 for none.
    """
    rules = Rules.load(load_settings(None, (), {}))
    found: dict[str, list[Case]] = {}
    for kind_of_site, site, capture in pages_of(data, web=most > 0):
        page = document_of(capture, ExtractSettings())
        if page.reject_reason is None:
            page = mark_page(rules.permissions.marked(page, capture), rules)
        if page.reject_reason is None:
            row = release_row(page)
            document = published_document(
                row.images, row.texts, row.metadata, row.general_metadata, {}
            )
            case = Case(kind_of_site, site, document, taken_apart(document.parts))
            group = site if kind_of_site == "textbook" else "web"
            found.setdefault(group, []).append(case)
    chosen = []
    for group, cases in found.items():
        cases.sort(key=lambda c: (not c.units.figures, zlib.crc32(c.document.url.encode())))
        chosen += cases[: most if group == "web" else most_of_site]
    return chosen


def measured(
    number: int, cases: Sequence[Case], seed: int, vectors: dict[str, Vector] | None = None
) -> Case:
    """Measure a document and a copy of each kind, where there can be one."""
    case = replace(cases[number], good=_features(cases[number].document, vectors), bad={})
    for kind in SpoilKind:
        copy = copy_of(case, kind, cases, seed)
        if copy is not None:
            case.bad[kind.value] = _features(copy, vectors)
    return case


def copy_of(
    case: Case, kind: SpoilKind, cases: Sequence[Case], seed: int
) -> PublishedDocument | None:
    """Return a spoiled copy; what is foreign is from other sites of the same kind, or of any."""
    key = zlib.crc32(f"{case.document.url} {kind}".encode())
    dice = np.random.default_rng([seed, key])
    order = dice.permutation(len(cases))
    others = [cases[n] for n in order if cases[n].site != case.site]
    of_kind = [other for other in others if other.kind_of_site == case.kind_of_site]
    own_site = [
        cases[n]
        for n in order
        if cases[n].site == case.site and cases[n].document.url != case.document.url
    ]
    donors = Donors(
        foreign=[other.units for other in (of_kind or others)[:DONORS]],
        same_domain=[other.units for other in own_site] if case.kind_of_site == "textbook" else (),
        boilerplate=BOILERPLATE_LINES,
    )
    units = spoiled(kind, case.units, donors, Doses(), dice)
    return None if units is None else replace(case.document, parts=put_together(units))


def _features(document: PublishedDocument, vectors: dict[str, Vector] | None) -> Measured:
    return features_of(
        parts_of(document, picture_vectors=vectors or {}, text_vectors=vectors or {})
    )
