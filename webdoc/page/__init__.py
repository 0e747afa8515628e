"""The capture of a page -> its document: character set, tree, main content, paragraphs, images."""
