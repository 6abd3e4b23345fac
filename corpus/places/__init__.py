"""Where text stands: contexts, sections, articles, preambles, tables, and the units made of them."""
