"""Scorers of pictures, a module each, named after the setting that asks for it.

A module has COLUMNS, a tuple of `ScoreColumn`, which says what it measures without loading
anything, and `load()`, which gives a `PictureScorer`. CONTRIBUTING.md has the recipe.
"""
