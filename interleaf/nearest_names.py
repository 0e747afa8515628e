"""The URLs and ids of a run that are most like one that is not there."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

import pyarrow.dataset as ds

from webdoc.url_keys import host_of, registered_domain, url_key

_SHOWN = 3
_LIKE = 0.6  # of difflib's ratio: its own default
_LOOKED_AT = 50_000  # names of the same site, else of any: some seconds


def nearest_names(names: Iterable[str], wanted: str) -> list[str]:
    """Return up to three names, the most alike first; none where nothing is alike.

    The same address but for its scheme, its fragment or the slash at its end comes first; then
    names of its site, or, where the run has none of it, of any.

    Args:
        names: URLs and ids, each perhaps several times.
        wanted: a URL or an id, or a part of one.
    """
    key = url_key(wanted).rstrip("/")
    domain = registered_domain(host_of(wanted if "://" in wanted else f"http://{wanted}"))
    same: dict[str, None] = {}
    site: dict[str, None] = {}
    others: dict[str, None] = {}
    for name in names:
        if _is_same(name, wanted, key):
            same[name] = None
        elif domain and domain in name and len(site) < _LOOKED_AT:
            site[name] = None
        elif len(others) < _LOOKED_AT:
            others[name] = None
    close = get_close_matches(wanted, list(site or others), _SHOWN, _LIKE)
    return list(islice([*same, *close, *site], _SHOWN))


def _is_same(name: str, wanted: str, key: str) -> bool:
    if "://" not in name:
        return len(wanted) >= 6 and name.startswith(wanted)  # the start of an id
    own = url_key(name).rstrip("/")
    return own == key or own == wanted.rstrip("/")


def names_in(table: ds.Dataset, *columns: tuple[str, ...]) -> Iterator[str]:
    """Yield the values of columns of a table, which may lie in structs."""
    for column in columns:
        wanted = {"name": ds.field(*column)}
        for batch in table.to_batches(columns=wanted):
            yield from (str(name) for name in batch.column(0).to_pylist() if name)
