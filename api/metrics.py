"""Prometheus metrics of one application instance."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds in seconds; a query on a small index takes 2 to 5 ms."""


class Metrics:
    """Counters with a registry of their own, so that two applications in one process do not mix.

    Example: `Metrics().observe("GET", "/v1/search", 200, 0.004)`
    """

    def __init__(self) -> None:
        """Create the registry and its metrics."""
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("yinzheng_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "yinzheng_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=self.registry
        )
        self._reloads = Counter("yinzheng_index_reloads", "Generations opened.", registry=self.registry)
        self._units = Gauge("yinzheng_index_units", "Units of the open index.", registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def opened(self, units: int) -> None:
        """Count one opened generation and remember its size."""
        self._reloads.inc()
        self._units.set(units)

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self.registry)
