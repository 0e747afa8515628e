"""The release: its rows, card, report and Croissant file."""
