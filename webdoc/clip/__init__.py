"""CLIP: the model, its weights and devices, vectors, nearest vectors, alignment."""
