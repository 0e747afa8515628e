"""Scorers of whole documents, a module each, named after the setting that asks for it.

A module has COLUMNS, a tuple of `ScoreColumn`, and `load()`, which gives a `DocumentScorer`. One
that wants a model has MODEL, which says in words what it is, and `load(path)`. A module whose name
begins with _ serves the others.
"""
