"""Where Python workers come from on one machine: what every job imports is imported once.

Spark starts this process once and forks its workers from it, so they share these modules
instead of importing them one after the other: a second and 100 MB less for each worker.
"""

from pyspark.daemon import manager

from spark_jobs import obelics

__all__ = ["obelics"]

if __name__ == "__main__":
    manager()
