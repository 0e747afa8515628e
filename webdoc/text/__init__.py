"""What a text is like: measures, vocabulary, language, perplexity. No thresholds."""
