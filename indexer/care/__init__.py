"""Verify, back up, restore."""
