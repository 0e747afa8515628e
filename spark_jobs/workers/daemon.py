"""Where Python workers come from on one machine: what every job needs is loaded once.

Spark starts this process once and forks its workers from it. They share what is loaded here,
instead of loading it one after the other: seconds, and 200 MB, for each worker.
"""

import datasketch  # SciPy comes with it, which takes a second or two
import pandas as pd  # PyArrow imports it at the first array, which takes a second
from pyspark.daemon import manager

from spark_jobs import obelics
from webdoc.page.read_capture import calm_collector
from webdoc.text.language import detect

LOADED = (datasketch, pd, obelics)

if __name__ == "__main__":
    detect("The language model is in memory from here on.")
    calm_collector()  # what stands here stays: no collection in a worker looks at it again
    manager()
