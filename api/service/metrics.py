"""Prometheus metrics of one worker, or of all of them where PROMETHEUS_MULTIPROC_DIR names a folder.

With several workers each writes its numbers into that folder (prometheus_client's multiprocess mode), and
whichever worker is asked for /metrics adds them up. What only one worker knows has a label `pid`.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from api.service.policy import METRICS_FOLDER

__all__ = ["Metrics", "forget_ended_workers"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
"""Upper bounds in seconds; a query on a small index takes 2 to 5 ms."""

HIT_BUCKETS = (0, 1, 2, 5, 10, 20, 50, 100)


class Metrics:
    """Counters with a registry of their own, so that two applications in one process do not mix.

    Example: `Metrics().observe("GET", "/v1/search", 200, 0.004)`
    """

    def __init__(self) -> None:
        """Create the registry and its metrics."""
        registry = self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("yinzheng_requests", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram(
            "yinzheng_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=registry
        )
        self._stages = Histogram(
            "yinzheng_stage_seconds", "Time of one stage.", ("stage",), buckets=BUCKETS, registry=registry
        )
        self._hits = Histogram(
            "yinzheng_hits", "Units of an answer.", ("route",), buckets=HIT_BUCKETS, registry=registry
        )
        self._refusals = Counter("yinzheng_refusals", "Answers of ask that are refusals.", registry=registry)
        self._cached = Counter(
            "yinzheng_answers", "Answers given again or made.", ("kept",), registry=registry
        )
        self._rejected = Counter("yinzheng_rejected", "Requests turned away.", ("reason",), registry=registry)
        self._working = Gauge(
            "yinzheng_requests_working", "Requests at work.", registry=registry, multiprocess_mode="livesum"
        )
        self._reloads = Counter("yinzheng_index_reloads", "Generations opened.", registry=registry)
        self._failures = Counter(
            "yinzheng_index_reload_failures", "Generations that could not be opened.", registry=registry
        )
        self._units = Gauge(
            "yinzheng_index_units",
            "Units of the open index.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._generation = Gauge(
            "yinzheng_index_generation",
            "Number of the open index.",
            registry=registry,
            multiprocess_mode="liveall",
        )
        self._version: str | None = None

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, route: str, hits: int | None, refused: bool | None, cached: bool | None) -> None:
        """Count what an answer holds; None is not counted."""
        if hits is not None:
            self._hits.labels(route).observe(hits)
        if refused:
            self._refusals.inc()
        if cached is not None:
            self._cached.labels("yes" if cached else "no").inc()

    def stage(self, name: str, seconds: float) -> None:
        """Count one stage of the work: lexical, dense, rerank …"""
        self._stages.labels(name).observe(seconds)

    def rejected(self, reason: str) -> None:
        """Count one request that was turned away."""
        self._rejected.labels(reason).inc()

    def working(self, change: int) -> None:
        """Note that work has begun (1) or ended (-1)."""
        self._working.inc(change)

    def opened(self, index_version: str, units: int) -> None:
        """Count one opened generation, and remember its version and size."""
        self._reloads.inc()
        self._units.set(units)
        number = index_version.partition("-")[0]
        self._generation.set(int(number) if number.isdecimal() else 0)
        self._version = index_version

    def reload_failed(self) -> None:
        """Count one generation that could not be opened."""
        self._failures.inc()

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        shown = self.registry
        if os.environ.get(METRICS_FOLDER):
            from prometheus_client.multiprocess import MultiProcessCollector

            shown = CollectorRegistry()
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # carries no types
        return generate_latest(shown) + generate_latest(_VersionOnly(self._version))


class _VersionOnly(CollectorRegistry):
    """The version as a label, which the multiprocess mode could not take back when it changes."""

    def __init__(self, version: str | None) -> None:
        super().__init__()
        self._of = version

    def collect(self) -> Iterator[Metric]:
        """One sample of value 1."""
        text = "Version of the index that the worker asked has open."
        family = GaugeMetricFamily("yinzheng_index_info", text, labels=("index_version",))
        if self._of:
            family.add_metric((self._of,), 1)
        yield family


def forget_ended_workers(folder: str) -> None:
    """Remove the live numbers of processes that have ended; a worker does so when it starts."""
    from pathlib import Path

    from prometheus_client.multiprocess import mark_process_dead

    pids = {path.stem.rpartition("_")[2] for path in Path(folder).glob("gauge_live*.db")}
    for pid in pids:
        if pid.isdecimal() and not _alive(int(pid)):
            mark_process_dead(int(pid), folder)  # type: ignore[no-untyped-call]  # carries no types


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
