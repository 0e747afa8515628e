"""Scorers of an image beside its caption and the texts around it, a module each.

A module has COLUMNS, as other scorers have, NEEDS, a tuple of `Need` that says which fields of a
`ScoredCaption` it looks at, and `load()`, which gives a `CaptionScorer`. `caption_words.py` is the
smallest one. A score outside its limits leaves out the image, not its picture everywhere.
"""
