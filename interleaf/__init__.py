"""interleaf as a library; what stands in `__all__` is stable.

    document = interleaf.extract(html, "https://example.org/article")
    judged = interleaf.judge(document, preset="default", html=html)
    placed = interleaf.place(sentences, vectors=(image_vectors, sentence_vectors))

    for document in interleaf.open("corpus"): ...  # for training, with the bytes of pictures

Each is imported when it is asked for, so `import interleaf` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from interleaf.api import PlacedImages, extract, judge, place
    from interleaf.loading.corpus import open_corpus as open
    from webdoc.page.document import Document

__all__ = ["Document", "PlacedImages", "extract", "judge", "open", "place"]
# Where each name is, and what it is called there.
_PLACES: Final = {
    "Document": ("webdoc.page.document", "Document"),
    "PlacedImages": ("interleaf.api", "PlacedImages"),
    "extract": ("interleaf.api", "extract"),
    "judge": ("interleaf.api", "judge"),
    "open": ("interleaf.loading.corpus", "open_corpus"),
    "place": ("interleaf.api", "place"),
}


def __getattr__(name: str) -> Any:
    """Import what a caller asks for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
