"""Bytes of input files, wherever they lie: disk, S3, HTTP, inside a WACZ."""
