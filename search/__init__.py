"""A query in, cited hits out."""
