"""Kinds of HTML elements."""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements whose content is never text of the page, or that Lexbor writes out without escaping.
STRIPPED = _names(
    "script style template svg iframe xmp plaintext noembed noframes object canvas select textarea "
    "datalist dialog"
)
VOID = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
INLINE = _names(
    "a abbr acronym amp-img annotation audio b bdi bdo big blink button cite code data del dfn em "
    "font i ins kbd label maction mark math menclose merror mfenced mfrac mi mmultiscripts mn mo "
    "mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtext munder "
    "munderover nobr noscript output picture q rb rp rt rtc ruby s samp semantics small span "
    "strike strong sub sup time tt u var video"
)
# Their text is a label or a fallback; pictures in them count.
MUTE = _names("button noscript video audio annotation rp")
ROOTS = _names("html body")
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
LISTS = _names("ul ol menu dir")
# Closed without an end tag, or with nothing inside.
CLOSED_BY_OTHERS = VOID | _names("p li dt dd tr td th thead tbody tfoot colgroup option a")
# Opened anew by the parser in each block until they are closed (HTML standard, 13.2.4.3).
FORMATTING = _names("b big code em font i nobr s small strike strong tt u")
