"""Documents in, a committed snapshot on disk out."""
