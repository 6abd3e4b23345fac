"""Recommendations by theme and addressee."""
