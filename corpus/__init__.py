"""Text in, citable units out."""
