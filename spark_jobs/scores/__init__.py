"""Scores of whole documents and of their texts, which are read where they stand."""
