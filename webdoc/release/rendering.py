"""Filling the templates of cards and reports. What a template prints is escaped by itself.

Two environments, one for HTML and one for Markdown: in both, every `{{ value }}` that is not
marked as safe is shown as the text that it is. The order of the templates' folders is the path's
own one, then the one that both paths share.
"""

import re
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from webdoc.reasons import reason_text
from webdoc.release.escaping import clean, code_block, code_span, markdown_text, shortened
from webdoc.release.figures import percent_text, size_text, value_text

_SHARED: Final = "webdoc.release"
_WEB: Final = re.compile(r"https?://[^\s<>\"']+")


def render_html(package: str, template: str, **values: Any) -> Markup:
    """Fill a template of HTML; another template may take the result as it is.

    Args:
        package: whose `templates` folder is looked at first.
        template: its file name.
        values: what the template names.
    """
    return Markup(environment(package, markdown=False).get_template(template).render(**values))


def render_markdown(package: str, template: str, **values: Any) -> str:
    """Fill a template of Markdown; arguments as of `render_html`."""
    return environment(package, markdown=True).get_template(template).render(**values)


@cache
def environment(package: str, *, markdown: bool) -> Environment:
    """Return what fills the templates of a package, and those that both paths share."""
    folders = [PackageLoader(name) for name in dict.fromkeys((package, _SHARED))]
    made = Environment(
        loader=ChoiceLoader(folders),
        autoescape=True,
        finalize=_markdown_value if markdown else _html_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "number": lambda count: f"{count:,}",
        "percent": percent_text,
        "size": size_text,
        "measured": value_text,
        "meaning": reason_text,
        "cut": shortened,
        "web_link": _web_link,
        "one_line": lambda text: " ".join(text.split()),
    }
    if markdown:
        made.filters |= {
            "code": _code,
            "block": _block,
        }
    return made


def _html_value(value: Any) -> Any:
    """Return what Jinja escapes next; characters that no page may hold are replaced."""
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _web_link(url: str) -> bool:
    """Tell whether a link may lead to this address: to a page of the web and nowhere else."""
    return bool(_WEB.fullmatch(url)) and clean(url) == url


def _markdown_value(value: Any) -> Any:
    """Return the text escaped for Markdown; Jinja leaves alone what is marked as safe."""
    if hasattr(value, "__html__"):
        return value
    return Markup(markdown_text(str(value)))


def _code(text: str) -> Markup:
    return Markup(code_span(text))


def _block(text: str, language: str = "") -> Markup:
    return Markup(code_block(text, language))
