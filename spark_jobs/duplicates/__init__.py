"""Duplicates over the corpus: signatures, pairs, components, marks."""
