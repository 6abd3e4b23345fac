"""Training text: sources, passages, pairs, terms."""
