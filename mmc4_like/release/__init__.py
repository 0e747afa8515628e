"""The release: its rows, card and report."""
