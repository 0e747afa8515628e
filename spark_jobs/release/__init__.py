"""Writing a release: files, counts, checksums, thumbnails."""
