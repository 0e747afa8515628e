"""Labelled copies of documents, each spoiled in one way: what a score of quality is tested by."""
