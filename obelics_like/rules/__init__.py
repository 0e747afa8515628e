"""Rules that mark paragraphs, images and documents."""
