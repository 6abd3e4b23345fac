"""Units of other documents that say the same, and chains of them over the years."""
