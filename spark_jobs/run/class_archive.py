"""Spark's classes as Java has them in memory, in a file that the next start maps.

Java calls it class-data sharing. A short run of Spark loads 27,000 classes. Two thirds of them come
out of this file instead of being read from jars and checked, which is a quarter of what Java takes
for the sample. The first run on a machine writes the file when it has ended, 190 MB in the cache
folder of the user; Java itself refuses one that is not of its own version or of these jars. A run
never fails for it.
"""

import os
import re
import shutil
import time
from hashlib import sha256
from pathlib import Path

import pyspark

_MAGIC = bytes.fromhex("a8ab0bf0")  # Java writes its header last, so half a file has none
_WRITING_S = 600  # after so long whoever was writing it has died
_WRITES_BY_ITSELF = 19  # from this version on. Source: JDK-8261455
_VERSION = re.compile(r'^JAVA_VERSION="((\d+)[^"]*)"', re.MULTILINE)
_OFF = "INTERLEAF_CLASS_ARCHIVE"  # set to 0: no file is read or written
# Java says on stdout which classes it leaves out, and nobody can act on it.
_QUIET = "-Xlog:disable -Xlog:all=error:stderr"


def archive_options(*, write: bool = True) -> str:
    """Return the options of Java by which it maps the archive, or else writes it at its end.

    Args:
        write: whether it may be written.

    Returns:
        "" where neither can be.
    """
    found = _java_version()
    if os.environ.get(_OFF) == "0" or found is None:
        return ""
    version, feature = found
    jars = Path(pyspark.__file__).resolve().parent / "jars"
    key = sha256(f"{version} {pyspark.__version__} {jars}".encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("INTERLEAF_CACHE") or Path(cache) / "interleaf")
    path = folder / f"spark-{key}.jsa"
    if re.search(r"\s", str(path)):  # Spark would take it for two options
        return ""
    if is_whole(path):
        return f"-XX:SharedArchiveFile={path} {_QUIET}"
    if not write or not _may_write(path):
        return ""
    if feature >= _WRITES_BY_ITSELF:
        return f"-XX:+AutoCreateSharedArchive -XX:SharedArchiveFile={path} {_QUIET}"
    return f"-XX:ArchiveClassesAtExit={path} {_QUIET}"


def is_whole(path: Path) -> bool:
    """Tell whether an archive was written to its end."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _may_write(path: Path) -> bool:
    """Tell whether the archive can be written, and nobody else is at it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists() or time.time() - path.stat().st_mtime > _WRITING_S
    except OSError:
        return False
    return is_new and os.access(path.parent, os.W_OK)


def _java_version() -> tuple[str, int] | None:
    """Return the version of the Java that Spark will start, and its first number."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None:
        return None
    try:
        said = Path(java).resolve().parent.parent.joinpath("release").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    version = _VERSION.search(said)
    return (version[1], int(version[2])) if version else None
