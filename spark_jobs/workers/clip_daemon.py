"""Where Python workers come from when they make CLIP vectors: torch is loaded once for all.

`spark.python.daemon.module=spark_jobs.workers.clip_daemon`, instead of
`spark_jobs.workers.daemon`: torch and open_clip take ten seconds to import. Without the extra it
is the same as the other.
"""

from contextlib import suppress

from pyspark.daemon import manager

from spark_jobs.workers import daemon
from webdoc.clip.weights import import_clip
from webdoc.page.read_capture import calm_collector
from webdoc.settings import SettingsError

LOADED = daemon.LOADED

if __name__ == "__main__":
    with suppress(SettingsError):  # the job says so, in words
        import_clip()
    calm_collector()
    manager()
