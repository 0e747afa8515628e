"""Rules that mark images, placements and documents, and the placement itself."""
