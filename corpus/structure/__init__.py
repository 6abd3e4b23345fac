"""Lines to labels, sequences, regions, units, items, headings."""
