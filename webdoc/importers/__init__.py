"""Importing: rows of published corpora become documents as our releases hold them.

A published form is a module in `forms/`; nothing else knows its name.
"""
