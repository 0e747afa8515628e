"""Ranges of bytes of a file, wherever it lies: one request each, and nothing asked before."""

from typing import Any

from webdoc.storage.byte_source import StorageSettings, file_system, is_remote, local_path
from webdoc.storage.patience import http_status

_NOT_THAT_LONG = 416


def read_range(path: str, start: int, length: int, settings: StorageSettings) -> bytes:
    """Return bytes of a file; fewer at its end, b"" behind it. Asks once.

    Args:
        path: local, or a URL that fsspec knows.
        start: of the first byte.
        length: at least 1.
        settings: how remote files are read.

    Raises:
        Exception: what the storage or its library raises; `ask_storage` makes it a StorageError.
    """
    if not is_remote(path):
        with open(local_path(path), "rb") as file:
            file.seek(start)
            return file.read(length)
    fs, inner = file_system(path, settings)
    try:
        if path.startswith(("http://", "https://")):
            return _by_http(fs, inner, start, length)
        return bytes(fs.cat_file(inner, start=start, end=start + length))
    except Exception as error:
        if any(http_status(one) == _NOT_THAT_LONG for one in (error, error.__cause__) if one):
            return b""
        raise


def _by_http(fs: Any, inner: str, start: int, length: int) -> bytes:
    """Ask as fsspec's own files do: they see whether the server knows ranges.

    With a size they ask for none; and the plain `cat_file` would take a whole file for an answer.
    """
    file = fs.open(inner, "rb", size=start + length, block_size=length, cache_type="none")
    return bytes(file.cache.fetcher(start, start + length))
