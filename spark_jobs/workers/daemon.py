"""Where Python workers come from on one machine: what their jobs need is loaded once.

Spark starts this process once and forks its workers from it. They share what is loaded here,
instead of loading it one after the other: seconds, and 200 MB, for each worker. Torch is loaded
only where `spark_jobs.run.with_torch` asks for it.
"""

import os
from contextlib import suppress

import datasketch  # SciPy comes with it, which takes a second or two
import pandas as pd  # PyArrow imports it at the first array, which takes a second
from pyspark.daemon import manager

from spark_jobs import obelics
from spark_jobs.run.with_torch import WITH_TORCH
from webdoc.clip.weights import import_clip
from webdoc.page.read_capture import calm_collector
from webdoc.settings import SettingsError
from webdoc.text.language import detect

LOADED = (datasketch, pd, obelics)

if __name__ == "__main__":
    if WITH_TORCH in os.environ:
        with suppress(SettingsError):  # the job says so, in words
            import_clip()
    else:
        detect("The language model is in memory from here on.")
    calm_collector()  # what stands here stays: no collection in a worker looks at it again
    manager()
