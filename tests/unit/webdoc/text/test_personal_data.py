"""What of personal data is found, on a labelled set made by script, and what is left alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.personal_data import (
    EMAIL_MARKER,
    IP_MARKER,
    PHONE_MARKER,
    PersonalDataSettings,
    Replaced,
    without_personal_data,
)

ALL = PersonalDataSettings(emails=True, ip_addresses=True, phones=True)
NAMES = ("ann", "j.doe", "o'neil", "anna-maria", "x_y", "jürgen", "info", "a1b2")
HOSTS = ("example.org", "mail.cs.uni-bonn.de", "firma.co.uk", "münchen.de", "x.museum")
FRAMES = ("Write to {}.", "{}", "({})", "Contact: {}, or come by", "<{}>", "mail to: {}", "“{}”")


def emails(rng: random.Random) -> str:
    at, dot = rng.choice([("@", "."), ("@", "."), (" (at) ", "."), (" [at] ", " [dot] ")])
    return rng.choice(NAMES) + at + rng.choice(HOSTS).replace(".", dot)


def ip_addresses(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return "2001:" + ":".join(f"{rng.randrange(256, 65536):x}" for _ in range(7))
    first = rng.choice([5, 8, 23, 45, 62, 77, 91, 104, 151, 185])
    return ".".join(str(n) for n in (first, *(rng.randrange(1, 255) for _ in range(3))))


def phones(rng: random.Random) -> str:
    digits = "".join(rng.choice("23456789") for _ in range(10))
    a, b, c = digits[:3], digits[3:6], digits[6:]
    cued = [f"Tel. 0{a} / {b} {c}", f"Phone: {a} {b} {c}", f"Fax: {b} {c}"]
    bare = [f"+1 {a} {b} {c}", f"+49 {a} {b}{c}", f"({a}) {b}-{c}", f"{a}-{b}-{c}"]
    return rng.choice([*cued, *bare, f"call us at 0{a} {b}{c}", f"+44 (0) {a} {b}{c}"])


@pytest.mark.parametrize(
    ("made", "kind", "marker"),
    [
        (emails, "emails", EMAIL_MARKER),
        (ip_addresses, "ip_addresses", IP_MARKER),
        (phones, "phones", PHONE_MARKER),
    ],
)
def test_what_is_made_by_script_is_found_whole(made: object, kind: str, marker: str) -> None:
    """Of 1,000 no more than 1 in 100 is missed, and the words around each stay."""
    rng = random.Random(8)
    missed = []
    for _ in range(1_000):
        secret, frame = made(rng), rng.choice(FRAMES)  # type: ignore[operator]
        text, replaced = without_personal_data(frame.format(secret), ALL)
        if getattr(replaced, kind) != 1 or text.count(marker) != 1 or secret in text:
            missed.append((frame.format(secret), text))
    assert len(missed) <= 10, missed[:5]


@pytest.mark.parametrize(
    "text",
    [
        "icon@2x.png and photo@3x.jpg",
        "git clone git@github.com:interleaf/x.git",
        "@ann wrote @bob a tweet",
        "npm install left-pad@1.3.0",
        "5 apples @ 2 euros each.",
        "Version 4.5.6.7 came after v1.20.3.4 and release 9.8.7.6",
        "ping 192.168.1.1, 10.0.0.1, 127.0.0.1 and 172.16.5.4",
        "documentation uses 192.0.2.7 and 2001:db8::1",
        "300.1.2.3 and 1.2.3 and 1.2.3.4.5",
        "at 12:30:45 std::vector<int> a::b fe80::1",
        "ISBN 978-3-16-148410-0, doi 10.1000/182, 3.14159265358979",
        "from 1914 to 1918, 2,000,000 of 7,800,000,000 people",
        "2024-11-30 12:30, 30.11.2024, 11/30/2024",
        "€ 1.234.567,00 and $12,345,678.90",
        "Order 4711-0815-1234-5678-9012",
        "Luke 12:4-7; pages 123-456",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert without_personal_data(text, ALL) == (text, Replaced())


@pytest.mark.parametrize(
    ("settings", "text", "replaced"),
    [
        (PersonalDataSettings(), "a@e.org, 8.8.8.8, +49 30 1234567", Replaced()),
        (
            PersonalDataSettings(emails=True),
            "[email], 8.8.8.8, +49 30 1234567",
            Replaced(emails=1),
        ),
        (
            PersonalDataSettings(ip_addresses=True),
            "a@e.org, [IP address], +49 30 1234567",
            Replaced(ip_addresses=1),
        ),
        (PersonalDataSettings(phones=True), "a@e.org, 8.8.8.8, [phone]", Replaced(phones=1)),
    ],
)
def test_each_kind_has_its_own_setting(
    settings: PersonalDataSettings, text: str, replaced: Replaced
) -> None:
    found = without_personal_data("a@e.org, 8.8.8.8, +49 30 1234567", settings)

    assert found == (text, replaced)


@given(st.text(alphabet="a1.@:-+() \n[]té漢\ud800", max_size=200))
def test_nothing_breaks_it_and_it_looks_once(text: str) -> None:
    once, _ = without_personal_data(text, ALL)

    assert without_personal_data(once, ALL)[0].count(EMAIL_MARKER) >= once.count(EMAIL_MARKER)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a.b-c'@", "1 ", "1.1.1.", "a:", "tel ", "a@a.", "(at) x.", "+1 ("]
)
def test_a_hostile_text_is_read_to_an_end(piece: str) -> None:
    cleaned, replaced = without_personal_data(
        piece * 50_000 + "\nWrite to ann@example.org now.", ALL
    )

    assert cleaned.endswith("\nWrite to [email] now.")
    assert replaced == Replaced(emails=1)
