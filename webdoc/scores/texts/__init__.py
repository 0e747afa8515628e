"""Scorers of a document's text, a module each, named after the setting that asks for it.

A module has COLUMNS, a tuple of `ScoreColumn`, and `load()`, which gives a `TextScorer`. One that
wants a model has MODEL, which says in words what it is, and `load(path)`. A module whose name
begins with _ serves the others.
"""
