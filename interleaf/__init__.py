"""The command line. Thin: what it does is done by `spark_jobs`, `obelics_like` and `webdoc`."""
