"""What a published form is, which ones there are, and how a row of one becomes a document."""

import json
import math
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from typing import Any, cast

from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.mmc4 import Mmc4Row
from webdoc.importers import forms
from webdoc.reasons import Reason
from webdoc.settings import SettingsError
from webdoc.url_keys import digest

Json = dict[str, Any]


class RowProblemError(ValueError):
    """A row that is none of its form; says what is wrong with it in a few words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text or an image of a row, in reading order."""

    text: str | None = None  # None of an image
    url: str = ""
    facts: Json | None = None  # of an image, in the keys of our `metadata`
    ends: bool = False  # what follows is another text


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a form makes of a row."""

    url: str  # of the page
    parts: Sequence[Part]
    general: Json  # what else is known of the document, in the keys of our `general_metadata`
    mmc4: Mmc4Row | None = None  # where the form is MMC4's; its doc_id is filled in later


@dataclass(frozen=True, slots=True)
class Form:
    """A published form."""

    name: str  # after --from
    corpus: str  # how people call it
    licence: str  # of the published release, as the Hub names it
    lacks: str  # a sentence: what our releases say and this form does not
    source: str  # where the form is described
    columns: tuple[str, ...]  # that a row must have
    unpacked: Callable[[Mapping[str, Any]], Unpacked]  # may raise RowProblemError
    optional: tuple[str, ...] = ()  # columns that a row may have
    writes_mmc4: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One row of an input: a document, or why it is none."""

    doc_id: str
    source_name: str  # of the file
    source_row: int  # from 1; 0: the file as a whole
    reject_reason: str | None = None
    reject_detail: str = ""
    row: ReleaseRow | None = None
    mmc4: Mmc4Row | None = None


def form_names() -> list[str]:
    """Return the names of the forms, in order."""
    return sorted(module.name for module in pkgutil.iter_modules(forms.__path__))


def form_named(name: str) -> Form:
    """Return a form.

    Raises:
        SettingsError: there is none of that name.
    """
    names = form_names()
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        what = f"{name!r} is no form that can be imported" if name else "Say what to import"
        raise SettingsError(f"{what}: {hint}--from takes {', '.join(names)}.")
    return cast(Form, import_module(f"{forms.__name__}.{name}").FORM)


def imported(form: Form, row: object, name: str, number: int) -> ImportedRow:
    """Return the document of a row, or why it is none.

    Args:
        form: of the corpus.
        row: as the file holds it; whatever it is.
        name: of the file.
        number: of the row in it, from 1.
    """
    doc_id = digest(f"{name}\n{number}")
    try:
        found = form.unpacked(_checked(form, row))
        return _document(found, doc_id, name, number)
    except RowProblemError as problem:
        reason = str(Reason.DOCUMENT_ROW_INVALID)
        return ImportedRow(doc_id, name, number, reason, str(problem)[:200])


def _checked(form: Form, row: object) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise RowProblemError(f"a row is an object, not {type(row).__name__}")
    missing = [column for column in form.columns if row.get(column) is None]
    if missing:
        raise RowProblemError(f"columns are missing: {', '.join(missing)}")
    return row


def _document(found: Unpacked, doc_id: str, name: str, number: int) -> ImportedRow:
    if not found.parts:
        raise RowProblemError("neither a text nor an image")
    general = {"url": found.url, "doc_id": doc_id, **found.general}
    general |= {"source_name": name, "source_row": number}
    ends = [n for n, part in enumerate(found.parts) if part.ends]
    if ends:
        general["ends_after"] = ends
    images = [part.url if part.text is None else None for part in found.parts]
    metadata = [
        None
        if part.text is not None
        else {"document_url": found.url, "src": part.url} | (part.facts or {})
        for part in found.parts
    ]
    row = ReleaseRow(
        tuple(images), tuple(part.text for part in found.parts), _json(metadata), _json(general)
    )
    mmc4 = replace(found.mmc4, doc_id=doc_id) if found.mmc4 else None
    return ImportedRow(doc_id, name, number, None, "", row, mmc4)


def checked_text(value: object, what: str) -> str:
    """Return a text as UTF-8 can hold it.

    Raises:
        RowProblemError: it is no text.
    """
    if not isinstance(value, str):
        raise RowProblemError(f"{what} must be a text, not {type(value).__name__}")
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def checked_list(value: object, what: str) -> list[Any]:
    """Return a list; a text is read as JSON, which is how OBELICS holds some.

    Raises:
        RowProblemError: it is none.
    """
    value = read_json(value, what)
    if not isinstance(value, (list, tuple)):
        raise RowProblemError(f"{what} must be a list, not {type(value).__name__}")
    return list(value)


def read_json(value: object, what: str) -> Any:
    """Return what a JSON text says; what is no text stays as it is.

    Raises:
        RowProblemError: a text that is no JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise RowProblemError(f"{what} is no JSON") from error


def known(facts: Mapping[str, Any]) -> Json:
    """Return what is said of something: texts, numbers and truths; null and NaN say nothing."""
    return {
        checked_text(key, "a key"): checked_text(value, key) if isinstance(value, str) else value
        for key, value in facts.items()
        if isinstance(value, (str, bool, int, float))
        and not (isinstance(value, float) and not math.isfinite(value))
    }


def aligned(images: object, texts: object) -> list[tuple[str | None, str | None]]:
    """Return the (image, text) pairs of two lists of equal length; one of each pair is None.

    Raises:
        RowProblemError: the lists have unequal lengths, or a place holds both or neither.
    """
    first, second = checked_list(images, "images"), checked_list(texts, "texts")
    if len(first) != len(second):
        raise RowProblemError(f"lists of unequal length: {len(first)} images, {len(second)} texts")
    pairs: list[tuple[str | None, str | None]] = []
    for place, (image, text) in enumerate(zip(first, second, strict=True)):
        if bool(image) and bool(text):
            raise RowProblemError(f"place {place} holds an image and a text")
        if image:
            pairs.append((checked_text(image, "an image"), None))
        elif text or (isinstance(text, str) and image is None):
            pairs.append((None, checked_text(text, "a text")))
        else:
            raise RowProblemError(f"place {place} holds neither an image nor a text")
    return pairs


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
