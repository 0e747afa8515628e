"""Marks travel, documents stay: tables of marks, what is live by them, documents read in place."""
