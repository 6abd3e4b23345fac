"""What a generation holds: units, words, vectors, postings; each written once, then read."""
