"""Retrieval quality on a file of graded questions."""
