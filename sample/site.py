"""The sample web as its servers hold it: pages made from their sources, pictures, robots.txt."""

import gzip
import tomllib
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

import brotli

from sample.pictures import PLAIN_HTTP, all_pictures

HERE = Path(__file__).parent
CHUNK_BYTES = 1000  # small, so that a page of a few kilobytes comes in several chunks
CHARSET_PLACES = ("meta and header", "meta", "header", "nowhere")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person expects of a page. "@" begins an image, "|" divides images that will do."""

    order: tuple[str, ...] = ()  # snippets and images of the main content, in page order
    must_not: tuple[str, ...] = ()  # snippets and images that are no main content
    marked: dict[str, str] = field(default_factory=dict)  # allowed in it, left out by this reason
    fate: str = "kept"  # of the document; "any" where reasonable people differ
    near_copy_of: str = ""  # URL


@dataclass(frozen=True, slots=True)
class Page:
    """One page source: the front matter and what follows it."""

    url: str
    kind: str  # for a reader of the truth
    title: str
    body: str
    truth: Truth
    frame: str  # name in frames/, or "none" when the body is the whole document
    lang: str = "en"
    charset: str = "utf-8"  # that of the bytes
    declared: str = ""  # charset the page names; "" for the true one
    charset_by: str = "meta and header"  # one of CHARSET_PLACES
    encoding: str = ""  # of the answer: "gzip", "br", "chunked", or two of them
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    round: int = 1  # of the crawl, from which on the server gives this answer

    def __post_init__(self) -> None:
        if self.charset_by not in CHARSET_PLACES:
            raise ValueError(f"{self.url}: charset_by must be one of {CHARSET_PLACES}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says when asked for a URL."""

    url: str
    raw: bytes  # status line, headers and body, as they go through the socket
    round: int = 1


def split_source(file: Path) -> tuple[dict[str, Any], str]:
    """Return a source's front matter, {} if it has none, and the text after it."""
    text = file.read_text(encoding="utf-8")
    if not text.startswith("+++\n"):
        return {}, text
    front, _, body = text.removeprefix("+++\n").partition("\n+++\n")
    return tomllib.loads(front), body


def read_page(file: Path) -> Page:
    """Read one source; what its frame expects is expected of the page too.

    Raises:
        TypeError: an unknown key in the front matter.
    """
    front, body = split_source(file)
    frame = front.pop("frame", file.parent.name)
    shared = {} if frame == "none" else split_source(frame_file(frame))[0]
    truth = Truth(
        order=tuple(front.pop("order", ())),
        must_not=(*shared.get("must_not", ()), *front.pop("must_not", ())),
        marked=shared.get("marked", {}) | front.pop("marked", {}),
        fate=front.pop("fate", "kept"),
        near_copy_of=front.pop("near_copy_of", ""),
    )
    return Page(**front, frame=frame, body=body, truth=truth)


def frame_file(name: str) -> Path:
    """Return where the markup around the pages of one site stands."""
    return HERE / "frames" / f"{name}.html"


def read_pages() -> list[Page]:
    """Read all sources, in the order of their names."""
    return [read_page(file) for file in sorted(HERE.glob("pages/*/*.html"))]


def rendered(page: Page) -> str:
    """Return the whole document of a page."""
    if page.frame == "none":
        return page.body.lstrip("\n")
    _, frame = split_source(frame_file(page.frame))
    charset = page.declared or page.charset
    markup = Template(frame).substitute(
        title=page.title, body=page.body.strip("\n"), lang=page.lang, charset=charset
    )
    if "meta" not in page.charset_by:
        markup = markup.replace(f'<meta charset="{charset}">', "")
    return markup


def chunked(body: bytes) -> bytes:
    """Return the body in HTTP's chunked transfer encoding."""
    starts = range(0, len(body), CHUNK_BYTES)
    pieces = [body[start : start + CHUNK_BYTES] for start in starts]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def http_message(status: int, headers: dict[str, str], body: bytes, encoding: str = "") -> bytes:
    """Return an HTTP answer as bytes, its body encoded as `encoding` says."""
    headers = {"Server": "interleaf-sample", **headers}
    if "gzip" in encoding:
        headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
    elif "br" in encoding:
        headers["Content-Encoding"], body = "br", brotli.compress(body, quality=9)
    if "chunked" in encoding:
        headers["Transfer-Encoding"], body = "chunked", chunked(body)
    else:
        headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def page_answer(page: Page) -> Answer:
    """Return what the server says for a page."""
    named = f"; charset={page.declared or page.charset}" if "header" in page.charset_by else ""
    headers = {"Content-Type": f"text/html{named}", **page.headers}
    body = rendered(page).encode(page.charset)
    return Answer(page.url, http_message(page.status, headers, body, page.encoding), page.round)


def robots_answer(file: Path) -> Answer:
    """Return what the server says for its robots.txt."""
    raw = http_message(200, {"Content-Type": "text/plain"}, file.read_bytes())
    return Answer(f"https://{file.stem}/robots.txt", raw)


def all_answers(pages: list[Page]) -> list[Answer]:
    """Return everything the servers hold, robots.txt first, then pages, then pictures."""
    answers = [robots_answer(file) for file in sorted(HERE.glob("robots/*.txt"))]
    answers += [page_answer(page) for page in pages]
    for picture in all_pictures():
        headers = {"Content-Type": picture.media_type}
        answers.append(Answer(picture.url, http_message(200, headers, picture.body)))
    moved = {"Location": "https://news.example/media/old-bridge.jpg", "Content-Type": "text/plain"}
    answers.append(Answer("https://news.example/photo/1187", http_message(301, moved, b"")))
    lost = http_message(404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>\n")
    answers.append(Answer("http://forum.example/upload/deleted.jpg", lost))
    return answers


def image_urls(name: str, known: list[str]) -> list[str]:
    """Return the absolute URLs that an image of the truth stands for.

    Raises:
        ValueError: no server holds it, so the truth is wrong.
    """
    urls = []
    for part in name.removeprefix("@").split("|"):
        address = part.strip().removeprefix("@")
        scheme = "http" if address.startswith(PLAIN_HTTP) else "https"
        url = address if urlsplit(address).scheme in ("http", "https") else f"{scheme}://{address}"
        if not any(held.startswith(url) for held in known):
            raise ValueError(f"no server holds the image {url}")
        urls.append(url)
    return urls
