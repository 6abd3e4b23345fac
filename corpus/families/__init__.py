"""Versions of one document: which documents belong together, and which of them is in force."""
