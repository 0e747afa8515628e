"""Scores: what a scorer says of a picture, a text or a document, in columns of its own, and limits.

A scorer is a module in `pictures/`, `texts/` or `documents/`; nothing else knows its name.
"""
