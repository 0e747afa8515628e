"""What Java and Spark print at every start, and nobody can act on, is left out of stderr."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NO_NEWS = re.compile(
    rb"WARNING: Using incubator modules: "
    rb"|Setting default log level to "
    rb"|To adjust logging level use sc\.setLogLevel"
    rb"|Picked up JAVA_TOOL_OPTIONS: "
)


@contextmanager
def quiet_start() -> Iterator[None]:
    """Pass over the lines that say nothing, of each process that is started within the block.

    Java keeps the stderr that it was started with, so a thread hands its lines on as long as it
    lives; our own stderr is as before when the block ends.
    """
    try:
        ours = sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # there is none, or a test has taken its place
        yield
        return
    reader, writer = os.pipe()
    before = os.dup(ours)
    os.dup2(writer, ours)
    os.close(writer)
    threading.Thread(target=_hand_on, args=(reader, os.dup(before)), daemon=True).start()
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(before, ours)
        os.close(before)


def _hand_on(reader: int, target: int) -> None:
    with os.fdopen(reader, "rb") as lines, os.fdopen(target, "wb", buffering=0) as out:
        for line in lines:
            if not is_no_news(line):
                out.write(line)


def is_no_news(line: bytes) -> bool:
    r"""Tell whether a line is one that every start prints.

    >>> is_no_news(b"WARNING: Using incubator modules: jdk.incubator.vector\n")
    True
    >>> is_no_news(b"spark: ERROR Utils: no space left on device\n")
    False
    """
    return _NO_NEWS.match(line) is not None
