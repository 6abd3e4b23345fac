"""A generation as one: rows of the whole, documents, units, filters and rankings over its segments."""
