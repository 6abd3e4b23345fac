"""The page that people open: the service as a place to read, at `/`."""
