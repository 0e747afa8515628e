"""How much work the tree of a page is for a parser, told from its tags alone.

HTML's rules let a parser look through all open elements at most tags: is there a p to close, does
this end tag belong to anything? Browsers therefore stop at a depth of 512; Lexbor does not, and
elements that stay open make its time grow with the square of a page. What is found here are the
open elements as the standard keeps them (HTML, 13.2.4.2 and 13.2.4.3), roughly: what is fostered
out of a table stays in it here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webdoc.page.elements import FORMATTING, VOID

_TOKEN = re.compile(rb"<!--|<(/?[a-z][a-z0-9-]*)[^<>]{0,64}", re.IGNORECASE)


def _names(names: str) -> frozenset[bytes]:
    return frozenset(name.encode() for name in names.split())


_RAW = _names("script style textarea title xmp iframe noembed noframes")  # hold text alone
_ENDS_NAME = b" \t\n\r\f\v/>"
_VOID = frozenset(name.encode() for name in VOID)
_FORMATTING = frozenset(name.encode() for name in FORMATTING) | {b"a"}
_CLOSES_P = _names(
    "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol p plaintext "
    "pre section summary table ul xmp"
)
_SCOPES = _names("applet caption html table td th marquee object template")  # end every search
_MARKERS = _names("applet caption td th marquee object template")  # formatting is kept apart inside
# What a start tag closes, and where the search for it ends.
_CLOSES = {
    b"li": (_names("li"), _names("ul ol menu dir") | _SCOPES),
    b"dd": (_names("dd dt"), _names("dl") | _SCOPES),
    b"dt": (_names("dd dt"), _names("dl") | _SCOPES),
    b"option": (_names("option"), _names("select") | _SCOPES),
    b"td": (_names("td th caption"), _names("table html template tr")),
    b"th": (_names("td th caption"), _names("table html template tr")),
    b"tr": (_names("tr caption"), _names("table html template")),
    b"tbody": (_names("tbody thead tfoot caption"), _names("table html template")),
    b"thead": (_names("tbody thead tfoot caption"), _names("table html template")),
    b"tfoot": (_names("tbody thead tfoot caption"), _names("table html template")),
}
_P = (_names("p"), _SCOPES | _names("button"))
_NEW_ELEMENT = 300  # looks that making one is worth
_ALIKE = 3  # formatting elements kept of those that are alike. Source: HTML, 13.2.4.3


@dataclass(slots=True)
class _Kept:
    """A formatting element that is opened anew until it is closed."""

    tag: bytes
    name: bytes  # b"" of a marker: what stands before it is of the outside
    place: int  # in the stack, -1 while it is closed


class OpenElements:
    """The open elements of a page while its tags go by, and the work that they were."""

    def __init__(self) -> None:
        self.work = 0  # open elements looked through, and elements made anew
        self.depth = 0
        self._stack: list[bytes] = []  # b"" where an element was taken out of the middle
        self._places: dict[bytes, list[int]] = {}  # of each name in the stack
        self._active: list[_Kept] = []
        self._closed = 0  # of them

    def start(self, name: bytes, tag: bytes) -> None:
        """Take a start tag."""
        self.work += self.depth
        if name in _CLOSES_P:
            self._close(*_P)
        closes = _CLOSES.get(name)
        if closes is not None:
            self._close(*closes)
        is_block = name in _CLOSES_P or name in _SCOPES or closes is not None
        if self._closed and not is_block:
            self._open_anew()
        if name in _VOID:
            return
        if name in _FORMATTING:
            if name in (b"a", b"nobr"):
                self.end(name)
            self._keep(name, tag)
        elif name in _MARKERS:
            self._active.append(_Kept(b"", b"", -1))
        self._push(name)
        if self._closed and name in _CLOSES_P and name != b"table":
            self._open_anew()  # for the text that follows

    def end(self, name: bytes) -> None:
        """Take an end tag."""
        self.work += self.depth
        if name in _FORMATTING:
            for place in range(len(self._active) - 1, -1, -1):
                kept = self._active[place]
                if kept.name == name:
                    self._forget(place)
                    if kept.place >= 0:
                        self._take_out(kept.place)
                if kept.name in (b"", name):
                    return
            return
        is_open = self._last(frozenset((name,)))
        if is_open < 0 or (name not in _SCOPES and self._last(_SCOPES) > is_open):
            return
        self._pop_to(is_open)

    def _close(self, names: frozenset[bytes], stops: frozenset[bytes]) -> None:
        place = self._last(names)
        if place >= 0 and place > self._last(stops):
            self._pop_to(place)

    def _last(self, names: frozenset[bytes]) -> int:
        return max([places[-1] for n in names if (places := self._places.get(n))], default=-1)

    def _push(self, name: bytes) -> None:
        self._places.setdefault(name, []).append(len(self._stack))
        self._stack.append(name)
        self.depth += 1

    def _pop_to(self, place: int) -> None:
        while len(self._stack) > place:
            name = self._stack.pop()
            if name:
                self._places[name].pop()
                self.depth -= 1
                if name in _MARKERS:
                    self._forget_to_marker()
        for kept in reversed(self._active):
            if 0 <= kept.place < place:
                break
            if kept.name and kept.place >= 0:
                kept.place = -1
                self._closed += 1

    def _take_out(self, place: int) -> None:
        self._places[self._stack[place]].remove(place)
        self._stack[place] = b""
        self.depth -= 1

    def _keep(self, name: bytes, tag: bytes) -> None:
        alike = 0
        for place in range(len(self._active) - 1, -1, -1):
            if not self._active[place].name:
                break
            if self._active[place].tag == tag:
                alike += 1
                if alike == _ALIKE:
                    self._forget(place)
                    break
        self.work += len(self._active)
        self._active.append(_Kept(tag, name, len(self._stack)))

    def _forget(self, place: int) -> None:
        if self._active[place].place == -1:
            self._closed -= 1
        del self._active[place]

    def _forget_to_marker(self) -> None:
        while self._active and self._active[-1].name:
            self._forget(len(self._active) - 1)
        if self._active:
            self._active.pop()

    def _open_anew(self) -> None:
        """Open again what was closed although nobody closed it: so b goes on in the next p."""
        for kept in self._active:
            if kept.name and kept.place == -1:
                kept.place = len(self._stack)
                self._push(kept.name)
                self.work += _NEW_ELEMENT
        self._closed = 0


def _tags(markup: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and beginning of the tags of a page, but those in comments and in raw text.

    What never ends holds nothing back. That it does not is found out once: a page of comments that
    never end would be searched to its end for each of them.
    """
    lower = markup.lower()
    passed = 0
    endless: set[bytes] = set()
    for token in _TOKEN.finditer(markup):
        if token.start() < passed:
            continue
        name = (token[1] or b"").lower()
        behind = token.end(1) if name else token.end()
        end = b"-->" if not name else b""
        if name in _RAW and markup[behind : behind + 1].strip(_ENDS_NAME) == b"":
            end = b"</" + name
        if end and end not in endless:
            found = lower.find(end, behind)
            if found >= 0:
                passed = found + len(end)
                continue
            endless.add(end)
        if name:
            yield name, token[0]


def work_of(markup: bytes, limit: int) -> int:
    """Return how much work the tree of a page is; where it is more than the limit, some more."""
    elements = OpenElements()
    for name, tag in _tags(markup):
        if name[:1] == b"/":
            elements.end(name[1:])
        else:
            elements.start(name, tag)
        if elements.work > limit:
            break
    return elements.work
