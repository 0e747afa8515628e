"""E-mail addresses, phone numbers and public IP addresses in a text, replaced by markers. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, NamedTuple

from webdoc.settings import setting

EMAIL_MARKER: Final = "[email]"
PHONE_MARKER: Final = "[phone]"
IP_MARKER: Final = "[IP address]"


@dataclass(frozen=True, slots=True)
class PersonalDataSettings:
    """What of personal data in texts, captions and alternative texts is replaced by a marker."""

    emails: bool = setting(
        False,
        f"Whether e-mail addresses become {EMAIL_MARKER}.",
        source="FineWeb (arXiv:2406.17557)",
        differs="Whoever trains on texts seldom wants to learn addresses.",
    )
    ip_addresses: bool = setting(
        False,
        f"Whether public IP addresses become {IP_MARKER}; those of local networks stay.",
        source="FineWeb (arXiv:2406.17557)",
        differs="As above.",
    )
    phones: bool = setting(
        False,
        f"Whether phone numbers become {PHONE_MARKER}: those with a word such as Tel. before them,"
        " with +, or written as in North America.",
        source="ours, off: numbers of shops are content to many",
    )


class Replaced(NamedTuple):
    """How much was replaced."""

    emails: int = 0
    phones: int = 0
    ip_addresses: int = 0


# An address, also with (at) and [dot] in it. Every repetition is bounded: texts are hostile.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_AT = r"(?:@|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?)"
_DOT = r"(?:\.|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.+@/-])[\w.!#$%&'*+=?^`{{|}}~-]{{1,64}}{_AT}"
    rf"(?:{_LABEL}{_DOT}){{1,8}}([^\W\d_]{{2,24}})(?![\w@])",
    re.IGNORECASE,
)
_MAY_BE_EMAIL: Final = re.compile(r"@|[\[({]\s?at\s?[\])}]", re.IGNORECASE)
_FILE_ENDINGS: Final = frozenset(["png", "jpg", "jpeg", "gif", "webp", "svg", "js", "css", "html"])
_NOBODY: Final = frozenset(["git", "hg", "svn"])  # git@host names a service

_IPV4: Final = re.compile(r"(?<![\w.-])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w-]|\.[0-9])")
_IPV6: Final = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE
)
# "version 4.5.6.7" has the form of an address.
_VERSION: Final = re.compile(
    r"(?:\b(?:v|ver|version|release|build|firmware|section|chapter|update)\.?|[§#])\s?$",
    re.IGNORECASE,
)
_CONTEXT_CHARS: Final = 12  # before an address

_CUE = (
    r"(?:tel(?:e(?:phone|fono?))?|phone|call(?:\s+us)?(?:\s+(?:at|on))?|fax|mobile?|cell|handy"
    r"|t[ée]l(?:[ée]phone)?|tlf|whatsapp|☎|📞|电话|電話)"
)
_DIGITS = r"\(?[0-9](?:[ ()./\u2010-\u2015\u00a0-]{0,3}[0-9]){6,14}"
_PHONE: Final = re.compile(
    rf"(?<![\w+.,/$€£#=-])(?:"
    rf"\+{_DIGITS}"
    rf"|\([2-9][0-9]{{2}}\)[ -]?[2-9][0-9]{{2}}[ .-][0-9]{{4}}"
    rf"|[2-9][0-9]{{2}}([.-])[2-9][0-9]{{2}}\1[0-9]{{4}}"
    rf")(?![\w-]|[.,][0-9])"
)
_CUED_PHONE: Final = re.compile(
    rf"(?<!\w)({_CUE}\.?(?:\s?(?:no|nr|number|n°)\.?)?\s?[:：]?\s{{0,3}})(\+?{_DIGITS})(?![\w-])",
    re.IGNORECASE,
)


def without_personal_data(text: str, settings: PersonalDataSettings) -> tuple[str, Replaced]:
    """Return a text with markers in place of what settings name, and how much was replaced.

    Source: FineWeb (arXiv:2406.17557) replaces e-mail addresses and public IP addresses.

    >>> without_personal_data("Ask ann@example.org.", PersonalDataSettings(emails=True))
    ('Ask [email].', Replaced(emails=1, phones=0, ip_addresses=0))
    """
    emails = phones = addresses = 0
    if settings.emails and _MAY_BE_EMAIL.search(text):
        text, emails = _counted(_EMAIL, _email_marker, text)
    if settings.ip_addresses:
        if text.count(".") >= 3:
            text, addresses = _counted(_IPV4, _ip_marker, text)
        if text.count(":") >= 2:
            text, more = _counted(_IPV6, _ip_marker, text)
            addresses += more
    if settings.phones:
        text, cued = _CUED_PHONE.subn(rf"\1{PHONE_MARKER}", text)
        text, bare = _PHONE.subn(PHONE_MARKER, text)
        phones = cued + bare
    return text, Replaced(emails, phones, addresses)


def _counted(
    pattern: re.Pattern[str], marker: Callable[[re.Match[str]], str | None], text: str
) -> tuple[str, int]:
    count = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal count
        by = marker(found)
        count += by is not None
        return found[0] if by is None else by

    return pattern.sub(replaced, text), count


def _email_marker(found: re.Match[str]) -> str | None:
    local = re.split(r"[@\[({]", found[0], maxsplit=1)[0].strip().lower()
    if found[1].lower() in _FILE_ENDINGS or local in _NOBODY:
        return None
    return EMAIL_MARKER


def _ip_marker(found: re.Match[str]) -> str | None:
    text = found[0]
    if ":" in text and not any(len(group) >= 3 for group in text.split(":")):
        return None  # a time, or C++'s ::
    try:
        is_public = ip_address(text).is_global
    except ValueError:
        return None
    before = found.string[max(0, found.start() - _CONTEXT_CHARS) : found.start()]
    return IP_MARKER if is_public and not _VERSION.search(before) else None
