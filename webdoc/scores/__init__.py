"""Scores: what a scorer says of a picture, in columns of its own, and limits on them.

A scorer of pictures is a module in `pictures/`; nothing else knows its name.
"""
