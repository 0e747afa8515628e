"""Where tables are kept, said once: Spark reaches them by Hadoop, all else by fsspec.

Endpoint and keys stand where both libraries look for them, in the environment: AWS_ENDPOINT_URL_S3
(or AWS_ENDPOINT_URL), AWS_REGION, and AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or the role of
the machine. What fsspec reads there by itself is handed on to Hadoop and to the executors.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import fsspec

from webdoc.settings import SettingsError

# Else fsspec remembers listings, and does not see what Spark, or another process, wrote since.
fsspec.config.conf.setdefault("s3", {}).setdefault("use_listings_cache", False)

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_HANDED_ON = (
    *_ENDPOINTS,
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)  # keys are not: Spark's UI shows these
_S3A = "spark.hadoop.fs.s3a.endpoint"
# Storages where a file appears when its upload is completed, and never in part.
_ATOMIC = {"s3", "s3a", "gs", "gcs"}


def storage_options(environment: Mapping[str, str], conf: Mapping[str, str]) -> dict[str, str]:
    """Return the options by which Hadoop and the executors find the storage that fsspec finds.

    Args:
        environment: of this process.
        conf: options of Spark that the user gave.

    Raises:
        SettingsError: the user gave Hadoop another endpoint than fsspec.

    >>> storage_options({"AWS_ENDPOINT_URL": "http://e:9000"}, {})["spark.hadoop.fs.s3a.endpoint"]
    'http://e:9000'
    """
    endpoint = next((environment[name] for name in _ENDPOINTS if environment.get(name)), "")
    given = conf.get(_S3A, "")
    if given and given.rstrip("/") != endpoint.rstrip("/"):
        raise SettingsError(
            f"{_S3A} is {given}, and fsspec, which reads the same tables, goes to "
            f"{endpoint or 'Amazon'}. Set AWS_ENDPOINT_URL_S3={given} instead: both go by it."
        )
    found = {
        f"spark.executorEnv.{name}": environment[name]
        for name in _HANDED_ON
        if environment.get(name)
    }
    if endpoint:
        found |= {_S3A: endpoint, "spark.hadoop.fs.s3a.path.style.access": "true"}
    return found


@contextmanager
def opened_whole(filesystem: Any, inner: str) -> Iterator[Any]:
    """Open a file to write that appears under its name when the block ends well, or not at all.

    Where an upload appears as a whole it goes to its name at once, and is given up when the block
    fails. Elsewhere it waits under a name that begins with _, which Spark and PyArrow pass over.

    Args:
        filesystem: of fsspec.
        inner: the path within it; its folder must be there, where there are folders.
    """
    protocols = (
        {filesystem.protocol} if isinstance(filesystem.protocol, str) else {*filesystem.protocol}
    )
    if protocols & _ATOMIC:
        sink = filesystem.open(inner, "wb", autocommit=False)
        try:
            yield sink
            sink.close()
            sink.commit()
        except BaseException:
            with suppress(Exception):  # the storage forgets an upload that nobody completes
                sink.discard()
            raise
        return
    folder, _, name = inner.rpartition("/")
    waiting = f"{folder}/_{name}.{uuid4().hex}.part"
    try:
        with filesystem.open(waiting, "wb") as sink:
            yield sink
        filesystem.mv(waiting, inner)
    except BaseException:
        if filesystem.exists(waiting):
            filesystem.rm_file(waiting)
        raise
