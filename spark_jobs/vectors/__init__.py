"""CLIP vectors: their tables, tasks on GPUs, cosines, nearest pictures."""
