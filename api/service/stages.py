"""A clock for the stages of a search: the service has metrics, search itself knows no clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

__all__ = ["Observe", "timed"]

Observe = Callable[[str, float], None]
"""Is told the name of a stage and its seconds."""


@contextmanager
def timed(observe: Observe, stage: str) -> Iterator[None]:
    """Tell how long the block takes. Example: `with timed(metrics.stage, "answer"): …`"""
    start = perf_counter()
    try:
        yield
    finally:
        observe(stage, perf_counter() - start)
