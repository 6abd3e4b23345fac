"""Segmentation and encoding of Chinese text."""
