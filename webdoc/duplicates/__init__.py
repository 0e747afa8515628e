"""Near-duplicate texts: shingles, MinHash signatures, similarity."""
