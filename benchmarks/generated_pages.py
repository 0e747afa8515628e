"""Pages made by a seed: different ones, one in ten a near-copy of another, as WARC files."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from webdoc.text.language_packs import load_pack

PAGES_A_FILE = 1000
_PAGES_A_SITE = 25
_CHANGED_WORDS = 6  # of a near-copy
_SCRIPT_BYTES = 12_000  # of noise, so that a page weighs what pages on the web weigh
_TIME = "2024-05-18T01:58:10Z"


class Pages:
    """Writes pages of common English words; the same number, the same page."""

    def __init__(self) -> None:
        pack = load_pack("en")
        self._small = sorted(pack.stopwords)
        self._large = sorted(w for w in pack.common if len(w) > 3 and w.isalpha())
        self._large = [w for w in self._large if w not in pack.flagged and w not in pack.spam]

    def page(self, number: int) -> tuple[str, str]:
        """Return URL and HTML of a page."""
        dice = random.Random(number)
        if number % 10 == 9:  # it says what an earlier page says, but for a few words
            paragraphs = self._paragraphs(random.Random(dice.randrange(number)))
            for _ in range(_CHANGED_WORDS):
                words = paragraphs[dice.randrange(len(paragraphs))]
                words[dice.randrange(len(words))] = dice.choice(self._large)
        else:
            paragraphs = self._paragraphs(dice)
        site = f"https://site{number // _PAGES_A_SITE}.example"
        return f"{site}/page/{number}.html", self._html(site, number, paragraphs)

    def _paragraphs(self, dice: random.Random) -> list[list[str]]:
        return [
            [
                dice.choice(self._small) if dice.random() < 0.45 else dice.choice(self._large)
                for _ in range(dice.randint(30, 90))
            ]
            for _ in range(dice.randint(6, 14))
        ]

    def _html(self, site: str, number: int, paragraphs: list[list[str]]) -> str:
        dice = random.Random(f"around {number}")
        links = "".join(
            f"<li class='item-{dice.getrandbits(24):x}'>"
            f"<a href='/{n}?ref={dice.getrandbits(48):x}'>"
            f"{dice.choice(self._large)}</a></li>"
            for n in range(120)
        )
        body = []
        for place, words in enumerate(paragraphs):
            body.append(f"<p class='p-{dice.getrandbits(24):x}'>{_sentences(words)}</p>")
            if place % 4 == 1:
                image = f"{site}/img/{number}-{place}.jpg"
                body.append(f"<figure><img src='{image}' width='640' height='480'></figure>")
        script = f"<script>var state = '{dice.getrandbits(8 * _SCRIPT_BYTES):x}';</script>"
        return (
            f"<html lang='en'><head><title>Page {number}</title>{script}</head><body>"
            f"<nav><ul>{links}</ul></nav><article><h1>{' '.join(paragraphs[0][:6])}</h1>"
            f"{''.join(body)}</article><footer><p>All that stands on {site} may be read by you and "
            f"by all the others who come here.</p></footer></body></html>"
        )


def _sentences(words: list[str]) -> str:
    """Return words as sentences of a dozen, with a comma in each."""
    parts = [words[start : start + 12] for start in range(0, len(words), 12)]
    return " ".join(f"{' '.join(p[:6])}, {' '.join(p[6:])}.".capitalize() for p in parts)


def write_pages(folder: Path, count: int) -> list[str]:
    """Write so many pages as WARC files into a folder, and return their names."""
    pages, files = Pages(), []
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, PAGES_A_FILE):
        path = folder / f"pages-{first:08d}.warc.gz"
        with path.open("wb") as file:
            for member in _members(pages, range(first, min(first + PAGES_A_FILE, count))):
                file.write(member)
        files.append(str(path))
    return files


def _members(pages: Pages, numbers: range) -> Iterator[bytes]:
    for number in numbers:
        url, html = pages.page(number)
        answer = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
        )
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {_TIME}\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        )
        yield gzip.compress(head.encode() + answer + b"\r\n\r\n", 6, mtime=0)
