"""The command line. Thin: what it does is done by `spark_jobs`, `obelics_like` and `webdoc`."""

__version__ = "0.1.0"
