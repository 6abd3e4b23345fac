"""The HTTP endpoints, one router for each group."""
