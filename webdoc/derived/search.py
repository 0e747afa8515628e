"""Looking for what was removed in bytes: addresses, hosts, ids and hashes, wherever they stand."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

# What stands behind the scheme of an address, and runs of hex digits as long as an id or a hash.
_ANCHOR: Final = re.compile(rb"://|[0-9a-f]{32,}")
_SCHEME: Final = re.compile(rb"(?:https?|[A-Za-z][A-Za-z0-9+.-]*)\Z")
_SCHEME_CHARS: Final = 20
_ADDRESS: Final = re.compile(rb"[^\s\"'<>\\^`{|}\x00-\x1f\x7f]+")
_CLOSING: Final = ".,;:!?)]}*_~"  # what ends a sentence or a bracket, not an address
_HEX_LENGTHS: Final = (32, 64)


class Removed:
    """What must not be found any more."""

    def __init__(
        self,
        addresses: Iterable[str],
        names: Iterable[str],
        is_listed: Callable[[str], bool] = lambda _: False,
    ):
        """Begin with what was removed.

        Args:
            addresses: of pages and pictures, as the release had them.
            names: ids of documents and hashes of pictures: 32 or 64 hex digits.
            is_listed: tells of any address whether a list names it or its host.
        """
        self._addresses = {_bytes(address) for address in addresses if address}
        # An address without a scheme is no anchor; each is looked for by itself.
        self._plain = {one for one in self._addresses if b"://" not in one}
        self._names = {name.encode() for name in names if name}
        self._is_listed = is_listed

    def found_in(self, data: bytes) -> Iterator[str]:
        """Yield each removed thing that stands in some bytes, each time it does.

        An address that goes on, so that it is another one, is none of those removed.
        """
        for match in _ANCHOR.finditer(data):
            if match[0] == b"://":
                end = match.start()
                scheme = _SCHEME.search(data, max(0, end - _SCHEME_CHARS), end)
                if scheme:
                    yield from self._address_at(data, scheme.start())
            else:
                yield from self._names_in(match[0])
        for address in self._plain:
            yield from [_text(address)] * data.count(address)

    def _address_at(self, data: bytes, start: int) -> Iterator[str]:
        """Yield the address that begins at a place, if it was removed."""
        whole = _ADDRESS.match(data, start)
        if whole is None:
            return
        for shown in {whole[0], _bytes(html.unescape(_text(whole[0])))}:
            ends = {shown, _bytes(_text(shown).rstrip(_CLOSING))}
            hit = next((end for end in ends if end in self._addresses), None)
            if hit is None:
                hit = next((end for end in ends if self._is_listed(_text(end))), None)
            if hit is not None:
                yield _text(hit)
                return

    def _names_in(self, run: bytes) -> Iterator[str]:
        """Yield the ids and hashes in a run of hex digits, which may be several glued together."""
        for length in _HEX_LENGTHS:
            for start in range(len(run) - length + 1):
                if run[start : start + length] in self._names:
                    yield run[start : start + length].decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
