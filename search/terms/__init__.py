"""The term bank: printed terms for everyday words."""
