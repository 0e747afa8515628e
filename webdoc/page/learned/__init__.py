"""What a learned model makes of a page: its kind, and which passages are its main text."""
