"""The version of interleaf: on cards, in the fetcher's name, in `interleaf --version`."""

VERSION = "0.1.0"
