"""The quality of a whole document: what is measured of it, and one score of all that.

A group of features is a module in `features/`; nothing else knows its name. docs/quality.md
explains the method.
"""
