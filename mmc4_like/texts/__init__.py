"""Text corpora, one module a form of input, and their sentences."""
