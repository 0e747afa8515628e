"""Releases made of releases: rows that stay or go, what is counted of them, their history."""
