"""Under which licence pages and pictures stand."""
