"""Balance and diversity: which documents a corpus has too many of, by what their images show."""
