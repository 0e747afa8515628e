"""WACZ files: zip files that hold WARC files under archive/. Source: WACZ 1.1.1, section 5.2.1."""

import struct
import zipfile
from dataclasses import dataclass
from typing import Any

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # PKWARE APPNOTE 4.3.7


class WaczError(ValueError):
    """Not a zip file, or not one that holds the member asked for."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a file."""

    start: int  # byte in the file where it begins
    size_bytes: int | None  # None when it reaches to an unknown end


@dataclass(frozen=True, slots=True)
class Member:
    """An archive inside a WACZ."""

    name: str
    size_bytes: int
    stored: bool  # False when deflated a second time: then it can only be read from its start


def members(handle: Any) -> list[Member]:
    """Return the archives of an open WACZ, by name.

    Raises:
        WaczError: the file is no zip.
    """
    return sorted(
        (
            Member(info.filename, info.file_size, info.compress_type == zipfile.ZIP_STORED)
            for info in _directory(handle).infolist()
            if info.filename.startswith("archive/") and not info.is_dir()
        ),
        key=lambda member: member.name,
    )


def member_slice(handle: Any, name: str) -> tuple[Any, Slice]:
    """Return a file and the part of it that is the member.

    That file is the zip itself for a stored member, so that a reader may begin in its middle.

    Raises:
        WaczError: the file is no zip, or holds no such member.
    """
    directory = _directory(handle)
    try:
        info = directory.getinfo(name)
    except KeyError as error:
        raise WaczError(f"no {name} in it") from error
    if info.compress_type != zipfile.ZIP_STORED:
        try:
            return directory.open(info), Slice(0, info.file_size)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise WaczError(f"{name} in it cannot be opened: {error}") from error
    handle.seek(info.header_offset)
    head = handle.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(b"PK\x03\x04"):
        raise WaczError(f"{name} is not where the zip says it is")
    # The local header may carry other extra fields than the directory, so its own lengths count.
    name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)[-2:]
    start = info.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
    return handle, Slice(start, info.file_size)


def _directory(handle: Any) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(handle)
    # What a zip made to do harm brings forth beside BadZipFile: NotImplementedError for a
    # version, struct.error and UnicodeDecodeError (a ValueError) for fields.
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError) as error:
        raise WaczError(f"not a zip file: {error}") from error
