"""Text of the web inside pages of ours: made harmless for Markdown; Jinja does it for HTML."""

import re

# Controls, halves of surrogate pairs and characters that turn the direction of what follows.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MARKDOWN = str.maketrans(
    {mark: f"\\{mark}" for mark in "\\`*_[]#|~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)
_BREAKS = str.maketrans(dict.fromkeys("\t\n\r\v\f\x85\u2028\u2029", " "))
# What a spreadsheet takes for the start of a formula. Source: OWASP, CSV injection.
_FORMULA = ("=", "+", "-", "@")
_LIST_OR_RULE = re.compile(
    r"^(\d*)([.)](?= |$)|[-+=])"
)  # what only the start of a line makes special
_WORD = re.compile(r"[A-Za-z0-9_.:/-]+")
_BACKTICKS = re.compile("`+")


def clean(text: str) -> str:
    """Return the text with every character that may not stand in a page shown as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text for one line of a terminal: nothing in it moves, colours or ends the line."""
    return clean(text.translate(_BREAKS))


def csv_cell(text: str) -> str:
    """Return a text as a quoted cell of CSV that no spreadsheet takes for a formula."""
    shown = one_line(text)
    if shown.lstrip().startswith(_FORMULA):
        shown = f"'{shown}"
    return '"' + shown.replace('"', '""') + '"'


def markdown_text(text: str) -> str:
    """Return the text as one line of Markdown that shows it as it is, in a table cell too."""
    line = " ".join(clean(text).split()).translate(_MARKDOWN)
    return _LIST_OR_RULE.sub(r"\1\\\2", line)


def code_span(text: str) -> str:
    """Return a name, a code or a domain as Markdown code; anything stranger as plain text."""
    return f"`{text}`" if _WORD.fullmatch(text) else markdown_text(text)


def code_block(text: str, language: str = "") -> str:
    """Return a fenced block that the text cannot end."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{clean(text)}\n{fence}"


def shortened(text: str, max_chars: int) -> tuple[str, int]:
    """Return the beginning of a text, and how many characters are left out."""
    return text[:max_chars], max(0, len(text) - max_chars)
