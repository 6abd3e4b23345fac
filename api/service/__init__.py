"""The HTTP service: application, workers, generations of the index, settings, log and metrics."""
