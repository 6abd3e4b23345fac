"""Bytes to text, text to lines that know their source, page furniture set aside."""
