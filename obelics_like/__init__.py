"""The OBELICS path: a page becomes one sequence of paragraphs and images in reading order."""
