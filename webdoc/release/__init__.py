"""What the releases of both paths share: figures, the report page, files."""
