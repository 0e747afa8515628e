"""Balance over concepts, clusters of vectors: what jobs of both paths do with narrow tables."""
