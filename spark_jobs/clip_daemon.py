"""Where Python workers come from when they make CLIP vectors: torch is loaded once for all.

`spark.python.daemon.module=spark_jobs.clip_daemon`, instead of `spark_jobs.daemon`: torch and
open_clip take ten seconds to import. Without the extra it is the same as the other.
"""

from contextlib import suppress

from pyspark.daemon import manager

from obelics_like.pages import calm_collector
from spark_jobs import daemon
from webdoc.clip_weights import import_clip
from webdoc.settings import SettingsError

LOADED = daemon.LOADED

if __name__ == "__main__":
    with suppress(SettingsError):  # the job says so, in words
        import_clip()
    calm_collector()
    manager()
