"""Pages made to hurt, made by chance from the things that have hurt before; the same each time."""

import random

_BLOCKS = ("div", "p", "ul", "li", "table", "tr", "td", "section", "blockquote", "h1", "figure")
_INLINE = ("a", "b", "i", "font", "em", "span", "nobr", "small", "tt", "u", "code", "x-y")
_STRANGE = ("marquee", "applet", "object", "svg", "math", "template", "select", "option", "button")
_RAW = ("script", "style", "textarea", "title", "iframe", "noscript", "xmp", "plaintext")
_BYTES = 1 << 21


def hostile_page(number: int) -> bytes:
    """Return a page of up to 2 MiB."""
    chance = random.Random(number)
    kinds = (_nested, _unclosed, _attributes, _soup, _raw, _entities, _images, _bytes, _links)
    make = kinds[number % len(kinds)]
    return make(chance)[:_BYTES]


def _names(chance: random.Random, most: int = 5) -> list[str]:
    names = [*_BLOCKS, *_INLINE, *_STRANGE]
    return chance.sample(names, chance.randint(1, most))


def _nested(chance: random.Random) -> bytes:
    tags = "".join(f"<{name}>" for name in _names(chance))
    times = chance.choice((100, 3_000, 9_000, 60_000))
    return (tags * times + "x" + "</p>" * chance.choice((0, 1_000, 200_000))).encode()


def _unclosed(chance: random.Random) -> bytes:
    outer, inner = chance.choice(_BLOCKS), chance.choice(_INLINE)
    return "".join(
        f"<{outer}><{inner} c={n}>w" for n in range(chance.randint(100, 60_000))
    ).encode()


def _attributes(chance: random.Random) -> bytes:
    count = chance.choice((10, 4_000, 6_000, 300_000))
    names = " ".join(f"a{n}={chance.choice(('1', '')) * n}"[:200] for n in range(count))
    return f"<p {names}>text".encode() * chance.choice((1, 3))


def _soup(chance: random.Random) -> bytes:
    names = _names(chance, 12)
    tags = [f"<{'/' * chance.randint(0, 1)}{name}>" for name in names for _ in range(4)]
    parts = [chance.choice((*tags, "words ")) for _ in range(chance.choice((1_000, 90_000)))]
    return "".join(parts).encode()


def _raw(chance: random.Random) -> bytes:
    name = chance.choice(_RAW)
    inside = chance.choice(("<", "<!--", "]]>", "</", "<p>", "&", f"<{name}>", "-->"))
    return f"<{name}>{inside * chance.choice((10, 500_000))}<p>text".encode()


def _entities(chance: random.Random) -> bytes:
    one = chance.choice(("&amp;", "&#x10FFFF;", "&", "&notit;", "&#0;", "&#xD800;", "&" + "a" * 99))
    return b"<p>" + one.encode() * (_BYTES // len(one))


def _images(chance: random.Random) -> bytes:
    one = chance.choice(
        (
            "<img src=/{n}.jpg>",
            "<img src=/a.jpg alt='{n}'>",
            "<picture><source srcset='/{n}.webp 1x, /b 2x'><img src=/{n}.jpg></picture>",
            "<figure><img src=/{n}.jpg><figcaption>caption {n}</figure>",
            "<p>words <img srcset='" + "/{n} 1w, " * 20 + "'>",
        )
    )
    count = chance.choice((100, 9_000, 60_000))
    return "".join(one.replace("{n}", str(n)) for n in range(count)).encode()


def _bytes(chance: random.Random) -> bytes:
    kinds = (
        lambda: chance.randbytes(200_000),
        lambda: b"<p>" + bytes(_BYTES),
        lambda: b"<" * _BYTES,
        lambda: b"<p>" + b" \t\n" * (_BYTES // 3),
        lambda: "<p>" + "\u202e\u0301" * 200_000,
        lambda: b"\xff\xfe" + "<p>text".encode("utf-16-le") * 50_000,
        lambda: b"<p>" + b"x" * _BYTES,
    )
    made = chance.choice(kinds)()
    return made if isinstance(made, bytes) else made.encode()


def _links(chance: random.Random) -> bytes:
    url = chance.choice(
        ("/" + "../" * 3_000, "http://[::1", "javascript:alert(1)", "x" * 9_000, "//")
    )
    one = f"<a href='{url}'>link</a> <img src='{url}'> "
    return one.encode() * min(_BYTES // len(one), 9_000)
